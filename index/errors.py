"""Errors of the index. Each is one line: what is wrong, and the command that puts it right.

SearchIndexError
├── IndexMissing    no index has been built
├── IndexDamaged    a file of the index is gone or changed
├── IndexMismatch   the corpus, the model or the format changed since the index was built
├── EncoderError    the embedding model cannot be found, is not the one expected, or does not load
└── BeirError       a BEIR folder cannot be read
"""

from __future__ import annotations

BUILD = "nightlamp index build"


class SearchIndexError(Exception):
    """Base of every index error: shown to a person as one line, exit code 2."""


class IndexMissing(SearchIndexError):  # noqa: N818 - reads as the state it reports
    """No index has been built."""


class IndexDamaged(SearchIndexError):  # noqa: N818 - reads as the state it reports
    """A file of the index is gone, changed or cannot be read."""


class IndexMismatch(SearchIndexError):  # noqa: N818 - reads as the state it reports
    """The corpus, the model or the format changed since the index was built."""


class EncoderError(SearchIndexError):
    """The embedding model cannot be found, is not the one expected, or does not load."""


class BeirError(SearchIndexError):
    """A BEIR folder cannot be read."""
