"""Checking the corpus before families see it: the rules an explainer keeps, each with its place.

Errors fail the check. Warnings (reading level, overdue review) inform; wording that keeps a child safe
is never softened to please a formula.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from corpus.canonical import Body, RawSection, parse_body
from corpus.errors import CorpusError, PlacedError
from corpus.load import (
    explainer_files,
    load_glossary,
    load_sources,
    parse_document,
    read_text,
    slug_of,
    split_front_matter,
)
from corpus.model import Document, GlossaryTerm, Section, Source, StatementKind
from corpus.readability import flesch_kincaid_grade

MIN_WORDS, MAX_WORDS = 20, 220
# NHS guidance aims at a reading age of 9 to 11; grade 8 is 13 and leaves room for medical words.
MAX_GRADE = 8.0

# Claims of the seed article, contested points, red-flag rows, glossary entries, facts by topic.
_FACT = re.compile(r"(?:S\d{1,2}|(?:N-)?C\d{1,2}|R\d{2}|G-[A-Za-z0-9-]+|\d{1,2}\.N?\d{2})")
_NUMBER = r"(?:\d[\d.,]*|half|one|two|three|four|five|ten)"
_UNIT = r"(?:mg|mcg|µg|μg|milligrams?|micrograms?|tablets?|capsules?|puffs?|teaspoons?|tsp|IU)"
_VOLUME = r"(?:ml|millilitres?|milliliters?)"
_DOSES = (
    re.compile(rf"\b{_NUMBER}\s?{_UNIT}\b", re.IGNORECASE),
    re.compile(r"\b(?:mg|mcg|ml|units?)\s?(?:/|per )\s?(?:kg|kilo|m2|m²|dose)", re.IGNORECASE),
    re.compile(rf"\b{_NUMBER}\s?{_VOLUME}\s(?:of\s)?(?:medicine|dose|every|twice)", re.IGNORECASE),
)
# Marks that Markdown did not understand are shown to families as they stand.
_LEFTOVER = re.compile(r"\]\(|\*\*|__|`|&[a-z]+;|</?[a-z]")
_PROMISE = re.compile(r"\byour (?:child|son|daughter|baby|teenager) will\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Problem:
    """One broken rule: where, which rule (a word for machines), and what to do, in one line."""

    severity: Literal["error", "warning"]
    file: str
    line: int
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.message} [{self.rule}]"


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What a check found. `unreviewed` are ids that no clinician has reviewed yet."""

    documents: int
    sections: int
    statements: int
    unreviewed: tuple[str, ...]
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that fail the check."""
        return tuple(p for p in self.problems if p.severity == "error")

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """The problems that inform."""
        return tuple(p for p in self.problems if p.severity == "warning")


@dataclass(frozen=True, slots=True)
class _Explainer:
    """An explainer that could be read, with its file and parsed body."""

    file: str
    document: Document
    body: Body


def check_corpus(root: Path, today: date) -> CheckReport:
    """Check every explainer of a corpus folder; one that cannot be read is a problem, not a stop.

    Args:
        root: a corpus folder.
        today: the day against which `review_due` is held.

    Raises:
        CorpusMissing: there is no corpus to check.
        DataError: sources or glossary do not fit their schema.
    """
    sources, glossary = load_sources(root), load_glossary(root)
    explainers: list[_Explainer] = []
    problems: list[Problem] = []
    for path in explainer_files(root):
        try:
            explainers.append(_read(path))
        except PlacedError as error:
            message = f"{error.problem}. {error.remedy}"
            problems.append(Problem("error", path.name, error.line, "unreadable", message))
        except CorpusError as error:
            problems.append(Problem("error", path.name, 1, "unreadable", str(error)))
    problems += _duplicate_ids(explainers)
    excused = _excused_words(glossary)
    for explainer in explainers:
        problems += _front_problems(explainer, sources, today)
        problems += _body_problems(explainer, excused)
    documents = [explainer.document for explainer in explainers]
    sections = [section for document in documents for section in document.sections]
    return CheckReport(
        documents=len(documents),
        sections=len(sections),
        statements=sum(len(section.statements) for section in sections),
        unreviewed=tuple(d.id for d in documents if d.front.reviewed is None),
        problems=tuple(sorted(problems, key=lambda p: (p.file, p.line, p.rule))),
    )


def _read(path: Path) -> _Explainer:
    text = read_text(path)
    document = parse_document(text, path.name)
    _, body, first_line = split_front_matter(text, path.name)
    return _Explainer(path.name, document, parse_body(body, path.name, first_line))


def _duplicate_ids(explainers: Sequence[_Explainer]) -> Iterator[Problem]:
    first: dict[str, str] = {}
    for explainer in explainers:
        other = first.setdefault(explainer.document.id, explainer.file)
        if other != explainer.file:
            message = f"the id {explainer.document.id!r} is also in {other}. Change one of them"
            yield Problem("error", explainer.file, 2, "duplicate-id", message)


def _front_problems(explainer: _Explainer, sources: Mapping[str, Source], today: date) -> Iterator[Problem]:
    front = explainer.document.front

    def problem(rule: str, message: str, severity: Literal["error", "warning"] = "error") -> Problem:
        return Problem(severity, explainer.file, 1, rule, message)

    if explainer.file != f"{front.id}.md":
        yield problem("file-name", f"the file should be called {front.id}.md, as its id says")
    if not front.sources:
        yield problem("no-source", "no source. Name at least one key of sources.yaml")
    for key in front.sources:
        if key not in sources:
            yield problem("unknown-source", f"source {key!r} is not in sources.yaml. Correct or add it")
    if front.review_due < today:
        yield problem("overdue", f"review was due on {front.review_due}. Have it reviewed", "warning")
    if front.review_due <= front.written:
        yield problem("review-date", "review_due is not after written. Correct one of them")


def _body_problems(explainer: _Explainer, excused: frozenset[str]) -> Iterator[Problem]:
    for line, what in explainer.body.markup:
        yield Problem("error", explainer.file, line, "markup", f"{what} in the text. Write plain words")
    raw_by_slug = {slug_of(raw.heading): raw for raw in explainer.body.sections}
    for section in explainer.document.sections:
        raw = raw_by_slug[section.slug]
        for severity, rule, message in _section_problems(explainer.document, section, raw, excused):
            yield Problem(severity, explainer.file, raw.line, rule, f"{section.heading!r}: {message}")


_Finding = tuple[Literal["error", "warning"], str, str]


def _section_problems(
    document: Document, section: Section, raw: RawSection, excused: frozenset[str]
) -> Iterator[_Finding]:
    text = document.quote(section.start, section.end)
    words = len(text.split())
    if not section.heading.endswith("?"):
        yield "error", "not-a-question", "the heading is not a question. End it with `?`"
    if not section.statements or section.statements[0].kind is not StatementKind.SENTENCE:
        yield "error", "no-first-sentence", "no sentence answers the heading. Start with one"
    if not MIN_WORDS <= words <= MAX_WORDS:
        yield "error", "length", f"{words} words; keep a section between {MIN_WORDS} and {MAX_WORDS}"
    if not raw.comment or not section.facts:
        yield "error", "no-facts", "no facts named. Add `<!-- facts: ... -->` under the heading"
    for fact in section.facts:
        if not _FACT.fullmatch(fact):
            yield "error", "fact-id", f"{fact!r} is not a fact id such as 3.01, 5.N02, S39 or N-C4"
    for dose in filter(None, (pattern.search(text) for pattern in _DOSES)):
        yield "error", "dose", f"{dose.group()!r} reads as a dose. Explainers give none"
    if leftover := _LEFTOVER.search(text):
        yield "error", "markup", f"{leftover.group()!r} in the text. Write plain words"
    if promise := _PROMISE.search(text):
        yield "error", "promise", f"{promise.group()!r} promises. Write what can or may happen"
    grade = flesch_kincaid_grade(text, excused)
    if grade is not None and grade > MAX_GRADE:
        yield "warning", "reading-level", f"reads at grade {grade:.1f}; aim for {MAX_GRADE:.0f} or below"


def _excused_words(glossary: Sequence[GlossaryTerm]) -> frozenset[str]:
    names = (name for term in glossary for name in (term.term, *term.synonyms))
    return frozenset(word.lower() for name in names for word in re.findall(r"[A-Za-z]+", name))
