"""BM25 search over stemmed words, and the glossary's other words for what a family wrote."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from corpus.model import GlossaryTerm
from index.dense import Scores
from index.errors import BUILD, IndexDamaged

K1 = 0.9
B = 0.4
# The name of the treatment, however it is typed, is one word.
_CAR_T = re.compile(r"\bcar[\s\-‐‑–]?ts?\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
# What is left of "child's" and "don't" once the apostrophe has parted them.
_REMNANTS = frozenset(["s", "t", "d", "ll", "m", "re", "ve"])
# A synonym is a guess at what was meant, so it counts for less than a word that was written.
_SYNONYM_WEIGHT = 0.5


@cache
def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("english")


@cache
def _stop_words() -> frozenset[str]:
    from bm25s.stopwords import STOPWORDS_EN

    return frozenset(STOPWORDS_EN) | _REMNANTS


def stems(text: str) -> list[str]:
    """Every word of a text, lower case and stemmed."""
    words = _WORD.findall(_CAR_T.sub(" cart ", text).casefold())
    return list(_stemmer().stemWords(words))


def terms_of(text: str) -> list[str]:
    """The words of a text that BM25 counts: stemmed, without stop words."""
    words = _WORD.findall(_CAR_T.sub(" cart ", text).casefold())
    return list(_stemmer().stemWords([word for word in words if word not in _stop_words()]))


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
        extra = synonyms.for_query(query)
        return scores + np.float32(_SYNONYM_WEIGHT) * self.scores(extra) if extra else scores


class Synonyms:
    """Families of words for one thing, from the glossary: "fit" and "seizure", "wee" and "urine"."""

    def __init__(self, glossary: Iterable[GlossaryTerm]) -> None:
        self._families = tuple(
            tuple(dict.fromkeys(tuple(stems(name)) for name in (term.term, *term.synonyms)))
            for term in glossary
        )

    def for_query(self, query: str) -> list[str]:
        """Terms that the query's own words stand for and that it does not hold itself."""
        words = stems(query)
        written = set(words)
        extra: dict[str, None] = {}
        for family in self._families:
            if any(_contains(words, name) for name in family):
                extra |= dict.fromkeys(word for name in family for word in name if word not in written)
        return [word for word in extra if word not in _stop_words()]


def _contains(words: Sequence[str], name: Sequence[str]) -> bool:
    width = len(name)
    return width > 0 and any(tuple(words[i : i + width]) == name for i in range(len(words) - width + 1))


