"""Numbers can be dialled, every region has its own, and what nobody has checked is listed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from bot.errors import CardsError
from bot.guidance.numbers import NUMBERS_PATH, Numbers, load_numbers
from bot.reply import Region

EMERGENCY = {
    "uk": "999",
    "us": "911",
    "eu": "112",
    "ie": "112",
    "au": "000",
    "nz": "111",
    "ca": "911",
    "in": "112",
}


@pytest.fixture(scope="module")
def numbers() -> Numbers:
    return load_numbers()


@pytest.mark.parametrize("region", Region)
def test_the_emergency_number_of_each_region(numbers: Numbers, region: Region) -> None:
    assert numbers.emergency(region).dial == EMERGENCY[region.value]
    assert numbers.for_region(region)[0] == numbers.emergency(region)


@pytest.mark.parametrize("region", [*Region, None])
def test_what_is_shown_is_what_is_dialled(numbers: Numbers, region: Region | None) -> None:
    for number in numbers.for_region(region):
        assert re.fullmatch(r"\d{3,15}", number.dial)
        assert number.dial in re.sub(r"[ -]", "", number.label)
        assert region is None or number.region == region.value


def test_without_a_region_every_country_is_named(numbers: Numbers) -> None:
    shown = {number.region: number.label for number in numbers.for_region(None)}
    assert shown.keys() == EMERGENCY.keys()
    assert shown["uk"] == "999 (UK)"
    assert "999 (UK)" in numbers.by_country()
    assert "911 (US, Canada)" in numbers.by_country()


def test_every_region_has_somebody_to_call_in_a_crisis(numbers: Numbers) -> None:
    assert all(numbers.of_kind("crisis", region) for region in Region)


def test_the_mental_health_option_is_for_england(numbers: Numbers) -> None:
    option = [number for number in numbers.of_kind("crisis", Region.UK) if "press 2" in number.label]
    assert len(option) == 1
    assert "England" in option[0].use


def test_nobody_has_checked_the_numbers_yet(numbers: Numbers) -> None:
    unchecked = numbers.unchecked()
    assert "uk 999" in unchecked
    assert "in interpreter" in unchecked


def test_checking_an_entry_takes_it_off_the_list(tmp_path: Path) -> None:
    data = yaml.safe_load(NUMBERS_PATH.read_text(encoding="utf-8"))
    data["regions"]["uk"]["emergency"][0]["checked"] = "2026-11-22"
    path = tmp_path / "numbers.yaml"
    path.write_text(yaml.safe_dump(data), encoding="utf-8")
    assert "uk 999" not in load_numbers(path).unchecked()


@pytest.mark.parametrize(
    ("break_it", "expected"),
    [
        (lambda data: data["regions"].pop("in"), "no numbers for region in"),
        (
            lambda data: data["regions"]["uk"]["emergency"][0].update(dial="nine"),
            "regions.uk.emergency.0.dial",
        ),
        (lambda data: data["regions"]["uk"].update(emergency=[]), "regions.uk.emergency"),
        (lambda data: data["regions"].update(fr=data["regions"]["eu"]), "fr"),
        (lambda data: data["regions"]["uk"].update(police="999"), "regions.uk.police"),
    ],
)
def test_a_wrong_entry_is_named_in_one_line(tmp_path: Path, break_it: object, expected: str) -> None:
    data = yaml.safe_load(NUMBERS_PATH.read_text(encoding="utf-8"))
    assert callable(break_it)
    break_it(data)
    path = tmp_path / "numbers.yaml"
    path.write_text(yaml.safe_dump(data), encoding="utf-8")
    with pytest.raises(CardsError) as caught:
        load_numbers(path)
    assert expected in str(caught.value)
    assert "\n" not in str(caught.value)
