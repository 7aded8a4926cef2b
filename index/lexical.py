"""BM25 search over stemmed words, and the glossary's other words for what a family wrote."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from index.dense import Scores
from index.errors import BUILD, IndexDamaged
from index.synonyms import Synonyms
from index.words import terms_of

K1 = 0.9
B = 0.4
# A synonym is a guess at what was meant, so it counts for less than a word that was written.
_SYNONYM_WEIGHT = 0.5


class LexicalIndex:
    """BM25 over passages."""

    def __init__(self, bm25: Any) -> None:
        self._bm25 = bm25

    @classmethod
    def of(cls, texts: Sequence[str]) -> LexicalIndex:
        """An index over texts; scores come in their order."""
        import bm25s

        bm25 = bm25s.BM25(k1=K1, b=B)
        bm25.index([terms_of(text) for text in texts], show_progress=False)
        return cls(bm25)

    @classmethod
    def read(cls, folder: Path) -> LexicalIndex:
        """Read what `write` wrote.

        Raises:
            IndexDamaged: a file is missing or not what it should be.
        """
        import bm25s

        try:
            return cls(bm25s.BM25.load(folder, allow_pickle=False, show_progress=False))
        except (OSError, ValueError, KeyError, TypeError):
            raise IndexDamaged(f"{folder} is not a BM25 index. Run `{BUILD} --force`") from None

    def write(self, folder: Path) -> None:
        """Write arrays and vocabulary to a folder, without pickle."""
        self._bm25.save(folder, allow_pickle=False, show_progress=False)

    def __len__(self) -> int:
        return int(self._bm25.scores["num_docs"])

    def scores(self, terms: Sequence[str]) -> Scores:
        """BM25 of every text for a query's terms: shape (n,). Terms nobody wrote score nothing."""
        known = [term for term in terms if term in self._bm25.vocab_dict]
        if not known:
            return np.zeros(len(self), dtype=np.float32)
        return np.asarray(self._bm25.get_scores(known), dtype=np.float32)

    def expanded_scores(self, query: str, synonyms: Synonyms) -> Scores:
        """BM25 of a query with the glossary's other words for what it names: shape (n,)."""
        scores = self.scores(terms_of(query))
        extra = synonyms.extra_terms(query)
        return scores + np.float32(_SYNONYM_WEIGHT) * self.scores(extra) if extra else scores
