"""Words of any script as triage compares them: one spelling for what phones and habits spell differently."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection
from functools import lru_cache

from rapidfuzz.distance import OSA

from bot.triage.common_words import common_words
from bot.triage.spelling import COMMON_WORDS
from bot.triage.text import Text, Token, clean

# Letters typed one for another, each folded to exactly one so that offsets stay true.
_SAME = (
    ("\u0142", "l"), ("\u00f8", "o"), ("\u0111", "d"), ("\u0131", "i"), ("\u00df", "s"), ("\u0153", "o"),
    # Arabic script: the two yehs and yeh barree, the hehs and teh marbuta, two kafs, noon ghunna.
    ("\u06cc\u0649\u06d2", "\u064a"), ("\u06c1\u0629\u06be\u06c3\u06d5", "\u0647"),
    ("\u06a9\u06aa", "\u0643"), ("\u06ba", "\u0646"), ("\u0671", "\u0627"),
    # Indic scripts: short and long i, the sibilants and the n's.
    ("\u093f", "\u0940"), ("\u0936\u0937", "\u0938"), ("\u0923", "\u0928"),
    ("\u09bf", "\u09c0"), ("\u09b6\u09b7", "\u09b8"), ("\u09a3", "\u09a8"),
    ("\u0a3f", "\u0a40"), ("\u0a23", "\u0a28"),
    ("\u066b", "."), ("\u060c", ","), ("\u061b", ";"), ("\u061f", "?"), ("\u06d4\u0964\u0965", "."),
)  # fmt: skip
_DIGIT_ZEROS = (0x660, 0x6F0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66)
_TABLE = str.maketrans(
    {letter: to for letters, to in _SAME for letter in letters}
    | {chr(zero + digit): str(digit) for zero in _DIGIT_ZEROS for digit in range(10)}
)
# The vowel signs of Indic scripts are no letters to Python; the block from 0900 to 0DFF is all script.
_WORD = re.compile(r"\d+(?:[.,]\d+)?|(?:[^\W\d_]|[\u0900-\u0dff])+|[.,;:!?\n…]")
_DOUBLED = re.compile(r"([a-z])\1+")
_SENTENCE_END, _COMMA = frozenset(".!?\n…"), frozenset(",;:")
_ARABIC = re.compile(r"[\u0600-\u06ff]")
_PROCLITICS, _ARTICLE = "وفبل", "ال"
# A slip is only forgiven in a word this long, and never in a common English one.
_LONG = 6
_LONGEST = 24


def fold(text: str) -> str:
    """Cleaned text with every letter and digit in its one spelling; as long as what it was given."""
    return text.translate(_TABLE)


def words_of(text: str) -> list[str]:
    """The words of a phrase, as they are compared."""
    found = _WORD.findall(fold(clean(text)[0]))
    return [_single(word) for word in found if word not in _SENTENCE_END | _COMMA]


@lru_cache(maxsize=1)
def english_words() -> frozenset[str]:
    """Words so common in English that they are no sign of another language."""
    return frozenset(common_words(COMMON_WORDS))


def _single(word: str) -> str:
    """Doubled letters as one ("bukhaar"), except in English words: "see" must not become "se"."""
    return word if word in english_words() else _DOUBLED.sub(r"\1", word)


class Folder:
    """Cuts messages into tokens whose keys are the known words, endings (`convuls*`) and near-spellings."""

    def __init__(self, known: Collection[str], english: Collection[str] = ()) -> None:
        self._known = frozenset(known)
        self._stems = tuple(sorted({len(key) - 1 for key in known if key.endswith("*")}))
        self._english = english_words() | frozenset(english)
        self._slips: dict[str, set[str]] = defaultdict(set)
        for word in self._known - self._english:
            if _may_slip(word):
                for shorter in _shorter(word):
                    self._slips[shorter].add(word)

    def tokens(self, text: Text) -> list[Token]:
        """The message's words with their places in the original."""
        folded = fold(text.clean)
        found: list[Token] = []
        sentence, comma = 0, False
        for match in _WORD.finditer(folded):
            word = match.group()
            if word in _SENTENCE_END:
                sentence += 1
            elif word in _COMMA:
                comma = True
            else:
                start, end = text.at(match.start()), text.at(match.end() - 1) + 1
                end = _with_marks(text.original, end)
                found.append(Token(word, start, end, sentence, sentence, self._keys(word), comma))
                comma = False
        return found

    def _keys(self, word: str) -> frozenset[str]:
        keys: set[str] = set()
        for form in self._forms(word):
            if form in self._known:
                keys.add(form)
            for length in () if word in self._english else self._stems:
                if length > len(form):
                    break
                if (stem := form[:length] + "*") in self._known:
                    keys.add(stem)
        if not keys and word not in self._english:
            keys = self._near(_single(word))
        return frozenset(keys)

    def _forms(self, word: str) -> list[str]:
        if word.isascii():
            return [_single(word)]
        if not _ARABIC.match(word) or len(word) < 4:
            return [word]
        bare = [word, word[1:]] if word[0] in _PROCLITICS else [word]
        return [*bare, *(form[2:] for form in bare if form.startswith(_ARTICLE) and len(form) > 4)]

    def _near(self, word: str) -> set[str]:
        if not _may_slip(word):
            return set()
        near = set(self._slips.get(word, ()))
        for shorter in _shorter(word):
            near |= self._slips.get(shorter, set())
        return {known for known in near if known[0] == word[0] and OSA.distance(word, known) <= 1}


def _may_slip(word: str) -> bool:
    return _LONG <= len(word) <= _LONGEST and word.isascii() and word.isalpha()


def _shorter(word: str) -> list[str]:
    """The word, and it with each one letter left out: words one slip apart share one of these."""
    return [word, *(word[:place] + word[place + 1 :] for place in range(len(word)))]


def _with_marks(original: str, end: int) -> int:
    """`end` moved past vowel and other marks of the last letter, which the cleaned text leaves out."""
    while end < len(original) and unicodedata.category(original[end]) in ("Mn", "Me"):
        end += 1
    return end
