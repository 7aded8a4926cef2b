"""Splitting a paragraph into sentences.

Where it is unsure it does not split: a quotation that is one sentence too long still says what the
corpus says, half a sentence may not.
"""

from __future__ import annotations

import re
from itertools import pairwise

_END = re.compile(r"""[.!?…]+['"”’)\]]*(?=\s)""")
_NEXT = re.compile(r"""\s+['"“‘(\[]*(?P<first>\S)""")
_LAST_WORD = re.compile(r"(\S+)$")
_INITIALS = re.compile(r"^\(?(?:[^\W\d_]\.)+[^\W\d_]?\.?$")

# Abbreviations that a capital letter commonly follows inside a sentence.
_TITLES = frozenset(["dr", "mr", "mrs", "ms", "prof", "st", "sr", "jr", "rev"])
_SHORTENED = frozenset(["e.g", "i.e", "eg", "ie", "vs", "approx", "cf", "fig", "dept", "tel", "ext", "incl"])
_ABBREVIATIONS = _TITLES | _SHORTENED
# These stand before a number: "No. 5", "p. 12"; before anything else they can end a sentence.
_BEFORE_NUMBERS = frozenset(["no", "nos", "p", "pp", "vol", "ch"])
_PAIRS = {"(": ")", "[": "]", "“": "”"}


def split_sentences(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences of one paragraph, in order; together they hold every non-space character.

    Args:
        text: one line of prose.

    Returns:
        `(start, end)` pairs with no space at either edge.
    """
    held = _enclosed(text)
    cuts = [m.end() for m in _END.finditer(text) if not held[m.end() - 1] and _is_boundary(text, m)]
    edges = [0, *cuts, len(text)]
    spans = [_trim(text, start, end) for start, end in pairwise(edges)]
    return [(start, end) for start, end in spans if start < end]


def _is_boundary(text: str, match: re.Match[str]) -> bool:
    following = _NEXT.match(text, match.end())
    if following is None:
        return False
    first = following["first"]
    if first.islower():
        return False
    if match.group()[0] != ".":
        return True
    before = text[: match.start()]
    last = _LAST_WORD.search(before)
    word = last.group(1).lstrip("(“\"'‘[").lower() if last else ""
    if word in _ABBREVIATIONS or (word in _BEFORE_NUMBERS and first.isdigit()):
        return False
    return not _is_initials(before, word)


def _is_initials(before: str, word: str) -> bool:
    """ "U.S." and the "J." of "Emily J. Smith", but not the K of "vitamin K." """
    if len(word) > 1:
        return "." in word and _INITIALS.match(word + ".") is not None
    if not word.isalpha() or not before[-1:].isupper():
        return False
    previous = before[:-1].split()
    return bool(previous) and previous[-1][:1].isupper() and len(previous[-1]) > 1


def _enclosed(text: str) -> list[bool]:
    """For each character, whether it stands inside brackets or quotation marks that close later on.

    The closing mark itself counts as outside, so a sentence may end with it.
    """
    inside = [False] * len(text)
    openings: list[tuple[str, int]] = []
    for position, character in enumerate(text):
        if character == '"' and openings and openings[-1][0] == '"':
            _mark(inside, openings.pop()[1], position)
        elif character == '"':
            openings.append(('"', position))
        elif character in _PAIRS:
            openings.append((_PAIRS[character], position))
        elif openings and character == openings[-1][0]:
            _mark(inside, openings.pop()[1], position)
    return inside


def _mark(inside: list[bool], start: int, end: int) -> None:
    inside[start:end] = [True] * (end - start)


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - (len(piece) - len(piece.rstrip()))
