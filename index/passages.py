"""From the sections of the corpus to the passages that are searched.

A passage is a section, and only a long section is split, between statements: the encoder reads 256
word pieces, which is about 180 words, and never sees what stands after them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pydantic import BaseModel, ConfigDict

from corpus.model import Corpus, Document, Section, Statement, StatementKind

# Part of an index's identity: raise it whenever the same corpus would give other passages or texts.
CHUNKER_VERSION = 1
MAX_WORDS = 180


class PassageStatement(BaseModel):
    """A quotable span of a passage. `lead_in` is the span of the sentence that introduces an item."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    start: int
    end: int
    text: str
    kind: StatementKind
    lead_in: tuple[int, int] | None = None
    lead_in_text: str = ""

    @property
    def embedded_text(self) -> str:
        """What the encoder reads: an item means little without the sentence that introduces it."""
        return f"{self.lead_in_text} {self.text}" if self.lead_in_text else self.text


class Passage(BaseModel):
    """A searchable piece of a document; `text` is its canonical text from `start` to `end`.

    `id` is `document#slug`, with `/2` and so on for the later parts of a split section. `regions` are
    where it holds; empty means everywhere.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    document: str
    version: str
    title: str
    section: str
    slug: str
    start: int
    end: int
    text: str
    audience: str
    regions: tuple[str, ...] = ()
    statements: tuple[PassageStatement, ...] = ()

    @property
    def embedded_text(self) -> str:
        """What encoder and BM25 read: title, heading and body."""
        return f"{self.title}\n{self.section}\n{self.text}"

    @property
    def unit_texts(self) -> tuple[str, ...]:
        """The heading and every statement: what is matched one by one."""
        return (self.section, *(statement.embedded_text for statement in self.statements))


def passages_of(corpus: Corpus) -> tuple[Passage, ...]:
    """Every passage of the corpus, in order of document and place. Withdrawn documents have none."""
    return tuple(
        passage
        for document in corpus.documents
        if document.front.status != "withdrawn"
        for section in document.sections
        for passage in _section_passages(document, section)
    )


def _section_passages(document: Document, section: Section) -> Iterator[Passage]:
    parts = _parts(document, section)
    for number, part in enumerate(parts, 1):
        start = section.start if number == 1 else part[0].start - _bullet(part[0])
        end = part[-1].end
        yield Passage(
            id=f"{document.id}#{section.slug}" + (f"/{number}" if number > 1 else ""),
            document=document.id,
            version=document.version,
            title=document.title,
            section=section.heading,
            slug=section.slug,
            start=start,
            end=end,
            text=document.quote(start, end),
            audience=document.front.audience,
            regions=section.regions,
            statements=tuple(_passage_statement(document, section, statement) for statement in part),
        )


def _bullet(statement: Statement) -> int:
    return 0 if statement.kind is StatementKind.SENTENCE else len("- ")


def _passage_statement(document: Document, section: Section, statement: Statement) -> PassageStatement:
    lead = None if statement.lead_in is None else section.statements[statement.lead_in]
    return PassageStatement(
        start=statement.start,
        end=statement.end,
        text=document.quote(statement.start, statement.end),
        kind=statement.kind,
        lead_in=(lead.start, lead.end) if lead else None,
        lead_in_text=document.quote(lead.start, lead.end) if lead else "",
    )


def _parts(document: Document, section: Section) -> list[Sequence[Statement]]:
    """The section's statements in runs of about equal length.

    None has more words than `MAX_WORDS`, give or take one statement.
    """
    counts = [len(document.quote(s.start, s.end).split()) for s in section.statements]
    number = -(-sum(counts) // MAX_WORDS)
    target = sum(counts) / max(number, 1)
    parts: list[list[Statement]] = [[] for _ in range(number)]
    before = 0
    for statement, count in zip(section.statements, counts, strict=True):
        parts[min(int((before + count / 2) / target), number - 1)].append(statement)
        before += count
    return [part for part in parts if part]
