"""Every rule at every level leads to the right card, and broken data is refused with one clear line."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.errors import CardsError
from bot.guidance.cards import CARDS_PATH, Cards, choose_card, first_call, load_cards, matching_cards
from bot.reply import Assessment, Finding, Level

RULES = [f"R{number:02}" for number in range(1, 37)]
LIVE = [Level.EMERGENCY, Level.URGENT, Level.SAME_DAY]


def live(*signs: tuple[str, Level]) -> Assessment:
    findings = tuple(Finding(rule, "sign", 0, 4, 0, level=level) for rule, level in signs)
    highest = max((level for _, level in signs), key=lambda level: level.rank, default=Level.NONE)
    return Assessment(level=highest, now=highest, findings=findings)


@pytest.fixture(scope="module")
def cards() -> Cards:
    return load_cards()


@pytest.mark.parametrize("rule", [*RULES, "R99"])
@pytest.mark.parametrize("level", LIVE)
def test_every_rule_at_every_level_has_a_card(cards: Cards, rule: str, level: Level) -> None:
    chosen = choose_card(live((rule, level)))
    assert chosen in cards.cards
    assert chosen not in ("fail_safe", "unavailable", "other_person")


@pytest.mark.parametrize("rule", RULES)
def test_every_rule_is_routed_by_name(cards: Cards, rule: str) -> None:
    assert cards.routes[rule]


@pytest.mark.parametrize("rule", [*RULES, "R99"])
def test_an_emergency_calls_the_ambulance_first_unless_it_is_a_fever_or_a_tremor(
    cards: Cards, rule: str
) -> None:
    card = cards.cards[choose_card(live((rule, Level.EMERGENCY)))]
    unit_first = rule in ("R07", "R08", "R09")
    assert card.first == ("unit" if unit_first else "emergency")
    assert card.level is (Level.URGENT if unit_first else Level.EMERGENCY)


@pytest.mark.parametrize("rule", [*RULES, "R99"])
def test_an_urgent_sign_never_gets_a_same_day_card(cards: Cards, rule: str) -> None:
    assert cards.cards[choose_card(live((rule, Level.URGENT)))].level.rank >= Level.URGENT.rank


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule not in ("R07", "R08", "R09")])
def test_a_life_threat_beats_a_fever_whatever_the_order(cards: Cards, rule: str) -> None:
    threat, fever = (rule, Level.EMERGENCY), ("R08", Level.EMERGENCY)
    chosen = choose_card(live(fever, threat))
    assert cards.cards[chosen].first == "emergency"
    assert chosen == choose_card(live(threat, fever))


@pytest.mark.parametrize(
    ("signs", "card"),
    [
        ([("R01", Level.EMERGENCY), ("R05", Level.EMERGENCY)], "life_999"),
        ([("R06", Level.EMERGENCY), ("R07", Level.EMERGENCY)], "confusion"),
        ([("R08", Level.URGENT), ("R10", Level.URGENT)], "sepsis"),
        ([("R07", Level.EMERGENCY), ("R08", Level.EMERGENCY)], "emergency_now"),
        ([("R08", Level.EMERGENCY), ("R21", Level.URGENT)], "line"),
        ([("R08", Level.EMERGENCY), ("R09", Level.URGENT)], "fever_unit"),
        ([("R29", Level.EMERGENCY)], "self_harm"),
        ([("R34", Level.SAME_DAY)], "missed_medicine"),
    ],
)
def test_signs_together(signs: list[tuple[str, Level]], card: str) -> None:
    assert choose_card(live(*signs)) == card


def test_failed_triage_and_nothing_live_give_the_fail_safe_card() -> None:
    assert choose_card(Assessment(failed=True)) == "fail_safe"
    assert choose_card(Assessment()) == "fail_safe"


@pytest.mark.parametrize("level", LIVE)
def test_a_level_without_a_finding_gets_the_generic_card(cards: Cards, level: Level) -> None:
    assert matching_cards(Assessment(level=level), cards) == (cards.generic[level],)


def test_who_is_called_for_a_sign_held_back(cards: Cards) -> None:
    assert first_call(["R08"], cards) == "unit"
    assert first_call(["R08", "R05"], cards) == "emergency"
    assert first_call([], cards) == "emergency"


def test_cards_await_clinical_review(cards: Cards) -> None:
    assert cards.reviewed is None


CORRUPT = {
    "not yaml": "cards: [",
    "a list": "- one\n- two\n",
    "empty": "",
    "impossible date": "reviewed: 2026-13-45\n",
    "twice": "reviewer: null\nreviewer: null\n",
}


@pytest.mark.parametrize("content", CORRUPT.values(), ids=CORRUPT.keys())
def test_a_corrupt_file_gives_one_clear_line(tmp_path: Path, content: str) -> None:
    refused(tmp_path, content.encode())


def test_bytes_that_are_no_text_give_one_clear_line(tmp_path: Path) -> None:
    refused(tmp_path, b"\xff\xfe\x00cards")


def test_a_missing_file_gives_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(CardsError, match=r"gone\.yaml: cannot be read") as caught:
        load_cards(tmp_path / "gone.yaml")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("place", "value", "expected"),
    [
        (("cards", "seizure", "colour"), "red", "cards.seizure.colour"),
        (("cards", "seizure", "heading"), "Call 999 if it goes on", "statement"),
        (("cards", "seizure", "heading"), "Call {phone} now", "unknown placeholder"),
        (("cards", "seizure", "action"), "Call {emergency", "cards.seizure"),
        (("cards", "seizure", "avoid"), ["Put nothing in the mouth."], "Do not"),
        (("cards", "seizure", "level"), "soon", "cards.seizure.level"),
        (("routes", "R05"), {"emergency": "gone"}, "no card named gone"),
        (("priority",), ["seizure"], "priority and cards differ"),
        (("generic",), {"emergency": "emergency_now"}, "no generic card"),
        (("lines", "opener_unit"), "{nobody}", "unknown placeholder"),
    ],
)
def test_a_wrong_entry_is_named(tmp_path: Path, place: tuple[str, ...], value: object, expected: str) -> None:
    data = yaml.safe_load(CARDS_PATH.read_text(encoding="utf-8"))
    inner = data
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    assert expected in refused(tmp_path, yaml.safe_dump(data).encode())


def refused(folder: Path, content: bytes) -> str:
    path = folder / "cards.yaml"
    path.write_bytes(content)
    with pytest.raises(CardsError) as caught:
        load_cards(path)
    line = str(caught.value)
    assert line.startswith(str(path))
    assert "\n" not in line
    return line
