"""Answers made of the corpus's own sentences: which of them, and in which order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpus.model import Corpus, Document, Section, Statement, StatementKind
from index.retriever import Hit
from index.words import terms_of

MOST_SENTENCES = 6
# What a sentence gains by holding the question's own words, and, where a number is asked for, a number.
WORDS_WEIGHT = 0.15
NUMBER_WEIGHT = 0.15
# How many of the best sections may add a number that the first lacks.
_CLOSE_SECTIONS = 4
_ASKS_NUMBER = re.compile(
    r"\bhow (many|much|long|often|far|old|soon|well|big|common|likely)\b|%|\bwhen\b"
    r"|\bwhat (percent|percentage|share|age)\b"
    r"|\b(rate|survival|odds|chances?|score|grade|days|weeks|months|years|hours)\b"
)


@dataclass(frozen=True)
class Chosen:
    """A statement chosen for an answer. `quote` is what will be shown, word for word."""

    document: str
    version: str
    title: str
    section: Section
    start: int
    end: int
    quote: str
    kind: StatementKind


@dataclass(frozen=True)
class _Scored:
    """A statement of a section, its place in it and how well it fits the question (a cosine, -1..1)."""

    place: int
    statement: Statement
    text: str
    fit: float


def choose(query: str, hits: Sequence[Hit], corpus: Corpus) -> tuple[Chosen, ...]:
    """The sentences that answer `query`, in the order of the document they stand in.

    `hits` come best first; the first is the section that answers. A second section adds to it only
    where it holds words of the question that the first lacks.
    """
    sections = _sections(hits)
    if not sections:
        return ()
    chosen = _from_section(query, sections[0], corpus, MOST_SENTENCES)
    second = _with_number(query, sections, chosen) or _second(query, sections, chosen)
    if second is not None:
        # Chosen anew, not cut short: a list must not lose its end.
        first = _from_section(query, sections[0], corpus, MOST_SENTENCES - 2)
        chosen = (*first, *_from_section(query, second, corpus, 2))
    return _without_repeats(chosen)


def related(hits: Sequence[Hit], used: Iterable[Chosen], most: int = 3) -> tuple[Hit, ...]:
    """Hits of other sections that a family may want next."""
    taken = {(chosen.document, chosen.section.slug) for chosen in used}
    found: list[Hit] = []
    for hit in hits:
        key = (hit.passage.document, hit.passage.slug)
        if key not in taken:
            taken.add(key)
            found.append(hit)
    return tuple(found[:most])


def _sections(hits: Sequence[Hit]) -> list[list[Hit]]:
    """Hits grouped by section, in order of each section's best hit."""
    groups: dict[tuple[str, str], list[Hit]] = {}
    for hit in hits:
        groups.setdefault((hit.passage.document, hit.passage.slug), []).append(hit)
    return list(groups.values())


def _from_section(query: str, hits: Sequence[Hit], corpus: Corpus, most: int) -> tuple[Chosen, ...]:
    document, section = corpus.section(f"{hits[0].passage.document}#{hits[0].passage.slug}")
    scored = _scored(query, document, section, hits)
    places = _places(scored, most)
    return tuple(_chosen(document, section, scored[place]) for place in sorted(places))


def _scored(query: str, document: Document, section: Section, hits: Sequence[Hit]) -> list[_Scored]:
    fits = {
        (scored.statement.start, scored.statement.end): scored.cosine
        for hit in hits
        for scored in hit.statements
    }
    asked = set(terms_of(query))
    counts = _ASKS_NUMBER.search(query.lower()) is not None
    scored = []
    for place, statement in enumerate(section.statements):
        text = document.quote(statement.start, statement.end)
        fit = fits.get((statement.start, statement.end), 0.0)
        if asked:
            fit += WORDS_WEIGHT * len(asked & set(terms_of(text))) / len(asked)
        if counts and _has_digit(text):
            fit += NUMBER_WEIGHT
        scored.append(_Scored(place, statement, text, fit))
    return scored


def _places(scored: Sequence[_Scored], most: int) -> set[int]:
    """The first sentence, which answers the heading, and those that fit best, up to `most`.

    A list comes whole, with the sentence that introduces it, and counts as two: half a list of danger
    signs would be worse than a long answer. Of a table come the rows that fit.
    """
    places: set[int] = set()
    room = most
    for candidate in sorted(scored, key=lambda s: (s.place != 0, -s.fit)):
        wanted = _whole(candidate, scored) - places
        cost = min(len(wanted), 2)
        if wanted and cost <= room:
            places |= wanted
            room -= cost
    return places


def _whole(candidate: _Scored, scored: Sequence[_Scored]) -> set[int]:
    """A statement with what it cannot be read without: an item's lead-in and the rest of its list."""
    lead = candidate.statement.lead_in
    if lead is None:
        introduces = any(s.statement.lead_in == candidate.place for s in scored)
        if not introduces:
            return {candidate.place}
        lead = candidate.place
    return {lead} | {s.place for s in scored if s.statement.lead_in == lead}


def _with_number(
    query: str, sections: Sequence[Sequence[Hit]], chosen: Sequence[Chosen]
) -> Sequence[Hit] | None:
    """Where a number is asked for and the first section gives none: the next close section that does."""
    if not _ASKS_NUMBER.search(query.lower()) or any(_has_digit(part.quote) for part in chosen):
        return None
    for candidate in sections[1:_CLOSE_SECTIONS]:
        best = max(hit.best_cosine for hit in candidate)
        same_place = candidate[0].passage.regions == sections[0][0].passage.regions
        if same_place and best >= sections[0][0].best_cosine - 0.1 and _has_digit(candidate[0].passage.text):
            return candidate
    return None


def _has_digit(text: str) -> bool:
    return any(char.isdigit() for char in text)


def _second(query: str, sections: Sequence[Sequence[Hit]], chosen: Sequence[Chosen]) -> Sequence[Hit] | None:
    if len(sections) < 2:
        return None
    said = {term for part in chosen for term in terms_of(f"{part.section.heading} {part.quote}")}
    missing = set(terms_of(query)) - said
    candidate = sections[1]
    if candidate[0].passage.regions != sections[0][0].passage.regions:
        return None
    best = max(hit.best_cosine for hit in candidate)
    held = missing & set(terms_of(candidate[0].passage.text))
    if held and best >= sections[0][0].best_cosine - 0.05:
        return candidate
    return None


def _chosen(document: Document, section: Section, scored: _Scored) -> Chosen:
    span = scored.statement
    return Chosen(
        document.id, document.version, document.title, section, span.start, span.end, scored.text, span.kind
    )


def _without_repeats(chosen: Iterable[Chosen]) -> tuple[Chosen, ...]:
    """Each wording once, and each thought once: sentences that share nearly all their words are one."""
    kept: list[Chosen] = []
    for candidate in chosen:
        words = set(terms_of(candidate.quote))
        if not any(_alike(words, set(terms_of(other.quote))) for other in kept):
            kept.append(candidate)
    return tuple(kept)


def _alike(one: set[str], other: set[str]) -> bool:
    return bool(one) and bool(other) and len(one & other) >= 0.85 * len(one | other)
