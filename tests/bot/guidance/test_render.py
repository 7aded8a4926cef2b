"""Every card reads right in every country, at home and in hospital, with and without the unit's number."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.guidance import cards as cards_module
from bot.guidance import numbers as numbers_module
from bot.guidance.cards import load_book, packaged_book
from bot.guidance.fallback import EMERGENCY_NUMBERS, minimal_fail_safe
from bot.guidance.render import fail_safe, guidance_for, opener, reminder, unavailable
from bot.reply import Assessment, Finding, Guidance, Level, Place, Region, Reply, Status

BOOK = load_book()
REGIONS = [*Region, None]
PLACES = [Place.HOME, Place.HOSPITAL, None]
UNITS = ["", "+44 (0)191 498 0000"]
LIVE = Assessment(level=Level.URGENT, findings=(Finding("R08", "38.2", 0, 4, 0, level=Level.URGENT),))
FORBIDDEN = re.compile(
    r"\bmg\b|\bml\b|don.t worry|no need to worry|probably|nothing serious|38[.,]5|101[.,]3|\{|\}|\bnone\b",
    re.IGNORECASE,
)


def own_numbers(region: Region) -> set[str]:
    country = BOOK.numbers.regions[region]
    text = " ".join([*(line.text for line in country.relay), country.interpreter.text])
    listed = BOOK.numbers.for_region(region)
    shown = " ".join([text, *(f"{number.label} {number.use}" for number in listed)])
    return set(re.findall(r"\d+", shown)) | {number.dial for number in listed}


def everything(card: Guidance) -> list[str]:
    return [card.heading, card.action, *card.say, *card.meanwhile, *card.avoid, *card.notes]


def numbers_leaked(text: str, region: Region, unit: str) -> set[str]:
    known = own_numbers(region) | set(re.findall(r"\d+", unit)) | {"24"}
    return set(re.findall(r"\d+", text)) - known


def assert_reads_right(card: Guidance, region: Region | None, place: Place | None, unit: str) -> None:
    assert not FORBIDDEN.search(card.text), card.text
    assert all(line in card.text for line in everything(card))
    if region is None:
        emergencies = [number.label for number in BOOK.numbers.for_region(None)]
        assert all(label in card.text for label in emergencies)
    else:
        assert BOOK.numbers.emergency(region).label in card.text
        assert not numbers_leaked(card.text, region, unit), card.text
        assert {number.region for number in card.numbers} == {region.value}
    assert all(line.startswith("Do not ") for line in card.avoid)
    assert len({*card.numbers}) == len(card.numbers)
    assert place is Place.HOSPITAL or not unit or unit in card.text


@pytest.mark.parametrize("unit", UNITS, ids=["no unit", "unit"])
@pytest.mark.parametrize("place", PLACES, ids=str)
@pytest.mark.parametrize("region", REGIONS, ids=str)
def test_every_card_reads_right_everywhere(region: Region | None, place: Place | None, unit: str) -> None:
    for name in BOOK.cards.cards:
        shown = guidance_for(LIVE, region, place, unit, card=name)
        assert_reads_right(shown, region, place, unit)
        if name == "fail_safe":
            continue
        assert " if " not in f" {shown.heading.lower()} "
        assert ("call bell" in shown.action) == (place is Place.HOSPITAL)
        if place is Place.HOSPITAL:
            assert shown.call is None
            assert shown.action.startswith("Press the call bell and tell a nurse now.")


@pytest.mark.parametrize("region", Region)
def test_the_call_button_dials_whom_the_heading_names(region: Region) -> None:
    for name, card in BOOK.cards.cards.items():
        call = guidance_for(LIVE, region, Place.HOME, "0191 498 0000", card=name).call
        assert call is not None
        if card.first == "unit":
            assert call.dial == "01914980000"
        elif card.first == "emergency":
            assert call == BOOK.numbers.emergency(region)
        else:
            assert call in (*BOOK.numbers.of_kind(card.first, region), BOOK.numbers.emergency(region))


def test_without_a_region_there_is_no_single_number_to_dial() -> None:
    shown = guidance_for(LIVE, None, Place.HOME, card="seizure")
    assert shown.call is None
    assert shown.heading.startswith("Call your emergency number now: 999 (UK), 911 (US, Canada)")


@pytest.mark.parametrize("region", REGIONS, ids=str)
def test_a_fever_rings_the_unit_first_and_the_ambulance_next(region: Region | None) -> None:
    shown = guidance_for(LIVE, region)
    assert re.match(r"(Ring|Call) your unit's 24-hour line now$", shown.heading)
    assert "No answer at once, or your child looks ill: call" in shown.action
    assert any("ibuprofen" in line for line in shown.avoid)


def test_words_follow_the_country() -> None:
    assert "Calpol" in guidance_for(LIVE, Region.UK).text
    american = guidance_for(LIVE, Region.US).text
    assert "Tylenol" in american
    assert "Calpol" not in american
    assert "wallet card" in american
    assert "leukaemia" not in american


def test_the_level_is_the_messages_and_the_route_the_cards() -> None:
    hot = Assessment(level=Level.EMERGENCY, findings=(Finding("R08", "39", 0, 2, 0, level=Level.EMERGENCY),))
    shown = guidance_for(hot, Region.UK)
    assert (shown.card, shown.level) == ("fever_unit", Level.EMERGENCY)
    assert Reply(region=Region.UK, made_by="card", triage=hot, guidance=shown).status is Status.EMERGENCY


def test_a_second_sign_adds_what_not_to_do() -> None:
    both = Assessment(
        level=Level.EMERGENCY,
        findings=(Finding("R08", "39", 0, 2, 0), Finding("R05", "a fit", 3, 8, 0)),
    )
    shown = guidance_for(both, Region.UK)
    assert shown.card == "seizure"
    assert any("in the mouth" in line for line in shown.avoid)
    assert any("ibuprofen" in line for line in shown.avoid)


def test_a_card_asked_for_by_name_stands_alone() -> None:
    shown = guidance_for(LIVE, Region.UK, card="other_person")
    assert shown.card == "other_person"
    assert not any("ibuprofen" in line for line in shown.avoid)


def test_words_put_a_family_in_hospital_only_when_they_chose_no_place() -> None:
    told = Assessment(level=Level.URGENT, findings=LIVE.findings, in_hospital=True)
    assert "call bell" in guidance_for(told, Region.UK).heading
    assert "call bell" not in guidance_for(told, Region.UK, Place.HOME).heading


def test_failed_triage_shows_the_fail_safe_card() -> None:
    shown = guidance_for(Assessment(failed=True), Region.UK, Place.HOSPITAL)
    assert (shown.card, shown.level) == ("fail_safe", Level.EMERGENCY)
    assert "999" in shown.action
    assert "call bell" in shown.action


@pytest.mark.parametrize("unit", UNITS, ids=["no unit", "unit"])
@pytest.mark.parametrize("region", REGIONS, ids=str)
def test_fail_safe_and_unavailable_always_carry_the_numbers(region: Region | None, unit: str) -> None:
    for shown in (fail_safe(region, unit), unavailable(region, unit)):
        assert_reads_right(shown, region, None, unit)
    assert fail_safe(region, unit).level is Level.EMERGENCY
    assert unavailable(region, unit).level is Level.NONE


@pytest.mark.parametrize("place", PLACES, ids=str)
@pytest.mark.parametrize("region", REGIONS, ids=str)
def test_reminder_and_opener_are_one_line_with_the_way_to_help(
    region: Region | None, place: Place | None
) -> None:
    in_danger = Assessment(level=Level.EMERGENCY, findings=(Finding("R05", "a fit", 0, 5, 0),))
    at_risk = Assessment(level=Level.URGENT, findings=(Finding("R29", "x", 0, 1, 0, level=Level.URGENT),))
    reminders = [reminder(assessment, region, place) for assessment in (LIVE, in_danger, at_risk)]
    assert all(shown.reminder and shown.text == shown.heading for shown in reminders)
    lines = [
        *(shown.text for shown in reminders),
        opener(region, place),
        opener(region, place, rules=["R08"]),
    ]
    for line in lines:
        assert "\n" not in line
        assert not FORBIDDEN.search(line)
        if place is Place.HOSPITAL:
            assert "call bell" in line
        else:
            assert (BOOK.numbers.emergency(region).label if region else "999 (UK)") in line


def test_opener_asks_whether_it_is_happening() -> None:
    assert opener(Region.UK) == "Is this happening now? Call 999."
    assert opener(Region.US, unit_number="555 0100", rules=["R08"]).startswith(
        "Is this happening now? Call your unit on 555 0100 now."
    )


@pytest.fixture
def broken_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    damaged = tmp_path / "damaged.yaml"
    damaged.write_text("cards: [", encoding="utf-8")
    monkeypatch.setattr(cards_module, "CARDS_PATH", damaged)
    monkeypatch.setattr(numbers_module, "NUMBERS_PATH", tmp_path / "gone.yaml")
    packaged_book.cache_clear()
    yield
    packaged_book.cache_clear()


@pytest.mark.parametrize("region", REGIONS, ids=str)
@pytest.mark.usefixtures("broken_files")
def test_lost_files_leave_the_fail_safe_card(region: Region | None) -> None:
    shown = [
        fail_safe(region, "0191 498 0000"),
        guidance_for(LIVE, region, Place.HOSPITAL, "0191 498 0000"),
        reminder(LIVE, region, None, "0191 498 0000"),
        unavailable(region, "0191 498 0000"),
    ]
    for card in shown:
        assert "0191 498 0000" in card.text
        assert "call bell" in card.text
        assert (EMERGENCY_NUMBERS[region][0] if region else "999 (UK)") in card.text
    assert "call" in opener(region)


def test_the_constants_say_what_the_files_say() -> None:
    for region, (label, dial, country) in EMERGENCY_NUMBERS.items():
        entry = BOOK.numbers.regions[region]
        assert (entry.emergency[0].label, entry.emergency[0].dial, entry.country) == (label, dial, country)
    shown, minimal = fail_safe(Region.UK), minimal_fail_safe(Region.UK)
    assert (minimal.heading, minimal.action, minimal.call) == (shown.heading, shown.action, shown.call)


def test_nothing_heavy_is_imported() -> None:
    heavy = (
        "torch",
        "gradio",
        "langchain_core",
        "faiss",
        "sentence_transformers",
        "numpy",
        "pydantic_settings",
    )
    code = f"import sys, bot.guidance.render; print([m for m in {heavy!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
