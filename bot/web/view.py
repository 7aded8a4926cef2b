"""Arrange a reply for the page: sentences into paragraphs and lists, citations into passages."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby, pairwise

from bot.reply import Citation, Part, Reply, Sentence, Status


@dataclass(frozen=True)
class Block:
    """Neighbouring sentences set alike: a paragraph, or a list."""

    is_list: bool
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True)
class PartView:
    """One question of the message as the page shows it; `question` only when there are several."""

    question: str
    status: Status
    text: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class Segment:
    """A run of a passage; `numbers` are the citations whose words it is, `starts` those beginning here."""

    text: str
    numbers: tuple[int, ...] = ()
    starts: tuple[int, ...] = ()


@dataclass(frozen=True)
class Passage:
    """A section the answer draws on, cut into marked and unmarked runs."""

    title: str
    section: str
    numbers: tuple[int, ...]
    segments: tuple[Segment, ...]


def parts(reply: Reply) -> tuple[PartView, ...]:
    """The reply's parts with their sentences grouped into paragraphs and lists."""
    several = len(reply.parts) > 1
    return tuple(_part(part, reply, several) for part in reply.parts)


def _part(part: Part, reply: Reply, several: bool) -> PartView:
    sentences = (reply.sentences[position] for position in part.sentences)
    blocks = tuple(
        Block(is_list, tuple(group)) for is_list, group in groupby(sentences, lambda s: s.kind != "sentence")
    )
    return PartView(part.question if several else "", part.status, part.text, blocks)


def passages(citations: tuple[Citation, ...]) -> tuple[Passage, ...]:
    """One passage per section cited, in the order first cited, however many quotes it holds."""
    sections: dict[tuple[str, int, str], list[Citation]] = {}
    for citation in citations:
        text, start = _context(citation)
        sections.setdefault((citation.document, start, text), []).append(citation)
    return tuple(
        Passage(
            quotes[0].title,
            quotes[0].section,
            tuple(quote.number for quote in quotes),
            _segments(text, start, quotes),
        )
        for (_, start, text), quotes in sections.items()
    )


def _context(citation: Citation) -> tuple[str, int]:
    """The passage without its heading line, or the bare quote if the offsets do not find it there."""
    text, start = citation.passage, citation.passage_start
    if text[citation.start - start : citation.end - start] != citation.quote:
        return citation.quote, citation.start
    heading = len(citation.section)
    if text.startswith(citation.section + "\n") and citation.start - start >= heading:
        body = text[heading:].lstrip("\n")
        return body, start + len(text) - len(body)
    return text, start


def _segments(text: str, start: int, quotes: list[Citation]) -> tuple[Segment, ...]:
    spans = {quote.number: (quote.start - start, quote.end - start) for quote in quotes}
    edges = sorted({0, len(text), *(edge for span in spans.values() for edge in span)})
    return tuple(
        Segment(
            text[left:right],
            tuple(number for number, (first, last) in spans.items() if first <= left and right <= last),
            tuple(number for number, (first, _) in spans.items() if first == left),
        )
        for left, right in pairwise(edges)
    )
