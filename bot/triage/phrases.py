"""Phrases as data: a small pattern language a clinician can read, matched over tokens.

    stopped breathing            these words in order; a few filler words may stand between
    blue|grey|gray lips          any of these words
    $cannot breathe              a named list of words from the rules file
    =fit                         exactly this word, not its other forms
    not ~ wake                   up to four other words between, in the same sentence
    really? hot                  an optional word
    my +hands                    nothing between the two
    fell|passed_out              an alternative of several words

Words match by stem, and by near-spelling when what was typed is no common word (see `spelling`).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from bot.triage.text import Token, split_words, stem

WIDE_GAP = 4
FILLER_GAP = 3
# No phrase reaches over one of these unless it names it: "poo normal, no blood" is no blood in poo.
NEGATIONS = frozenset(("no", "not", "never", "without"))


class PhraseError(ValueError):
    """A phrase that cannot be read; the message names it and says why."""


@dataclass(frozen=True, slots=True)
class Element:
    """One place in a phrase: the keys that fill it, and how far from the one before it may stand.

    `wide` allows any words before it, `close` none. `surface` are the words as the file has them,
    from which near-spelling learns.
    """

    keys: frozenset[str]
    optional: bool
    wide: bool
    close: bool
    surface: frozenset[str]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A compiled phrase. `owner` is whatever the match should lead back to."""

    source: str
    elements: tuple[Element, ...]
    owner: int


@dataclass(frozen=True, slots=True)
class Match:
    """A phrase found: positions of its first and last token, and of all tokens it used."""

    phrase: Phrase
    first: int
    last: int
    used: tuple[int, ...]


def compile_phrases(source: str, owner: int, classes: Mapping[str, Sequence[str]]) -> list[Phrase]:
    """Read one line of the rules: a phrase, or several when an alternative has several words."""
    parts = source.split()
    for place, part in enumerate(parts):
        alternatives = part.lstrip("+").rstrip("?").split("|")
        several = [a for a in alternatives if "_" in a]
        if not several:
            continue
        lead, tail = ("+" if part.startswith("+") else ""), ("?" if part.endswith("?") else "")
        single = "|".join(a for a in alternatives if "_" not in a)
        found: list[Phrase] = []
        for choice in [single, *(a.replace("_", " +") for a in several)]:
            if choice:
                line = " ".join([*parts[:place], lead + choice + tail, *parts[place + 1 :]])
                found.extend(compile_phrases(line, owner, classes))
        return found
    return [compile_phrase(source, owner, classes)]


def compile_phrase(source: str, owner: int, classes: Mapping[str, Sequence[str]]) -> Phrase:
    """Read one phrase of single-word alternatives.

    Raises:
        PhraseError: unknown word list, empty phrase, or only optional words.
    """
    elements: list[Element] = []
    wide = False
    for part in source.split():
        if part == "~":
            wide = True
            continue
        optional, close = part.endswith("?"), part.startswith("+")
        alternatives = [_words(a) for a in _alternatives(part.lstrip("+").rstrip("?"), classes, source)]
        # "can't" alone is two places (can, not); among alternatives its last word stands for it.
        places = [[a[-1] for a in alternatives]]
        if len(alternatives) == 1:
            places = [[word] for word in alternatives[0]]
        for words in places:
            elements.append(Element(_keys(words), optional, wide, close, frozenset(words)))
            wide = False
    if not any(not e.optional for e in elements):
        raise PhraseError(f"phrase {source!r} has no word that must be there")
    return Phrase(source, tuple(elements), owner)


def _alternatives(part: str, classes: Mapping[str, Sequence[str]], source: str) -> list[str]:
    found: list[str] = []
    for word in part.split("|"):
        if not word:
            raise PhraseError(f"phrase {source!r} has an empty alternative")
        if word.startswith("$"):
            if word[1:] not in classes:
                raise PhraseError(f"phrase {source!r} uses the unknown word list {word!r}")
            for member in classes[word[1:]]:
                found.extend(_alternatives(member, classes, source))
        else:
            found.append(word)
    return found


@cache
def _words(word: str) -> tuple[str, ...]:
    # Only words of the rules come here; what a family typed is not kept in memory.
    mark = "=" if word.startswith("=") else ""
    if word == "n't":
        return ("not",)
    parts = [part for part, _, _ in split_words(word.lstrip("=").lower()) if part[0].isalnum()]
    if not parts:
        raise PhraseError(f"{word!r} is no word")
    return tuple(mark + part for part in parts)


@cache
def _key(word: str) -> str:
    return word if word.startswith("=") else stem(word)


def _keys(words: Iterable[str]) -> frozenset[str]:
    return frozenset(_key(word) for word in words)


def vocabulary(phrases: Iterable[Phrase]) -> frozenset[str]:
    """Every key any phrase waits for."""
    return frozenset(key for phrase in phrases for element in phrase.elements for key in element.keys)


class Matcher:
    """Finds all phrases in a token sequence; work grows linearly with the text.

    A phrase is only tried where its rarest word occurs, so that a thousand phrases cost little.
    """

    def __init__(self, phrases: Sequence[Phrase], fillers: Iterable[str]) -> None:
        self._phrases = tuple(phrases)
        self._fillers = frozenset(fillers)
        uses = Counter(key for p in phrases for e in p.elements for key in e.keys)
        self._by_anchor: dict[str, list[int]] = defaultdict(list)
        for number, phrase in enumerate(self._phrases):
            anchor = min(
                (e for e in phrase.elements if not e.optional),
                key=lambda e: sum(uses[key] for key in e.keys),
            )
            for key in anchor.keys:
                self._by_anchor[key].append(number)

    def find(self, tokens: Sequence[Token]) -> list[Match]:
        """All matches, in order of their first word. One phrase may match several times."""
        places: dict[str, list[int]] = defaultdict(list)
        for place, token in enumerate(tokens):
            for key in token.keys:
                places[key].append(place)
        candidates = {n for key in places if key in self._by_anchor for n in self._by_anchor[key]}
        found: list[Match] = []
        for number in sorted(candidates):
            found.extend(self._matches(self._phrases[number], tokens, places))
        return sorted(found, key=lambda m: (m.first, m.last))

    def _matches(
        self, phrase: Phrase, tokens: Sequence[Token], places: Mapping[str, list[int]]
    ) -> Iterable[Match]:
        lead = 0
        while phrase.elements[lead].optional:
            lead += 1
        starts = sorted({p for key in phrase.elements[lead].keys for p in places.get(key, ())})
        for start in starts:
            used = self._walk(phrase.elements, lead + 1, tokens, (start,))
            if used is not None:
                yield Match(phrase, used[0], used[-1], used)

    def _walk(
        self, elements: Sequence[Element], number: int, tokens: Sequence[Token], used: tuple[int, ...]
    ) -> tuple[int, ...] | None:
        """The shortest way to fill the remaining elements, or None."""
        if number == len(elements):
            return used
        element = elements[number]
        budget = WIDE_GAP if element.wide else 0 if element.close else FILLER_GAP
        place, sentence = used[-1] + 1, tokens[used[-1]].sentence
        denies = any(tokens[p].word in NEGATIONS for p in used)
        while place < len(tokens) and tokens[place].sentence == sentence:
            if denies and tokens[place].after_comma:
                break
            if not element.keys.isdisjoint(tokens[place].keys):
                further = self._walk(elements, number + 1, tokens, (*used, place))
                if further is not None:
                    return further
            if tokens[place].word in NEGATIONS:
                break
            if budget == 0 or not (element.wide or tokens[place].word in self._fillers):
                break
            budget -= 1
            place += 1
        return self._walk(elements, number + 1, tokens, used) if element.optional else None
