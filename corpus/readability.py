"""How hard a text is to read, by the Flesch-Kincaid grade (Kincaid and others, 1975)."""

from __future__ import annotations

import re

from corpus.sentences import split_sentences

_WORD = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)*")
_VOWELS = re.compile(r"[aeiouy]+")
_SOUNDED_END = ("ces", "ses", "ges", "xes", "zes", "ches", "shes")
_SILENT_END = re.compile(r"(?:[^laeiouy]es|[^aeiouytd]ed|[^laeiouy]e)$")


def syllables(word: str) -> int:
    """Syllables of an English word, counted by its groups of vowels; at least 1."""
    lowered = re.sub(r"[^a-z]", "", word.lower())
    count = len(_VOWELS.findall(lowered))
    if _SILENT_END.search(lowered) and not lowered.endswith(_SOUNDED_END):
        count -= 1
    return max(count, 1)


def flesch_kincaid_grade(text: str, excused: frozenset[str] = frozenset()) -> float | None:
    """US school grade at which a text reads easily; a reading age is about five years more.

    Args:
        text: lines of prose; each line ends a sentence.
        excused: lower-case words (glossary terms) that count as one syllable.

    Returns:
        The grade, or None for a text without words.
    """
    words = _WORD.findall(text)
    if not words:
        return None
    sentences = sum(len(split_sentences(line)) for line in text.splitlines())
    total = sum(1 if word.lower() in excused else syllables(word) for word in words)
    return 0.39 * len(words) / max(sentences, 1) + 11.8 * total / len(words) - 15.59
