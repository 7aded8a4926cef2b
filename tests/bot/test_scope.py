"""Which questions are for the team, for nobody here, or for the guides."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import CardsError
from bot.evidence import Evidence
from bot.reply import Status
from bot.scope import PACKAGED, Scope
from corpus.load import load_corpus

STRONG = Evidence("a#b", heading=0.8, statement=0.8, statements=0.7, coverage=1.0, unmet=0.0)
WEAK = Evidence("a#b", heading=0.1, statement=0.15, statements=0.1, coverage=0.1, unmet=5.0)


@pytest.fixture(scope="module")
def scope() -> Scope:
    return Scope.load()


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("How much Calpol can I give her?", "dose"),
        ("is 5ml of paracetamol enough", "dose"),
        ("how often can he have ondansetron", "dose"),
        ("Should we stop the steroids?", "decision"),
        ("can we skip tonight's keppra", "decision"),
        ("should we go ahead with the transplant", "decision"),
        ("is CAR-T right for my daughter?", "decision"),
        ("What does my son's ferritin of 5000 mean?", "result"),
        ("her MRD came back positive, has it failed?", "result"),
        ("are his platelets too low", "result"),
        ("Will Maya survive?", "prognosis"),
        ("how long has he got left", "prognosis"),
        ("what are her chances", "prognosis"),
        ("will the leukaemia come back for my boy", "prognosis"),
        ("The doctor says no but I think he needs it, who is right?", "disagreement"),
        ("how do I get a second opinion", "disagreement"),
        ("does my daughter have CRS", "diagnosis"),
        ("what's wrong with him?", "diagnosis"),
    ],
)
def test_questions_for_the_team(scope: Scope, text: str, topic: str) -> None:
    assert scope.team_topic(text) == topic


def test_no_heading_of_the_guides_is_taken_for_the_teams(scope: Scope) -> None:
    headings = [section.heading for document in load_corpus().documents for section in document.sections]
    assert [heading for heading in headings if scope.team_topic(heading)] == []


@pytest.mark.parametrize(
    "text",
    ["what are the survival figures", "How should I take my child's temperature?", "can we keep our dog"],
)
def test_general_questions_are_not_the_teams(scope: Scope, text: str) -> None:
    assert scope.team_topic(text) is None


def test_strong_evidence_is_answered_and_weak_is_not(scope: Scope) -> None:
    assert scope.judge("what is CRS", "what is CRS", (), STRONG).status is Status.GROUNDED
    weak = scope.judge("what is a widget", "what is a widget", (), WEAK)
    assert weak.status in (Status.INSUFFICIENT_EVIDENCE, Status.OUT_OF_SCOPE)
    assert not weak.may_cite


@pytest.mark.parametrize(
    "text", ["does turmeric cure leukaemia", "can sugar feed the cancer", "will a keto diet kill the cells"]
)
def test_myths_are_not_affirmed(scope: Scope, text: str) -> None:
    verdict = scope.judge(text, text, (), STRONG)
    assert (verdict.status, verdict.wording) == (Status.INSUFFICIENT_EVIDENCE, "myth")


def test_another_illness_is_not_answered_from_something_near(scope: Scope) -> None:
    verdict = scope.judge("what is croup", "what is croup", (), STRONG)
    assert verdict.wording == "other_condition"


def test_a_bad_pattern_is_one_clear_line(tmp_path: Path) -> None:
    broken = tmp_path / "scope.yaml"
    broken.write_text(PACKAGED.read_text("utf-8").replace(r"\bis this the end\b", "(unclosed"), "utf-8")
    with pytest.raises(CardsError, match="not a regular expression"):
        Scope.load(broken)
