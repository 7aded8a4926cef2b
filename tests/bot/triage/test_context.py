"""How a sign is meant, one reason at a time."""

from __future__ import annotations

import pytest

from bot.reply import Level
from bot.triage.assess import Triage


@pytest.mark.parametrize(
    "message",
    [
        "No confusion today, when can she go back to school?",
        "no fever, cough or rash",
        "he hasn't had a fit",
        "What temperature counts as a fever?",
        "Can CAR-T cause seizures?",
        "what are the signs of ICANS",
        "what should I do if he has a fit",
        "the nurse told us to watch for confusion",
        "he had a seizure when he was a baby, years ago",
        "she was in fits of laughter",
        "I'm scared he'll have a seizure",
        "this wait is killing me",
        "he has hay fever",
    ],
)
def test_not_live(message: str, triage: Triage) -> None:
    assert triage.assess([message]).level is Level.NONE


@pytest.mark.parametrize(
    ("message", "rule"),
    [
        ("What is ICANS? He's been confused since breakfast", "R06"),
        ("no fever but he can't breathe", "R02"),
        ("no he can't breathe", "R02"),
        ("why is my son shaking?", "R07"),
        ("is he having a seizure?", "R05"),
        ("he had a fit but he's fine now", "R05"),
        ("not sure if she's confused", "R06"),
        ("I don't know if he is breathing properly, he is struggling to breathe", "R02"),
        ("can CAR-T cause chest pain? my daughter has it now", "R30"),
        ("my husband has collapsed", "R04"),
        ("probably nothing but he's gone a bit grey", "R03"),
        ("We were told to watch for confusion and he is confused now", "R06"),
    ],
)
def test_live(message: str, rule: str, triage: Triage) -> None:
    assessment = triage.assess([message])
    assert rule in {finding.rule for finding in assessment.findings}
    assert assessment.level is Level.EMERGENCY


def test_what_was_held_back_is_returned_with_its_reason(triage: Triage) -> None:
    held = triage.assess(["Can CAR-T cause seizures?"]).suppressed
    assert [(item.rule, item.text, item.turn) for item in held] == [("R05", "seizures", 0)]
    assert held[0].why


def test_over_clears_only_when_the_team_knows(triage: Triage) -> None:
    assert triage.assess(["she had a fit yesterday, she's fine now"]).level is Level.EMERGENCY
    known = "she had a fit yesterday, the team checked her and she's fine now"
    assert triage.assess([known]).level is Level.NONE


def test_a_normal_reading_after_medicine_clears_nothing(triage: Triage) -> None:
    assert triage.assess(["he had a fever, gave calpol, 36.8 now"]).level.rank >= Level.URGENT.rank


def test_a_face_value_normal_reading_is_no_fever(triage: Triage) -> None:
    assert triage.assess(["her temperature is 36.8"]).level is Level.NONE
