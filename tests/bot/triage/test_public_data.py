"""Triage against public sets that this project did not write. Skipped where they are not at hand."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from bot.reply import Level
from bot.triage.assess import Triage
from bot.triage.temperature import readings
from bot.triage.text import parse

DATA = Path(__file__).parents[4] / "shared" / "data"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"public test data is not at {DATA.name}")

# The leaflets' lines that no row of the red-flag table speaks of: too general to be a sign by themselves.
_NO_ROW = (
    "nausea",
    "tiredness",
    "anxiety",
    "difficulty falling asleep",
    "any signs or symptoms of an infection",
)
# Colds and the like are for the same day in the red-flag table.
_SAME_DAY = ("cough", "runny nose", "earache", "loose stools", "sore throat")
_ACT_NOW = "get emergency help"


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (DATA / name).read_text("utf-8").splitlines()]


def alarms(triage: Triage, texts: list[str]) -> list[str]:
    return [text for text in texts if triage.assess([text]).level.rank >= Level.URGENT.rank]


def test_every_line_of_the_leaflets_is_heard(triage: Triage) -> None:
    low = []
    for row in rows("cart_redflag_checklist/cart_redflags.jsonl"):
        message = f"my child has {row['symptom']} {row.get('threshold') or ''}".strip()
        level = triage.assess([message]).level
        if any(row["symptom"].startswith(words) for words in _NO_ROW):
            continue
        wanted = Level.SAME_DAY if row["symptom"] in _SAME_DAY else Level.URGENT
        if level.rank < wanted.rank:
            low.append((message, level.value))
    assert low == []


def test_lines_that_say_get_help_are_never_below_urgent(triage: Triage) -> None:
    now = [r for r in rows("cart_redflag_checklist/cart_redflags.jsonl") if _ACT_NOW in r["action"].lower()]
    assert now
    for row in now:
        message = f"my child has {row['symptom']} {row.get('threshold') or ''}".strip()
        assert triage.assess([message]).level.rank >= Level.URGENT.rank, message


def test_what_is_denied_raises_no_alarm(triage: Triage) -> None:
    texts = [row["text"] for row in rows("avey_negated/negated_only.jsonl")]
    assert len(alarms(triage, texts)) <= 0.02 * len(texts)


def test_general_questions_raise_few_alarms(triage: Triage) -> None:
    texts = [row["question"] for row in rows("healthsearchqa/healthsearchqa.jsonl")]
    assert len(alarms(triage, texts)) <= 0.015 * len(texts)


def test_negated_findings_of_clinical_notes_are_not_live(triage: Triage) -> None:
    negated = [row for row in rows("negex_context/symptom_subset.jsonl") if row["negation"] == "negated"]
    live = [row["sentence"] for row in negated if _live(triage, row["sentence"], row["concept"])]
    assert len(live) <= 0.03 * len(negated), live


def _live(triage: Triage, sentence: str, concept: str) -> bool:
    words = set(concept.lower().split())
    found = triage.assess([sentence]).findings
    return any(finding.level.rank and words & set(finding.text.lower().split()) for finding in found)


@pytest.mark.parametrize(
    ("text", "celsius"),
    [
        ("98.6 degrees f is normal temperature", 37.0),
        ("normal temperature is 98.6 degrees fahrenheit", 37.0),
        ("100 degrees f", 37.8),
        ("100.2 degrees farenheit is low", 37.9),
        ("34.5 celcius", 34.5),
    ],
)
def test_body_range_expressions_are_parsed(text: str, celsius: float) -> None:
    known = {row["text"] for row in rows("temperature_spec/temperature_en.jsonl")}
    assert text in known
    assert [round(reading.celsius, 1) for reading in readings(parse(text))] == [celsius]


def test_what_is_no_temperature_is_left_alone() -> None:
    for row in rows("temperature_spec/temperature_en.jsonl"):
        if not row["expected"] and not re.search(r"\d°", row["text"]):
            assert readings(parse(row["text"])) == [], row["text"]
