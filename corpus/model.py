"""The corpus as frozen values. Offsets count Unicode code points of a document's canonical text."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from corpus.errors import UnknownDocument

ALL = "all"
Jurisdiction = Literal["all", "uk", "us", "eu", "ie", "au", "nz", "ca", "in"]
Text = Annotated[str, Field(min_length=1, max_length=2_000)]
Key = Annotated[str, Field(pattern=r"^[A-Z0-9][A-Z0-9_]*$", max_length=40)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class FrontMatter(_Strict):
    """What an explainer says about itself. `reviewed` stays None until a clinician has read it."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
    title: Annotated[str, Field(min_length=1, max_length=160)]
    summary: Annotated[str, Field(min_length=1, max_length=400)]
    audience: Literal["parent", "young_person"]
    jurisdiction: Annotated[tuple[Jurisdiction, ...], Field(min_length=1)]
    topics: Annotated[tuple[Text, ...], Field(min_length=1)]
    sources: tuple[Key, ...]
    written: date
    reviewed: date | None
    reviewer: Text | None
    review_due: date
    status: Literal["draft", "reviewed", "withdrawn"]

    @model_validator(mode="after")
    def _review_is_whole(self) -> FrontMatter:
        if (self.reviewed is None) != (self.reviewer is None):
            raise ValueError("reviewed and reviewer go together: fill both, or leave both null")
        return self


class Source(_Strict):
    """Bibliographic record of something explainers rely on. `year` is None where none is printed."""

    organisation: Text
    title: Text
    year: Annotated[int, Field(ge=1900, le=2100)] | None
    url: Annotated[str, Field(pattern=r"^https?://\S+$")] | None


class GlossaryTerm(_Strict):
    """A word families meet, in plain words; `synonyms` are other words for the same thing."""

    term: Text
    meaning: Text
    say_it: Text | None = None
    synonyms: tuple[Text, ...] = ()


class StatementKind(StrEnum):
    """How a statement stands in its section, and so how a page should set it."""

    SENTENCE = "sentence"
    ITEM = "item"
    ROW = "row"


@dataclass(frozen=True, slots=True)
class Statement:
    """The smallest span that is quoted: a sentence, a whole list item or a whole table row.

    `start` and `end` exclude the bullet. `lead_in` is the position, in the section's `statements`, of
    the sentence that introduces the list an item stands in; None if nothing does.
    """

    start: int
    end: int
    kind: StatementKind
    lead_in: int | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """One question and its answer. `start`..`end` is the body; the heading has its own span.

    `facts` are ids of the fact base the section rests on. `regions` are where it holds: empty means
    everywhere.
    """

    slug: str
    heading: str
    heading_start: int
    heading_end: int
    start: int
    end: int
    facts: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    statements: tuple[Statement, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """An explainer. `text` is its canonical text; `version` names title and text by hash."""

    front: FrontMatter
    text: str
    sections: tuple[Section, ...]
    version: str

    @property
    def id(self) -> str:
        """Identifier, unique in the corpus."""
        return self.front.id

    @property
    def title(self) -> str:
        """Title as families see it."""
        return self.front.title

    def quote(self, start: int, end: int) -> str:
        """The text of a span."""
        return self.text[start:end]

    def section_at(self, offset: int) -> Section | None:
        """The section whose heading or body holds `offset`."""
        return next((s for s in self.sections if s.heading_start <= offset < s.end), None)


def version_of(title: str, text: str) -> str:
    """`sha256:` and the hex digest of title followed by canonical text, in UTF-8."""
    return "sha256:" + hashlib.sha256((title + text).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Corpus:
    """Everything that may be said. Documents stand in order of id."""

    documents: tuple[Document, ...]
    sources: Mapping[str, Source] = field(default_factory=dict)
    glossary: tuple[GlossaryTerm, ...] = ()

    @property
    def version(self) -> str:
        """One hash over every document's id and version."""
        lines = "\n".join(f"{document.id} {document.version}" for document in self.documents)
        return "sha256:" + hashlib.sha256(lines.encode()).hexdigest()

    def document(self, document_id: str) -> Document:
        """The document of that id.

        Raises:
            UnknownDocument: naming the id and the command that lists them.
        """
        for document in self.documents:
            if document.id == document_id:
                return document
        raise UnknownDocument(f"no explainer has the id {document_id!r}; see `nightlamp corpus list`")

    def section(self, reference: str) -> tuple[Document, Section]:
        """Document and section named as `document-id#section-slug`.

        Raises:
            UnknownDocument: if either part names nothing.
        """
        document_id, _, slug = reference.partition("#")
        document = self.document(document_id)
        for section in document.sections:
            if section.slug == slug:
                return document, section
        raise UnknownDocument(
            f"{document_id!r} has no section {slug!r}; see `nightlamp corpus show {document_id} --json`"
        )
