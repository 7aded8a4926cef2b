"""Body temperatures, and what only looks like one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reply import Level
from bot.triage.assess import Triage
from bot.triage.temperature import readings
from bot.triage.text import parse


def found(text: str) -> list[float]:
    return [round(reading.celsius, 1) for reading in readings(parse(text))]


@pytest.mark.parametrize(
    ("text", "celsius"),
    [
        ("temp 38.2", [38.2]),
        ("38,7 under the arm", [38.7]),
        ("it's 101.3 F", [38.5]),
        ("its 102", [38.9]),
        ("thirty-nine point one", [39.1]),
        ("thirty eight and a half", [38.5]),
        ("38 and a half", [38.5]),
        ("a hundred and two", [38.9]),
        ("one oh three point five", [39.7]),
        ("39°C", [39.0]),
        ("40 degrees and shaking", [40.0]),
        ("36.8 to 38.6 in half an hour", [36.8, 38.6]),
        ("her temperature has dropped to 35.4", [35.4]),
        ("hes 38.4", [38.4]),
        ("38.1 though", [38.1]),
    ],
)
def test_readings(text: str, celsius: list[float]) -> None:
    assert found(text) == celsius


@pytest.mark.parametrize(
    "text",
    [
        "she weighs 38.5 kg", "we are on ward 39", "bed 38", "bath water at 38 degrees", "39 weeks old",
        "he got 38 out of 40", "room temperature is 39", "£38.50 for parking", "38% of children", "aged 38",
        "platelets 38", "page 101", "heart rate 101", "sats 98", "give 38 ml", "oven at 40 C",
        "38 children had it", "on the 10:38 train",
    ],
)  # fmt: skip
def test_other_numbers(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("38.2", Level.URGENT),
        ("100.4 F", Level.URGENT),
        ("100.3 F, is that ok", Level.NONE),
        ("temp 37.9", Level.NONE),
        ("temp 38.0", Level.URGENT),
        ("temp 38.4", Level.URGENT),
        ("temp 38.5", Level.EMERGENCY),
        ("101.3 fahrenheit", Level.EMERGENCY),
        ("temp 35.9", Level.URGENT),
        ("temp 36.0", Level.NONE),
        ("96.7 F", Level.URGENT),
        ("38.7 an hour ago, 37.1 now after Calpol", Level.EMERGENCY),
        ("what is 38.5 C in F?", Level.NONE),
        ("what should I do if his temperature reaches 38.5?", Level.NONE),
        ("our unit says ring at 37.5 and he's 37.6", Level.URGENT),
    ],
)
def test_levels(text: str, level: Level, triage: Triage) -> None:
    assert triage.assess([text]).level is level


def test_a_family_line_lowers_the_threshold() -> None:
    own = Triage.load(fever_c=37.5)
    assert own.assess(["temp 37.6"]).level is Level.URGENT
    assert own.assess(["temp 37.4"]).level is Level.NONE


@given(
    st.decimals(min_value=38, max_value=42, places=1), st.sampled_from(["{} C", "temp {}", "her temp is {}°"])
)
def test_every_fever_is_read(value: object, form: str) -> None:
    assert found(form.format(value)) == [float(str(value))]


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_any_text_is_read_without_error(text: str) -> None:
    for reading in readings(parse(text)):
        assert 0 <= reading.start < reading.end <= len(text)
