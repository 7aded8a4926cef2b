"""Near-spelling: what a phone or a shaking hand made of a word the rules know.

A typed word is only taken for another when it is no common English word itself, so "fat" never
becomes "fit" while "siezure" becomes "seizure". Common words come from the `wordfreq` package.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.triage.common_words import common_words
from bot.triage.text import expand, keys_of, split_words, stem

COMMON_WORDS = 12_000
_LONG = 8
# From this length two slips are forgiven when the order of the letters or the middle is wrong.
_MIDDLE = 6
_SHORTEST = 4
# A message of at least `_FEW` words with fewer common English words than this share is in another language.
_FEW, _ENGLISH, _ENOUGH = 4, 0.4, 1_000


class Speller:
    """Keys of a word, those of the known words it nearly spells included."""

    def __init__(self, known: Iterable[str], extra_common: Iterable[str] = ()) -> None:
        self._known = sorted({word for word in known if len(word) >= _SHORTEST and word.isalpha()})
        known_stems = {stem(word) for word in self._known}
        common = common_words(COMMON_WORDS)
        self._settled = {*common, *extra_common, *self._known}
        self._known_stems = known_stems
        self._cache: dict[str, frozenset[str]] = {}

    def keys_for(self, message: str) -> Callable[[str], frozenset[str]]:
        """How to read the words of a message: near-spelling is for English, not for another language."""
        words = [word for word, _, _ in split_words(message[:_ENOUGH].lower()) if word.isalpha()]
        common = sum(word in self._settled for word in words)
        foreign = len(words) >= _FEW and common < _ENGLISH * len(words)
        return keys_of if foreign else self.keys

    def keys(self, word: str) -> frozenset[str]:
        """Exact form and stem of the word, and of every known word it is a slip of."""
        cached = self._cache.get(word)
        if cached is not None:
            return cached
        keys = keys_of(word)
        if word in self._settled:
            # Only everyday words are remembered: nothing a family alone would type stays in memory.
            self._cache[word] = keys
            return keys
        for near in self._near(word):
            for meant in expand(near):
                keys |= keys_of(meant)
        return keys

    def _near(self, word: str) -> list[str]:
        if len(word) < _SHORTEST - 1 or not word.isalpha() or not word.isascii():
            return []
        if word in self._settled or stem(word) in self._known_stems or len(word) > 24:
            return []
        most = 1 if len(word) < _MIDDLE else 2
        hits = process.extract(word, self._known, scorer=OSA.distance, score_cutoff=most, limit=12)
        if not hits:
            return []
        hits = [hit for hit in hits if hit[1] <= 1 or len(word) >= _LONG or _akin(word, hit[0])]
        best = min((distance for _, distance, _ in hits), default=0)
        return [known for known, distance, _ in hits if distance == best]


def _akin(one: str, other: str) -> bool:
    """The same letters in another order, or the same ends: "tounge" and "tbunge" for tongue."""
    return sorted(one) == sorted(other) or (one[0] == other[0] and one[-1] == other[-1])
