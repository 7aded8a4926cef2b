"""The rules as data: complete, sourced, and true to their own examples."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.errors import RulesError
from bot.reply import Level
from bot.triage.assess import Triage
from bot.triage.rules import Rule, load_context, load_rules
from corpus.load import load_corpus

BOOK = load_rules()
PACKAGED = Path(__file__).parents[3] / "bot" / "triage"
# General knowledge may carry a rule, never a sentence: there the cautious side is the safe one.
_GENERAL = {"CLINGEN"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PACKAGED / "rules", tmp_path / "rules"))


def test_every_row_of_the_table_has_a_rule() -> None:
    assert [rule.id for rule in BOOK.rules] == [f"R{number:02}" for number in range(1, 37)]


@pytest.mark.parametrize("rule", BOOK.rules, ids=lambda rule: rule.id)
def test_examples_hold(rule: Rule, triage: Triage) -> None:
    for message in rule.examples.match:
        rules = {finding.rule for finding in triage.assess([message]).findings}
        assert rule.id in rules, f"{rule.id} does not fire on its example {message!r}: {rules}"
    for message in rule.examples.no_match:
        rules = {finding.rule for finding in triage.assess([message]).findings}
        assert rule.id not in rules, f"{rule.id} fires on {message!r}"


def test_every_source_is_registered() -> None:
    known = set(load_corpus().sources) | _GENERAL
    named = {key for rule in BOOK.rules for key in rule.sources}
    assert named <= known


def test_nothing_claims_a_review_that_did_not_happen() -> None:
    assert load_context().reviewed is None


@pytest.mark.parametrize("name", [file.name for file in sorted((PACKAGED / "rules").glob("*.yaml"))])
def test_a_corrupt_file_stops_the_start_with_one_line(folder: Path, name: str) -> None:
    (folder / name).write_text("rules: [\n  - {id: R01,", "utf-8")
    with pytest.raises(RulesError) as caught:
        Triage.load(rules=folder)
    assert name in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_rule_stops_the_start(folder: Path) -> None:
    (folder / "self_harm.yaml").unlink()
    with pytest.raises(RulesError, match="R29"):
        Triage.load(rules=folder)


def test_a_missing_folder_stops_the_start(tmp_path: Path) -> None:
    with pytest.raises(RulesError, match="nowhere"):
        Triage.load(rules=tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("level: emergency", "level: sometimes", "level"),
        ("    title:", "    titel:", "titel"),
        ('- "choking"', '- "$nosuchlist"', "nosuchlist"),
        ('- "choking"', '- "||"', "||"),
        ("id: R02", "id: R01", "R0"),
    ],
)
def test_a_wrong_field_is_named(folder: Path, old: str, new: str, said: str) -> None:
    file = folder / "breathing.yaml"
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(RulesError) as caught:
        Triage.load(rules=folder)
    assert said in str(caught.value)


def test_no_rule_is_of_level_none() -> None:
    for rule in BOOK.rules:
        assert any(sign.level is not Level.NONE for sign in rule.signs), rule.id
