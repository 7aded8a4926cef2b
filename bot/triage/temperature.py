"""Body temperatures in a message: digits and words, Celsius and Fahrenheit, with and without a unit.

Readings of other things (weights, wards, doses, dates, bath water, conversions) are left out. The words
that decide are in `temperature.yaml`. Fahrenheit bounds follow the exact conversion of the Celsius ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from bot.triage.data import Strict, load_data
from bot.triage.text import Text, stem

FEVER_C = 38.0
# Product policy (the seed's figure): from here the level is emergency. Never shown as a line to wait for.
HIGH_C = 38.5
LOW_C = 36.0
_BODY_C = (30.0, 44.0)
_BODY_F = (86.0, 111.0)
# Without a unit a number must be near a fever, or a word of measuring must stand by it.
_BARE_C = (34.0, 43.0)
_BARE_F = (95.0, 109.9)
_PLAIN_C = (37.5, 42.5)
# How far words of measuring may stand from the number, in characters.
_NEAR = 60
_READING_STEMS = frozenset((stem("temperature"), stem("thermometer"), stem("fever")))


class _Words(Strict):
    """The whole of `temperature.yaml`."""

    digits: dict[str, int]
    tens: dict[str, int]
    celsius: list[str]
    fahrenheit: list[str]
    not_body_after: list[str]
    not_body_before: list[str]
    things: list[str]
    conversion: list[str]
    reading: list[str]
    reporting: list[str]
    firm: list[str]
    grown_up: list[str]
    when: list[str]


@dataclass(frozen=True)
class _Patterns:
    """The words compiled, once."""

    words: _Words
    number: re.Pattern[str]
    spoken: re.Pattern[str]
    unit: re.Pattern[str]
    not_body_after: re.Pattern[str]
    not_body_before: re.Pattern[str]
    thing_before: re.Pattern[str]
    thing_after: re.Pattern[str]
    outdoors: re.Pattern[str]
    place_after: re.Pattern[str]
    conversion: re.Pattern[str]
    reading: re.Pattern[str]
    letter: re.Pattern[str]
    reporting: re.Pattern[str]
    firm: re.Pattern[str]
    grown_up: re.Pattern[str]
    when: re.Pattern[str]
    weight: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Reading:
    """A body temperature: degrees Celsius, and its place in the original message."""

    celsius: float
    start: int
    end: int
    clean_start: int


def readings(text: Text) -> list[Reading]:
    """Every body temperature in the message, in order."""
    found = [*_digit_readings(text), *_word_readings(text)]
    return sorted(found, key=lambda reading: reading.start)


def _digit_readings(text: Text) -> Iterator[Reading]:
    for match in _patterns().number.finditer(text.clean):
        raw = re.sub(r"\s*(?:point|[.,°])\s*", ".", match["number"].replace(" point ", "."))
        value = float(raw) + (0.5 if match["half"] else 0.0)
        reading = _judge(text, value, "." in raw or bool(match["half"]), match.start(), match.end())
        if reading:
            yield reading


def _word_readings(text: Text) -> Iterator[Reading]:
    for match in _patterns().spoken.finditer(text.clean):
        value, exact = _spoken(match)
        reading = _judge(text, value, exact, match.start(), match.end())
        if reading:
            yield reading


def _spoken(match: re.Match[str]) -> tuple[float, bool]:
    digits, tens = _patterns().words.digits, _patterns().words.tens
    if match["hundred"]:
        value = 100 + digits[match["hu"] or "zero"]
    elif match["oneoh"]:
        value = 100 + digits[match["ou"]]
    else:
        value = tens[match["tens"]] + digits[match["unit"] or "zero"]
    decimals = "".join(str(digits[match[name]]) for name in ("d1", "d2") if match[name])
    if match["half"]:
        return value + 0.5, True
    return (float(f"{value}.{decimals}"), True) if decimals else (float(value), False)


def _judge(text: Text, value: float, exact: bool, start: int, end: int) -> Reading | None:
    """The number as a body temperature, or None when it is something else."""
    unit_match = _patterns().unit.match(text.clean, end)
    unit = ""
    if unit_match:
        unit = "c" if unit_match["c"] else "f" if unit_match["f"] else ""
    stop = unit_match.end() if unit_match else end
    celsius = _celsius(value, unit)
    if celsius is None or (not unit and _BODY_C[1] < value < _BARE_F[0]):
        return None
    if _of_something_else(text.clean, start, stop, bool(unit_match)):
        return None
    if not unit_match and not _bare_is_body(text, value, exact, start, end):
        return None
    return Reading(celsius, text.at(start), text.at(stop - 1) + 1, start)


def _of_something_else(clean: str, start: int, stop: int, has_unit: bool) -> bool:
    """Bath water, the weather, or a conversion."""
    patterns = _patterns()
    before, clause = clean[max(0, start - 40) : start], _clause(clean, start, stop)
    of_child = re.search(r"\b(?:fever|(?:his|her|their) temp)", clause)
    if not of_child and (patterns.thing_before.search(before) or patterns.thing_after.match(clean, stop)):
        return True
    if has_unit and patterns.outdoors.search(before) and patterns.place_after.match(clean, stop):
        return True
    named = re.search(r"\b(?:he|she|him|her|his|my)\b", clause)
    return bool(patterns.conversion.search(clause)) and not named


def _bare_is_body(text: Text, value: float, exact: bool, start: int, end: int) -> bool:
    """Whether a number without a unit is a temperature, by the words around it."""
    patterns, clean = _patterns(), text.clean
    before, after = clean[max(0, start - 40) : start], clean[end : end + 24]
    if patterns.not_body_after.match(after) or patterns.not_body_before.search(before):
        return False
    low, high = _BARE_C if value <= _BODY_C[1] else _BARE_F
    if patterns.weight.search(before) or not low <= value <= high:
        return False
    if exact and _PLAIN_C[0] <= value <= _PLAIN_C[1]:
        return True
    if _near_reading(text, start, end) or (not clean[:start].strip() and not clean[end:].strip(" .!?")):
        return True
    when = bool(patterns.when.match(after)) and not patterns.grown_up.search(before)
    if exact:
        return when or bool(patterns.reporting.search(before))
    firm = bool(patterns.firm.search(before)) and not patterns.grown_up.search(before)
    return (firm and value >= FEVER_C) or (when and value > _BODY_C[1])


def _near_reading(text: Text, start: int, end: int) -> bool:
    """Somebody is measuring close by, however the word is spelt."""
    patterns, clean = _patterns(), text.clean
    if patterns.reading.search(clean[max(0, start - 80) : end + _NEAR]):
        return True
    if patterns.letter.search(clean[max(0, start - 12) : start]):
        return True
    place = text.at(start)
    close = (token for token in text.tokens if abs(token.start - place) < _NEAR)
    return any(not _READING_STEMS.isdisjoint(token.keys) for token in close)


def _celsius(value: float, unit: str) -> float | None:
    if unit == "f" or (not unit and value >= _BODY_F[0]):
        return (value - 32.0) * 5.0 / 9.0 if _BODY_F[0] <= value <= _BODY_F[1] else None
    return value if _BODY_C[0] <= value <= _BODY_C[1] else None


def _clause(clean: str, start: int, end: int) -> str:
    """The words around a number, up to the nearest mark, at most `_NEAR` characters each way."""
    first = max((clean.rfind(mark, max(0, start - _NEAR), start) for mark in ",.!?\n;"), default=-1) + 1
    first = max(first, start - _NEAR, 0)
    ends = [p for p in (clean.find(mark, end, end + _NEAR) for mark in ",!?\n;") if p >= 0]
    return clean[first : min(ends, default=min(len(clean), end + _NEAR))]


def _any(entries: Sequence[str]) -> str:
    return "(?:" + "|".join(entries) + ")"


@lru_cache(maxsize=1)
def _patterns() -> _Patterns:
    words = load_data(_Words, Path(__file__).with_name("temperature.yaml"))
    digit, tens, thing = _any(list(words.digits)), _any(list(words.tens)), _any(words.things)
    joint = r"(?:is|was|of|are|at|=|:|no|number|about|around|her|his|now)?\s*(?:is|was|about|around|now)?"
    return _Patterns(
        words=words,
        number=re.compile(
            r"(?:(?<![\d.,:/£$€#-])|(?<=\d\.\d[/-])|(?<=[a-z]:))"
            r"(?P<number>\d{2,3}(?:\s?[.,]\s?\d{1,2}|°\d(?!\d)|\s+point\s+\d{1,2})?)(?!\d)"
            r"(?P<half>\s+and\s+a\s+half)?"
        ),
        spoken=re.compile(
            rf"\b(?:(?P<hundred>(?:a |one )?hundred(?: and| n| an| &)?(?:[ -](?P<hu>{digit}))?)"
            rf"|(?P<oneoh>one[ -](?:oh|o|zero)[ -](?P<ou>{digit}))"
            rf"|(?P<tens>{tens})(?:[ -](?P<unit>{digit}))?)"
            rf"(?:(?P<half> and a half)|\s*(?:point|dot) (?P<d1>{digit})(?:\s(?P<d2>{digit}))?)?\b"
        ),
        unit=re.compile(
            rf"\s*(?:°|º|degrees?|degs?|deg\.?)?\s*(?:(?P<c>{_any(words.celsius)})|(?P<f>{_any(words.fahrenheit)}))\b"
            r"|\s*(?P<bare>°|º|degrees?\b|degs?\b)"
        ),
        not_body_after=re.compile(rf"\s*{_any(words.not_body_after)}"),
        not_body_before=re.compile(rf"(?:\b{_any(words.not_body_before)}|\b[am](?=$))\s*{joint}\s*$"),
        thing_before=re.compile(
            rf"\b{thing}(?:\s+temp\w*)?(?:\s+(?:\w+\s+){{0,2}}?(?:at|is|was|to|of|be|reads|says|around|about|are))?"
            r"\s*(?:about|around|only|now|be)?\s*(?:\d{2}\s*(?:or|to)\s*)?$"
        ),
        thing_after=re.compile(
            rf"\s*(?:is|was)?\s*(?:too (?:hot|warm|cold))?\s*(?:in|for|out|on)?\s*"
            rf"(?:the |a |our |this )?{thing}\b"
        ),
        outdoors=re.compile(r"\b(?:it|it's|its|it is|will be|be|gets? to|hits?)\s*$"),
        # "it's 39 degrees in Brisbane", but "39 degrees in her ear".
        place_after=re.compile(
            r"\s*(?:in|here|there)\b"
            r"(?!\s+(?:the|an?|his|her|my|both|one|each|ears?|left|right|bed|mouth|armpit|under))"
        ),
        conversion=re.compile(rf"\b{_any(words.conversion)}"),
        reading=re.compile(rf"\b{_any(words.reading)}\b"),
        letter=re.compile(r"(?:^|[\s,;])(?:t|tmp|tp)\s*[=:]?\s*$"),
        reporting=re.compile(rf"(?:^|\b{_any(words.reporting)})\s*$"),
        firm=re.compile(rf"(?:^|\b{_any(words.firm)})\s*$"),
        grown_up=re.compile(rf"\b{_any(words.grown_up)}\b[^.!?\n]{{0,25}}$"),
        when=re.compile(rf"\s*{_any(words.when)}\b"),
        weight=re.compile(r"\b(?:weigh\w*|kilos?|kgs?)\b[^!?\n]{0,60}\b(?:up|down|from|to)\s*$"),
    )
