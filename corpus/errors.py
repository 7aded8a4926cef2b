"""Errors of the corpus. Each is one line: the file, line or id that caused it, and the remedy.

CorpusError
├── CorpusMissing     the corpus folder, or one of its files, is not there
├── FrontMatterError  an explainer's front matter is absent or a field is wrong
├── FormatError       an explainer uses something the format does not have
├── DataError         sources.yaml or glossary.yaml does not fit its schema
├── DuplicateError    two explainers share an id, or two sections of one share a heading
└── UnknownDocument   an id that the corpus does not have
"""

from __future__ import annotations

from pathlib import Path


class CorpusError(Exception):
    """Base of every corpus error: shown to a person as one line, exit code 2."""


class CorpusMissing(CorpusError):  # noqa: N818 - reads as the state it reports
    """The corpus folder, or one of its files, is not there or cannot be read."""


class PlacedError(CorpusError):
    """A mistake at a place in a file: `file` name and 1-based `line`."""

    def __init__(self, file: str | Path, line: int, problem: str, remedy: str) -> None:
        self.file = str(file)
        self.line = line
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"{self.file}, line {line}: {problem}. {remedy}")


class FrontMatterError(PlacedError):
    """An explainer's front matter is absent or a field is wrong."""


class FormatError(PlacedError):
    """An explainer uses something the format does not have."""


class DataError(PlacedError):
    """sources.yaml or glossary.yaml does not fit its schema."""


class DuplicateError(CorpusError):
    """Two explainers share an id, or two sections of one explainer share a heading."""


class UnknownDocument(CorpusError):  # noqa: N818 - reads as the state it reports
    """An id that the corpus does not have."""
