"""Words as BM25 and the glossary compare them: lower case and stemmed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

# The treatment's name is one word however it is typed, and is not the car a family drives.
_TOKEN = re.compile(r"\b(?P<car_t>car[\s\-‐‑–]?ts?)\b|(?P<word>[^\W_]+)", re.IGNORECASE)
_CAR_T = "cart"
# What is left of "child's" and "don't" once the apostrophe has parted them.
_REMNANTS = frozenset(["s", "t", "d", "ll", "m", "re", "ve"])
# Families write "she" and "my son" where explainers write "your child": rare there, so BM25 would
# take these words for the point of the question.
_PERSONS = frozenset(
    ["i", "me", "my", "we", "us", "our", "you", "your", "he", "him", "his", "she", "her", "them", "son"]
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text: its stem, its span, and whether it is too common to search for."""

    stem: str
    start: int
    end: int
    common: bool


@cache
def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("english")


@cache
def _stop_words() -> frozenset[str]:
    from bm25s.stopwords import STOPWORDS_EN

    return frozenset(STOPWORDS_EN) | _REMNANTS | _PERSONS


def words_of(text: str) -> list[Word]:
    """Every word of a text, in order."""
    found = list(_TOKEN.finditer(text))
    plain = [_CAR_T if match["car_t"] else match["word"].casefold() for match in found]
    stems: Sequence[str] = _stemmer().stemWords(plain)
    return [
        Word(stem, match.start(), match.end(), word in _stop_words())
        for match, word, stem in zip(found, plain, stems, strict=True)
    ]


def terms_of(text: str) -> list[str]:
    """The stems that BM25 counts: those of words that are not too common."""
    return [word.stem for word in words_of(text) if not word.common]
