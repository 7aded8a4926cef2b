"""What `languages.yaml` says, and its phrases as places that can be matched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import product

from pydantic import Field

from bot.triage.data import Strict
from bot.triage.folding import words_of
from bot.triage.phrases import Element


class Held(Strict):
    """Cues that hold a sign back, by the side of the sign they stand on."""

    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


class LanguageWords(Strict):
    """One language's words.

    `fillers` may stand inside a phrase, `carriers` between a cue and its sign; `negations` in a phrase
    make it deniable by none; `passed` beside a denial mean "no longer", which clears nothing. `heat` are
    words for fever or temperature, `counted` what a number followed by them counts instead; `numbers`
    are temperatures in words. `mentions` are words for a sign that alone tell nothing, looked for only to
    report that it was denied, supposed or asked about.
    """

    name: str
    reviewed: str | None
    words: dict[str, list[str]] = Field(default_factory=dict)
    fillers: tuple[str, ...]
    carriers: tuple[str, ...]
    negations: tuple[str, ...] = Field(min_length=1)
    passed: tuple[str, ...]
    heat: tuple[str, ...] = Field(min_length=1)
    counted: tuple[str, ...]
    numbers: dict[float, tuple[str, ...]] = Field(default_factory=dict)
    held: dict[str, Held]
    mentions: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    signs: dict[str, tuple[str, ...]] = Field(min_length=1)


class LanguageFile(Strict):
    """The whole of `languages.yaml`.

    `required` are the signs no language may lack; `english` words that no ending (`convuls*`) may take.
    """

    required: tuple[str, ...] = Field(min_length=1)
    english: tuple[str, ...]
    languages: dict[str, LanguageWords] = Field(min_length=1)


@dataclass(frozen=True, slots=True)
class Cue:
    """A sequence of words that holds a sign back; an empty set stands for the end of the clause."""

    why: str
    places: tuple[frozenset[str], ...]


def cues(held: Mapping[str, Iterable[str]], words: LanguageWords) -> tuple[Cue, ...]:
    cues = []
    for why, lines in held.items():
        for line in lines:
            ends = line.endswith(" .")
            for elements in compile_line(line.removesuffix(" ."), words):
                places = (*(element.keys for element in elements), *((frozenset(),) * ends))
                cues.append(Cue(why, places))
    return tuple(cues)


def keys_in(lines: Iterable[str], words: LanguageWords) -> frozenset[str]:
    """The keys of single words and word lists.

    Raises:
        ValueError: a line of several words; its first alone would mean something else.
    """
    found = [(line, elements) for line in lines for elements in compile_line(line, words)]
    for line, elements in found:
        if len(elements) > 1:
            raise ValueError(f"{line!r} must be one word here")
    return frozenset(key for _, elements in found for key in elements[0].keys)


def compile_line(line: str, words: LanguageWords) -> Iterator[tuple[Element, ...]]:
    """A phrase of the file as matchable places; several when an alternative has several words.

    Raises:
        ValueError: an unknown word list, an empty alternative, or nothing that must be there.
    """
    parts: list[list[list[tuple[frozenset[str], bool, bool, bool]]]] = []
    wide = False
    for part in line.split():
        if part == "~":
            wide = True
            continue
        optional, close = part.endswith("?"), part.startswith("+")
        single, several = _alternatives(part.lstrip("+").rstrip("?"), words, line)
        choices = [[(single, optional, wide, close)]] if single else []
        for sequence in several:
            lead = [(frozenset((sequence[0],)), optional, wide, close)]
            choices.append([*lead, *((frozenset((word,)), optional, False, True) for word in sequence[1:])])
        parts.append(choices)
        wide = False
    for combination in product(*parts):
        places = [place for choice in combination for place in choice]
        if all(optional for _, optional, _, _ in places):
            raise ValueError(f"phrase {line!r} has no word that must be there")
        yield tuple(Element(keys, o, w, c, frozenset()) for keys, o, w, c in places)


@cache
def _file_words(piece: str) -> tuple[str, ...]:
    # Only words of the file come here; what a family typed is not kept in memory.
    return tuple(words_of(piece))


def _alternatives(part: str, words: LanguageWords, line: str) -> tuple[frozenset[str], list[list[str]]]:
    single: set[str] = set()
    several: list[list[str]] = []
    for choice in part.split("|"):
        if choice.startswith("$"):
            if choice[1:] not in words.words:
                raise ValueError(f"phrase {line!r} uses the unknown word list {choice!r}")
            inner, more = _alternatives("|".join(words.words[choice[1:]]), words, line)
            single |= inner
            several += more
            continue
        star = "*" if choice.endswith("*") else ""
        found = [word for piece in choice.rstrip("*").split("_") for word in _file_words(piece)]
        if not found:
            raise ValueError(f"phrase {line!r} has an empty alternative")
        found[-1] += star
        if len(found) == 1:
            single.add(found[0])
        else:
            several.append(found)
    return frozenset(single), several
