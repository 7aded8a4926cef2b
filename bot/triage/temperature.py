"""Body temperatures in a message: digits and words, Celsius and Fahrenheit, with and without a unit.

Readings of other things (weights, wards, doses, dates, bath water, conversions) are left out.
Fahrenheit bounds follow the exact conversion of the Celsius ones.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.triage.text import Text

FEVER_C = 38.0
# Product policy (the seed's figure): from here the level is emergency. Never shown as a line to wait for.
HIGH_C = 38.5
LOW_C = 36.0
_BODY_C = (30.0, 44.0)
_BODY_F = (86.0, 111.0)
# Without a unit a number must be near a fever, or a reading word must stand by it.
_BARE_C = (34.0, 43.0)
_BARE_F = (95.0, 109.9)

_UNITS_WORDS = {
    "zero": 0, "oh": 0, "o": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
}  # fmt: skip
_TENS = {"thirty": 30, "forty": 40, "fourty": 40, "ninety": 90}
_DIGIT = "|".join(_UNITS_WORDS)
_WORDS = re.compile(
    rf"\b(?:(?P<hundred>(?:a |one )?hundred(?: and)?(?: (?P<hu>{_DIGIT}))?)"
    rf"|(?P<oneoh>one (?:oh|o|zero) (?P<ou>{_DIGIT}))"
    rf"|(?P<tens>{'|'.join(_TENS)})(?:[ -](?P<unit>{_DIGIT}))?)"
    rf"(?:(?P<half> and a half)|\s*(?:point|dot) (?P<d1>{_DIGIT})(?:\s(?P<d2>{_DIGIT}))?)?\b"
)
_NUMBER = re.compile(
    r"(?<![\d.,:/£$€#-])(?P<number>\d{2,3}(?:\s?[.,]\s?\d{1,2}|\s+point\s+\d{1,2})?)(?![\d])(?P<half>\s+and\s+a\s+half)?"
)
_UNIT = re.compile(
    r"\s*(?:°|º|degrees?|degs?|deg\.?)?\s*(?P<unit>celsius|centigrade|celcius|fahrenheit|farenheit|fahrenheight|c|f)\b"
    r"|\s*(?P<bare>°|º|degrees?\b|degs?\b)"
)
_NOT_BODY_AFTER = re.compile(
    r"\s*(?:kg|kgs|kilos?|lbs?|pounds?|stone|g\b|mg|mcg|ml|mls|cm|mm|km|m\b|miles?|inch|weeks?|wks?|days?|months?|mths?"
    r"|years?|yrs?|yo\b|y\b|hours?|hrs?|hr\b|h\b|mins?|minutes?|seconds?|secs?|am\b|pm\b|%|percent|per\b|bpm|beats|breaths"
    r"|people|patients|children|kids|beds?|cases|pages?|questions?|times|x\b|/|-\d|:\d|st\b|nd\b|rd\b|th\b|pence|p\b|quid"
    r"|dollars|euros|k\b|units?|doses?|tablets?|pieces|steps|out of|of them|of us|likes|cells|families|centres|centers"
    r"|participants|hospitals|sections|episodes|games|points|goals|cards|stickers|colou?rs|things|weeks'|gb|mb|mph|kph|fm\b)"
)
_NOT_BODY_BEFORE = re.compile(
    r"(?:ward|room|bed|bay|page|day|days|age|aged|number|no\.|no|bus|route|level|grade|weigh[s]?|weighing|weighed|weight"
    r"|dose|size|chapter|flat|house|gate|channel|sats?|saturations?|spo2|o2|oxygen|pulse|hr|heart rate|bpm|bp"
    r"|platelets?|plts?|plt|hb|haemoglobin|hemoglobin|count|neutrophils?|anc|crp|clinic|bay|floor|platform|question|q"
    r"|week|wk|junction|m|a|row|seat|unit|apartment|apt|suite|box|episode|season|volume|figure|fig|table|section|step"
    r"|out of|waited|for|turned|turning|turns|theatre|shoe|born|year|pounds|cost|costs|height|tall|score|scored|than the|"
    r"kymriah|tisagenlecleucel|study|trial|paid|only|cd|il|car)"
    r"\s*(?:is|was|of|are|at|=|:|no|number|about|around|her|his|now)?\s*(?:is|was|about|around|now)?\s*$"
)
_OTHER_THING = re.compile(
    r"\b(?:bath|bathwater|water|oven|fridge|freezer|room temp\w*|bedroom|outside|weather|pool|kettle|milk|bottle|incubator"
    r"|car|garden|heating|thermostat|forecast|summer|tub|shower|iron|wash|washing|sauna|greenhouse)\b"
)
_CONVERSION = re.compile(
    r"\b(?:convert|conversion|in (?:f|c|fahrenheit|celsius|farenheit|centigrade)\b|to (?:f|c|fahrenheit|celsius)\b"
    r"|(?:f|fahrenheit) equivalent|same as|equals?)"
)
_READING = re.compile(
    r"\b(?:temp[a-z]*|thermometer|fever|fevers|reading|readings|spik\w+|ran|running|hot|"
    r"burning|tympanic|ear|armpit|underarm|forehead|calpol|paracetamol|tylenol|degrees?|shiver\w*|chills|feverish|says)\b"
)
_REPORTING = re.compile(
    r"(?:^|\b(?:it|it is|it's|its|he|he's|hes|she|she's|shes|he is|she is|now|at|was|is|been|hit|reached|got|to|of|up to|reads|"
    r"reading|read|says|said|up|still|still at|running|and|then|from|about|around|nearly|almost|over|just|only|high as|gone|"
    r"has|had|a|him at|her at|yesterday|today|tonight|earlier|temps|showing|showed|shows))\s*$"
)


# What must stand before a whole number with no other sign of being a temperature.
_FIRM = re.compile(
    r"(?:^|\b(?:it|it is|it's|its|he's|hes|she's|shes|he is|she is|hit|reached|reads|reading|read|says|still|running|showing))\s*$"
)


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
    for match in _NUMBER.finditer(text.clean):
        raw = re.sub(r"\s*(?:point|[.,])\s*", ".", match["number"].replace(" point ", "."))
        value = float(raw) + (0.5 if match["half"] else 0.0)
        reading = _judge(text, value, "." in raw or bool(match["half"]), match.start(), match.end())
        if reading:
            yield reading


def _word_readings(text: Text) -> Iterator[Reading]:
    for match in _WORDS.finditer(text.clean):
        value, exact = _spoken(match)
        if value is None:
            continue
        reading = _judge(text, value, exact, match.start(), match.end())
        if reading:
            yield reading


def _spoken(match: re.Match[str]) -> tuple[float | None, bool]:
    if match["hundred"]:
        value = 100.0 + _UNITS_WORDS.get(match["hu"] or "zero", 0)
    elif match["oneoh"]:
        value = 100.0 + _UNITS_WORDS[match["ou"]]
    else:
        value = _TENS[match["tens"]] + float(_UNITS_WORDS.get(match["unit"] or "zero", 0))
    decimals = "".join(str(_UNITS_WORDS[match[name]]) for name in ("d1", "d2") if match[name])
    if match["half"]:
        return value + 0.5, True
    if decimals:
        return float(f"{int(value)}.{decimals}"), True
    return value, False


def _judge(text: Text, value: float, exact: bool, start: int, end: int) -> Reading | None:
    """The number as a body temperature, or None when it is something else."""
    clean = text.clean
    unit_match = _UNIT.match(clean, end)
    unit = (unit_match["unit"] or "")[:1] if unit_match else ""
    stop = unit_match.end() if unit_match else end
    window_before, window_after = clean[max(0, start - 40) : start], clean[end : end + 24]
    clause = _clause(clean, start, stop)
    if _OTHER_THING.search(clause) and not re.search(r"\b(?:fever|(?:his|her|their) temp)", clause):
        return None
    if _CONVERSION.search(clause) and not re.search(r"\b(?:he|she|him|her|his|my)\b", clause):
        return None
    celsius = _celsius(value, unit)
    if celsius is None or (not unit and 60 < value < _BARE_F[0]):
        return None
    if not unit and not (unit_match and unit_match["bare"]):
        if _NOT_BODY_AFTER.match(window_after) or _NOT_BODY_BEFORE.search(window_before):
            return None
        near = bool(_READING.search(clause) or _READING.search(clean[max(0, start - 80) : end + 60]))
        told = bool(_REPORTING.search(window_before))
        firm = bool(_FIRM.search(window_before))
        low, high = _BARE_C if value < 60 else _BARE_F
        plain = exact and 37.5 <= value <= 42.5
        if not low <= value <= high or not (near or plain or (told and exact) or (firm and value >= 38)):
            return None
    origin_end = text.at(stop - 1) + 1
    return Reading(celsius, text.at(start), origin_end, start)


def _celsius(value: float, unit: str) -> float | None:
    if unit == "f" or (not unit and value >= _BODY_F[0]):
        return (value - 32.0) * 5.0 / 9.0 if _BODY_F[0] <= value <= _BODY_F[1] else None
    return value if _BODY_C[0] <= value <= _BODY_C[1] else None


def _clause(clean: str, start: int, end: int) -> str:
    """The words around a number, up to the nearest mark, at most 60 characters each way."""
    first = max((clean.rfind(mark, max(0, start - 60), start) for mark in ",.!?\n;"), default=-1) + 1
    first = max(first, start - 60, 0)
    ends = [p for p in (clean.find(mark, end, end + 60) for mark in ",!?\n;") if p >= 0]
    return clean[first : min(ends, default=min(len(clean), end + 60))]
