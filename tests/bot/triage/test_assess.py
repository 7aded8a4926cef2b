"""The conversation as a whole, and the promises triage makes."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.reply import Level
from bot.triage.assess import Triage

LIVE = "he's having a fit"


def test_the_seed_signs_are_emergencies(triage: Triage) -> None:
    for message in (
        "she is suddenly confused",
        "he has tremors",
        "she cannot speak clearly",
        "a temperature of 38.6 C",
        "temp 101.5 F",
    ):
        assert triage.assess([message]).level is Level.EMERGENCY, message


def test_an_earlier_sign_still_counts(triage: Triage) -> None:
    assessment = triage.assess([LIVE, "what can he eat?"])
    assert assessment.level is Level.EMERGENCY
    assert assessment.now is Level.NONE


def test_help_that_came_ends_it(triage: Triage) -> None:
    assessment = triage.assess([LIVE, "the ambulance is here now"])
    assert assessment.level is Level.NONE
    assert [held.why for held in assessment.suppressed] == ["help has come"]


def test_a_mistake_ends_it(triage: Triage) -> None:
    assert triage.assess(["temp 39.5", "sorry that was his dad's reading"]).level is Level.NONE


def test_the_sign_may_come_back(triage: Triage) -> None:
    assert triage.assess([LIVE, "the ambulance is here", "he's fitting again"]).now is Level.EMERGENCY


def test_signs_add_up_across_turns(triage: Triage) -> None:
    assert triage.assess(["temp 38.1"]).level is Level.URGENT
    both = triage.assess(["temp 38.1", "he's really drowsy"])
    assert both.level is Level.EMERGENCY
    assert both.now is Level.EMERGENCY


@pytest.mark.parametrize(
    ("messages", "place"),
    [
        (["we're on the ward and he's confused"], True),
        (["should we go to hospital? he's confused"], False),
        (["we are in hospital", "he's confused"], True),
        (["we are in hospital", "we're home from hospital now, he's confused"], False),
    ],
)
def test_place(messages: list[str], place: bool, triage: Triage) -> None:
    assert triage.assess(messages).in_hospital is place


def test_offsets_point_at_the_words(triage: Triage) -> None:
    message = "héllo 👋 \u202ehe's having a fit"
    finding = triage.assess([message]).findings[0]
    assert message[finding.start : finding.end] == finding.text
    assert "fit" in finding.text


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(max_size=200), min_size=1, max_size=3))
def test_any_text_is_assessed(messages: list[str]) -> None:
    triage = _shared()
    for finding in triage.assess(messages).findings:
        assert messages[finding.turn][finding.start : finding.end] == finding.text


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["she can't breathe", LIVE, "my son won't wake up"]),
    st.text(alphabet="abcdefghij ", max_size=120),
)
def test_harmless_words_before_never_hide_a_sign(sign: str, noise: str) -> None:
    assert _shared().assess([f"{noise}. {sign}"]).level is Level.EMERGENCY


def test_a_megabyte_is_read_whole(triage: Triage) -> None:
    assert triage.assess(["we had soup. " * 80_000 + "he is not breathing"]).level is Level.EMERGENCY


@pytest.mark.parametrize(
    "text", ["", "   \n\t", "\x00\x01", "\u202e\u200f", "<script>alert(1)</script>", "?" * 5000]
)
def test_odd_input_is_no_alarm_and_no_error(text: str, triage: Triage) -> None:
    assert triage.assess([text]).level is Level.NONE


def test_nothing_heavy_is_imported() -> None:
    code = (
        "import sys; from bot.triage.assess import Triage; Triage.load().assess(['x']);"
        "bad = {'torch', 'gradio', 'langchain_core', 'faiss', 'sentence_transformers'} & set(sys.modules);"
        "sys.exit(len(bad))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def _shared() -> Triage:
    if not _LOADED:
        _LOADED.append(Triage.load())
    return _LOADED[0]


_LOADED: list[Triage] = []
