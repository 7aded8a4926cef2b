"""In which language a message is written, so that a family can be told in it that only English is answered.

Nothing of triage hangs on this: the signs in other languages are looked for in every message
(`bot.triage.languages`). Unsure means English, because typing errors are not a language.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from bot.triage.data import Strict, load_data
from bot.triage.folding import english_words, words_of
from bot.triage.guard import guarded

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

PACKAGED = Path(__file__).with_name("language.yaml")
# Only so much of a message is looked at: its language shows early.
_ENOUGH = 1_000
# Share of the words that must be everyday words of the language. Measured on every English suite: with these
# three and the detector's verdict none of some 5,000 messages is taken for another language.
_EVERYDAY, _ROMANISED, _FEW = 0.25, 0.34, 4
_SURE, _VERY_SURE, _LONG = 0.5, 0.95, 4
# Letters only Urdu and Punjabi have, and letters they write otherwise.
_ARABIC_LETTERS = frozenset("\u0629\u0649\u064a\u0643\u0623\u0625")
_URDU_LETTERS = frozenset("ٹڈڑںےہھ")
# A message most of whose words are English is English, whatever else they mean ("how do we claim DLA").
_ENGLISH = 0.75
_NUMBER = re.compile(r"\d")
_SCRIPTS = {"DEVANAGARI": "hi", "BENGALI": "bn", "GURMUKHI": "pa"}

Identify = Callable[[str], tuple[str, float]]


class Language(StrEnum):
    """A language there are words for; `OTHER` is any one else that is surely not English."""

    SPANISH = "es"
    FRENCH = "fr"
    POLISH = "pl"
    PORTUGUESE = "pt"
    ROMANIAN = "ro"
    ARABIC = "ar"
    URDU = "ur"
    HINDI = "hi"
    ROMAN_URDU_HINDI = "hi-Latn"
    BENGALI = "bn"
    ROMAN_BENGALI = "bn-Latn"
    PUNJABI = "pa"
    PUNJABI_SHAHMUKHI = "pa-Arab"
    OTHER = "und"


class Everyday(Strict):
    """`language.yaml`: everyday words by language."""

    detected: dict[Language, tuple[str, ...]]
    romanised: dict[Language, tuple[str, ...]]
    arabic_script: dict[Language, tuple[str, ...]]


class Detector:
    """Knows a message's language, or None for English and for unsure."""

    def __init__(self, everyday: Everyday, identify: Identify, identify_any: Identify) -> None:
        self._detected = _folded(everyday.detected)
        self._romanised = _folded(everyday.romanised)
        self._arabic = _folded(everyday.arabic_script)
        self._identify = identify
        self._identify_any = identify_any

    def detect(self, text: str) -> Language | None:
        """The language of `text`."""
        text = text[:_ENOUGH]
        scripts = Counter(_script(char) for char in text if char.isalpha())
        if not scripts:
            return None
        script, letters = scripts.most_common(1)[0]
        words = [word for word in words_of(text) if not _NUMBER.search(word)]
        if script == "LATIN" or letters < 2:
            return self._latin(text, words)
        if script == "ARABIC":
            return self._arabic_script(text, words)
        return Language(_SCRIPTS.get(script, Language.OTHER))

    def _arabic_script(self, text: str, words: list[str]) -> Language:
        if _URDU_LETTERS.isdisjoint(text) and not _ARABIC_LETTERS.isdisjoint(text):
            return Language.ARABIC
        counts = {language: _count(words, known) for language, known in self._arabic.items()}
        if counts[Language.PUNJABI_SHAHMUKHI] > counts[Language.URDU]:
            return Language.PUNJABI_SHAHMUKHI
        if counts[Language.URDU] or not _URDU_LETTERS.isdisjoint(text):
            return Language.URDU
        return Language.ARABIC

    def _latin(self, text: str, words: list[str]) -> Language | None:
        if not words or _share(words, english_words()) >= _ENGLISH:
            return None
        language = self._typed_in_latin(words) or self._nothing_else(words)
        if language is not None:
            return language
        code, probability = self._identify(text.lower())
        if code in self._detected and probability >= _SURE:
            known = self._detected[Language(code)]
            count = _count(words, known)
            own = any(word in known and word not in english_words() for word in words)
            if own and count / len(words) >= _EVERYDAY and (count > 1 or len(words) <= _FEW):
                return Language(code)
        foreign = len(words) >= _LONG and english_words().isdisjoint(words)
        if foreign and code != "en":
            code, probability = self._identify_any(text.lower())
            return Language.OTHER if code != "en" and probability >= _VERY_SURE else None
        return None

    def _nothing_else(self, words: list[str]) -> Language | None:
        """The one language to whose everyday words all of a short message belongs ("fiebre 39")."""
        if len(words) > _FEW or all(word in english_words() for word in words):
            return None
        whole = [language for language, known in self._detected.items() if known.issuperset(words)]
        return whole[0] if len(whole) == 1 else None

    def _typed_in_latin(self, words: list[str]) -> Language | None:
        """A language that is usually written in another script."""
        counts = {language: _count(words, known) for language, known in self._romanised.items()}
        best = max(counts, key=lambda language: counts[language])
        strange = sum(word not in english_words() for word in words)
        if not counts[best] or not strange:
            return None
        many = counts[best] > 1 and counts[best] / len(words) >= _ROMANISED
        alone = counts[best] == len(words)
        return best if many or alone else None


def _share(words: list[str], known: frozenset[str]) -> float:
    return sum(word in known for word in words) / len(words)


def detect_language(text: str) -> Language | None:
    """The language of a message; None for English, for unsure, and when the detector cannot be used.

    The words are read and the detector is loaded at the first call.
    """
    return guarded(lambda: _packaged().detect(text), lambda: None)


@lru_cache(maxsize=1)
def _packaged() -> Detector:
    everyday = load_data(Everyday, PACKAGED)
    few = _identifier()
    few.set_languages(["en", *(language.value for language in everyday.detected)])
    return Detector(everyday, few.classify, _identifier().classify)


def _identifier() -> LanguageIdentifier:
    # Imported here: it loads numpy and a model, and a red flag needs neither.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def _script(char: str) -> str:
    return unicodedata.name(char, "NONE").split()[0]


def _folded(words: Mapping[Language, tuple[str, ...]]) -> dict[Language, frozenset[str]]:
    return {
        language: frozenset(word for line in lines for word in words_of(line))
        for language, lines in words.items()
    }


def _count(words: list[str], known: frozenset[str]) -> int:
    return sum(word in known for word in words)
