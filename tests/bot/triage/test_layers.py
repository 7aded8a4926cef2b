"""Layers over the rules: they raise, never lower, and their failure changes nothing."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.reply import Assessment, Finding, Level
from bot.triage.assess import Triage
from bot.triage.layers import Deferred, Layer, LayeredTriage
from bot.triage.meaning import FOLDER, Meaning
from index.encoder import SentenceTransformerEncoder
from index.errors import EncoderError

QUIET = "what time does the clinic open"
URGENT = "her temperature is 38.1"


def saying(level: Level, turn: int = 0) -> Layer:
    def layer(messages: Sequence[str], rules: Assessment) -> Sequence[Finding]:
        return (Finding("M00", messages[turn][:4], 0, 4, turn, "meaning", level),)

    return layer


def broken(messages: Sequence[str], rules: Assessment) -> Sequence[Finding]:
    raise MemoryError("no room for the model")


def silent(messages: Sequence[str], rules: Assessment) -> Sequence[Finding]:
    return ()


def test_a_layer_raises_what_the_rules_left(triage: Triage) -> None:
    raised = LayeredTriage(triage, saying(Level.EMERGENCY)).assess([QUIET])
    assert (raised.level, raised.now) == (Level.EMERGENCY, Level.EMERGENCY)
    assert raised.layers == ("rules", "meaning")
    assert [finding.layer for finding in raised.findings] == ["meaning"]


def test_a_layer_never_lowers(triage: Triage) -> None:
    for message in (QUIET, URGENT, "he has stopped breathing"):
        rules = triage.assess([message])
        both = LayeredTriage(triage, saying(Level.NONE)).assess([message])
        assert both.level.rank >= rules.level.rank
        assert set(rules.findings) <= set(both.findings)


def test_an_emergency_waits_for_no_layer(triage: Triage) -> None:
    found = LayeredTriage(triage, broken).assess(["he has stopped breathing"])
    assert found == triage.assess(["he has stopped breathing"])


def test_silence_changes_only_who_took_part(triage: Triage) -> None:
    found = LayeredTriage(triage, silent).assess([URGENT])
    assert found.layers == ("rules", "meaning")
    assert found.findings == triage.assess([URGENT]).findings


@pytest.mark.parametrize("message", [QUIET, URGENT])
@pytest.mark.parametrize("layer", [None, broken])
def test_without_the_layer_rules_stand(triage: Triage, layer: Layer | None, message: str) -> None:
    assert LayeredTriage(triage, layer).assess([message]) == triage.assess([message])


def test_an_earlier_turn_counts_until_help_has_come(triage: Triage) -> None:
    layered = LayeredTriage(triage, saying(Level.URGENT))
    open_still = layered.assess([QUIET, "and is there parking"])
    assert (open_still.level, open_still.now) == (Level.URGENT, Level.NONE)
    settled = layered.assess([QUIET, "the ambulance is here, thank you"])
    assert (settled.level, settled.now) == (Level.NONE, Level.NONE)


def test_a_layer_that_cannot_be_made_is_tried_once(triage: Triage) -> None:
    tries = []

    def make() -> Layer:
        tries.append(1)
        raise EncoderError("the model is gone")

    layered = LayeredTriage(triage, Deferred(make))
    for _ in range(3):
        assert layered.assess([QUIET]).layers == ("rules",)
    assert len(tries) == 1


def test_a_deferred_layer_is_made_once(triage: Triage) -> None:
    made = []

    def make() -> Layer:
        made.append(1)
        return silent

    layered = LayeredTriage(triage, Deferred(make))
    for _ in range(3):
        assert layered.assess([QUIET]).layers == ("rules", "meaning")
    assert len(made) == 1


@pytest.mark.parametrize("name", ["card.json", "weights.npy", "bank.npy"])
@pytest.mark.parametrize("damage", ["missing", "cut short"])
def test_damaged_files_leave_the_rules(triage: Triage, tmp_path: Path, name: str, damage: str) -> None:
    folder = Path(shutil.copytree(FOLDER, tmp_path / "meaning"))
    if damage == "missing":
        (folder / name).unlink()
    else:
        (folder / name).write_bytes((folder / name).read_bytes()[:100])
    layered = LayeredTriage(triage, Deferred(lambda: Meaning.load(SentenceTransformerEncoder(), folder)))
    assert layered.assess([URGENT]) == triage.assess([URGENT])


def test_a_missing_model_leaves_the_rules(triage: Triage) -> None:
    layered = LayeredTriage(
        triage, Deferred(lambda: Meaning.load(SentenceTransformerEncoder("no-such-model-anywhere")))
    )
    assert layered.assess([URGENT]) == triage.assess([URGENT])


@pytest.mark.model
def test_rules_and_meaning_together(triage: Triage) -> None:
    layered = LayeredTriage(triage, Deferred(lambda: Meaning.load(SentenceTransformerEncoder())))
    quiet = layered.assess([QUIET])
    assert (quiet.level, quiet.layers) == (Level.NONE, ("rules", "meaning"))
