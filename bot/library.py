"""The corpus and its index as they stand on disk now, opened when first needed.

Every call of `open` looks whether a file has changed since (a few `stat` calls) and reads again what did:
an index swapped in while the app runs is picked up, and one that was deleted, or no longer fits an edited
explainer, stops being quoted at once.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import NightlampError
from bot.evidence import Evidence
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.topics import Topics
    from corpus.model import Corpus
    from index.encoder import Encoder
    from index.retriever import Hit, Index

_Stamp = tuple[tuple[str, int, int], ...]
_RETRY_SECONDS = 5.0


class LibraryUnavailable(NightlampError):  # noqa: N818 - reads as the state it reports
    """Corpus, index or model cannot be used; the text is the cause's own line, with its remedy."""


@dataclass(frozen=True)
class Opened:
    """A corpus and the index that was built from exactly this corpus."""

    corpus: Corpus
    index: Index
    topics: Topics

    def evidence(self, query: str, hit: Hit) -> Evidence:
        """Features of a hit.

        Raises:
            LibraryUnavailable: the model does not work.
        """
        try:
            return self.topics.evidence(query, hit)
        except _errors() as error:
            raise LibraryUnavailable(_one_line(error)) from error

    def search(self, query: str, k: int, region: str | None) -> list[Hit]:
        """Passages for a query, as it stands and with long names as initials; the higher scores count.

        Raises:
            LibraryUnavailable: the model does not load or does not work.
        """
        try:
            hits = self.index.search(query, k, region)
            short = self.topics.short_form(query)
            return _merged(hits, self.index.search(short, k, region)) if short else hits
        except _errors() as error:
            raise LibraryUnavailable(_one_line(error)) from error


class Library:
    """Where answers come from. Safe to use from several threads."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._encoder: Encoder | None = None
        # Its own lock: triage needs the model and must not wait while an index is read.
        self._encoder_lock = threading.Lock()
        self._opened: Opened | None = None
        self._stamp: _Stamp = ()
        self._failure = ""
        self._failed_at = 0.0

    def open(self) -> Opened:
        """Corpus and index, read again if their files changed.

        Raises:
            LibraryUnavailable: either is missing, damaged, or not made for the other.
        """
        with self._lock:
            try:
                stamp = self._stamp_now()
                if self._opened is None or stamp != self._stamp:
                    self._opened = None
                    self._refuse_again(stamp)
                    self._stamp = stamp
                    self._opened = self._read()
            except _errors() as error:
                self._failed_at = time.monotonic()
                self._failure = _one_line(error)
                raise LibraryUnavailable(self._failure) from error
            return self._opened

    def encoder(self) -> Encoder:
        """The one model of this process, for search and triage alike. Its weights load at first use.

        Raises:
            EncoderError: the model is not on this machine, or was changed.
        """
        from index.encoder import SentenceTransformerEncoder

        with self._encoder_lock:
            if self._encoder is None:
                self._encoder = SentenceTransformerEncoder(self._settings.model)
            return self._encoder

    def _refuse_again(self, stamp: _Stamp) -> None:
        """Spare every message the cost of reading again what could not be read a moment ago."""
        if self._failure and stamp == self._stamp and time.monotonic() - self._failed_at < _RETRY_SECONDS:
            raise LibraryUnavailable(self._failure)

    def _read(self) -> Opened:
        from bot.topics import Topics
        from corpus.load import load_corpus
        from index.store import open_index

        corpus = load_corpus(self._settings.corpus_dir)
        encoder = self.encoder()
        index = open_index(self._settings.index_dir, corpus, encoder)
        return Opened(corpus, index, Topics(index.passages, corpus.glossary, encoder))

    def _stamp_now(self) -> _Stamp:
        """Name, size and time of every file an answer rests on."""
        from corpus.load import PACKAGED, explainer_files

        root = self._settings.corpus_dir or PACKAGED
        files = [*explainer_files(root), *_index_files(self._settings.index_dir)]
        return tuple((str(file), stat.st_size, stat.st_mtime_ns) for file in files for stat in [file.stat()])


def _merged(one: Sequence[Hit], other: Sequence[Hit]) -> list[Hit]:
    """Hits of two forms of a query, each with its higher scores."""
    merged = {hit.passage.id: hit for hit in one}
    for hit in other:
        known = merged.get(hit.passage.id)
        merged[hit.passage.id] = _higher(known, hit) if known else hit
    return sorted(merged.values(), key=lambda hit: hit.score, reverse=True)


def _higher(one: Hit, other: Hit) -> Hit:
    return replace(
        one,
        score=max(one.score, other.score),
        cosine=max(one.cosine, other.cosine),
        heading_cosine=max(one.heading_cosine, other.heading_cosine),
        best_cosine=max(one.best_cosine, other.best_cosine),
        bm25=max(one.bm25, other.bm25),
        statements=tuple(
            max(pair, key=lambda scored: scored.cosine)
            for pair in zip(one.statements, other.statements, strict=True)
        ),
    )


def _index_files(folder: Path) -> list[Path]:
    return sorted(file for file in folder.rglob("*") if file.is_file())


def _errors() -> tuple[type[Exception], ...]:
    """What reading or searching may raise: our own errors, and the types FAISS, torch and tokenisers use."""
    from corpus.errors import CorpusError
    from index.errors import SearchIndexError

    underneath = (OSError, ImportError, ValueError, TypeError, RuntimeError, KeyError, AttributeError)
    return (CorpusError, SearchIndexError, *underneath)


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split()) or type(error).__name__
