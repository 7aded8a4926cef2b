"""What staff see: misses in full, words for results, and no trust in what messages hold."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from bot.reply import Assessment, Finding, Level, Suppressed
from evals.measure import measure_suite
from evals.model import Case
from evals.outcome import Outcome
from evals.progress import progress
from evals.report import print_suite, print_verdict, share
from evals.runner import SuiteRun
from tests.evals.builders import answer, case, citation, seen, suite_file


def shown(*outcomes: Outcome, bar: object = None) -> str:
    file = suite_file(*(outcome.case for outcome in outcomes), bar=bar)
    done = SuiteRun(file, outcomes, measure_suite(file.suite, outcomes))
    stream = io.StringIO()
    console = Console(file=stream, width=120)
    print_suite(console, done)
    print_verdict(console, [done])
    return stream.getvalue()


def live(case_id: str, message: str) -> Case:
    return case(case_id, (message,), level="emergency", rule="R05", tags=["typo"])


def test_a_miss_is_told_in_full_although_the_bar_is_met() -> None:
    finding = Finding("R08", "hot", 3, 6, 0, level=Level.URGENT)
    held = Suppressed("R05", "a seizure", 14, 23, 0, "general question")
    missed = seen(
        live("rf-2", "what is a seizure"), Assessment(Level.URGENT, findings=(finding,), suppressed=(held,))
    )
    fine = [seen(live(f"rf-1{n}", "he's fitting"), Assessment(Level.EMERGENCY)) for n in range(9)]
    text = shown(*fine, missed, bar={"metric": "sensitivity", "at_least": 0.9})
    assert "90.0 %" in text
    assert "Fell short: 1 of 10 cases, in full:" in text
    assert "✗ rf-2 (rule R05; typo)" in text
    assert 'message 0: "what is a seizure"' in text
    assert "expected level emergency or above; got level urgent" in text
    assert "found R08 on “hot” (message 0, 3 to 6) (layer rules, level urgent)" in text
    assert "held back R05 on “a seizure” (message 0, 14 to 23): general question" in text
    assert "met: s: sensitivity 90.0 % (≥ 90 %), 1 fell short" in text


def test_the_one_sided_bound_stands_beside_all() -> None:
    text = shown(*(seen(live(f"c{n}", "x"), Assessment(Level.EMERGENCY)) for n in range(45)))
    assert "93.6 % or more" in text


def test_sentences_from_elsewhere_are_listed() -> None:
    elsewhere = citation(1, "Ask your unit first.")
    outcome = seen(case(cites="fever#what-counts-as-a-fever"), answer(elsewhere))
    text = shown(outcome, bar={"metric": "unaccepted_share", "at_most": 0.1})
    assert "not from an accepted place: fever (Can we give medicine?): Ask your unit first." in text
    assert "MISSED: s: unaccepted_share 100.0 % (≤ 10 %), 1 fell short" in text
    assert "    | Ask your unit first. [1]" in text


def test_messages_cannot_restyle_the_terminal() -> None:
    text = shown(seen(live("c", "[red]x[/red] \x1b[2J\u202e"), Assessment()))
    assert "[red]x[/red]" in text
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_a_layer_that_was_missing_shows() -> None:
    both = seen(live("a", "x"), Assessment(Level.EMERGENCY, layers=("rules", "meaning")))
    rules = seen(live("b", "x"), Assessment(Level.EMERGENCY))
    assert "layers of triage: rules in 2, meaning in 1" in shown(both, rules)


def test_breakages_are_counted_and_shown() -> None:
    text = shown(seen(live("c", "x"), "RuntimeError: gone"))
    assert "1 broke and count as failures" in text
    assert "expected a reply; got error: RuntimeError: gone" in text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "-"),
        (1.0, "100.0 %"),
        (0.0, "0.0 %"),
        (0.9, "90.0 %"),
        (2999 / 3000, "99.97 %"),
        (1 / 3000, "0.03 %"),
    ],
)
def test_a_share_is_never_rounded_to_all_or_nothing(value: float | None, text: str) -> None:
    assert share(value) == text


def test_progress_is_plain_lines_where_there_is_no_terminal() -> None:
    stream = io.StringIO()
    with progress(Console(file=stream), 40) as step:
        for _ in range(40):
            step("red-flags")
    lines = stream.getvalue().splitlines()
    assert len(lines) == 10
    assert lines[-1] == "40 of 40 cases (red-flags)"
