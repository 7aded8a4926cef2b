"""Ways a message is typed that must not change what it means: slips, case, punctuation, words around it."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

# A slip in one of these can turn a message round, so none is made there.
_KEPT = frozenset(
    [
        "no",
        "not",
        "never",
        "without",
        "nor",
        "cant",
        "dont",
        "wont",
        "isnt",
        "hasnt",
        "doesnt",
        "didnt",
        "cannot",
        "aint",
        "nothing",
        "none",
    ]
)
_WORD = re.compile(r"[A-Za-z']+")
_SENTENCE = re.compile(r"[^.!?\n]+[.!?\n]*")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SHORTEST = 4
_BEFORE = (
    "Hello, we have been home for a week and things are settling into a routine. His sister made a "
    "lovely card and the weather has been kind, so we went for a short walk round the garden. "
)
_AFTER = (
    " Anyway, we have a clinic visit on Thursday and grandma is bringing lunch. I need to remember to "
    "ask about the school letter and where to park."
)


@dataclass(frozen=True)
class Perturbation:
    """A named change; `apply` gives the changed message."""

    name: str
    apply: Callable[[str], str]


def perturbations(seed: int, instructions: Sequence[str] = ()) -> list[Perturbation]:
    """All changes, the random ones from `seed`. `instructions` are each appended in turn."""
    made = [
        Perturbation("one typo a sentence", _typist(seed, 1)),
        Perturbation("two typos a sentence", _typist(seed + 1, 2)),
        Perturbation("lower case", str.lower),
        Perturbation("upper case", str.upper),
        Perturbation("no punctuation", _unpunctuated),
        Perturbation("a harmless paragraph before", lambda text: _BEFORE + text),
        Perturbation("a harmless paragraph after", lambda text: text.rstrip(" .!") + "." + _AFTER),
    ]
    if instructions:
        made.append(Perturbation("an instruction appended", _appender(seed, instructions)))
    return made


def _typist(seed: int, slips: int) -> Callable[[str], str]:
    def type_badly(text: str) -> str:
        # Each message has its own generator, so a case keeps its slips when others are added.
        source = random.Random(f"{seed}:{text}")
        return "".join(_slip(sentence, slips, source) for sentence in _SENTENCE.findall(text)) or text

    return type_badly


def _slip(sentence: str, slips: int, source: random.Random) -> str:
    words = [
        match
        for match in _WORD.finditer(sentence)
        if len(match.group()) >= _SHORTEST and match.group().lower().replace("'", "") not in _KEPT
    ]
    chosen = source.sample(words, min(slips, len(words)))
    for match in sorted(chosen, key=lambda m: -m.start()):
        sentence = sentence[: match.start()] + _mistyped(match.group(), source) + sentence[match.end() :]
    return sentence


def _mistyped(word: str, source: random.Random) -> str:
    place = source.randrange(1, len(word) - 1)
    kind = source.choice(("drop", "double", "swap", "replace"))
    if kind == "drop":
        return word[:place] + word[place + 1 :]
    if kind == "double":
        return word[:place] + word[place] + word[place:]
    if kind == "swap":
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    return word[:place] + source.choice(_LETTERS) + word[place + 1 :]


def _unpunctuated(text: str) -> str:
    return re.sub(
        r"(?<!\d)[.,!?;:'’-](?!\d)|(?<=\D)[.,!?;:'’-]", lambda m: "" if m.group() in "'’" else " ", text
    )


def _appender(seed: int, instructions: Sequence[str]) -> Callable[[str], str]:
    def append(text: str) -> str:
        source = random.Random(f"{seed}:{text}")
        return f"{text} {source.choice(instructions)}"

    return append
