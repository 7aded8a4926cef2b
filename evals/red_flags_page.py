"""The page that shows clinicians the red-flag rules and how they were measured."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.triage.rules import RuleBook, load_rules
from evals.outcome import Outcome
from evals.runner import SuiteRun
from evals.scorers.base import Mark
from evals.scorers.levels import false_alarm, sensitivity, urgent_overcall
from evals.statistics import share_interval

_TEMPLATES = Path(__file__).with_name("templates")
_NOTHING = "-"


@dataclass(frozen=True)
class SuiteRow:
    """One suite's figures as the table shows them."""

    name: str
    cases: int
    sensitivity: str
    missed: int
    false_alarms: str
    overcall: str


@dataclass(frozen=True)
class RuleRow:
    """One rule's figures over all suites."""

    id: str
    title: str
    live: int
    caught: int
    sensitivity: str
    harmless: int
    alarms: int


def render(runs: Sequence[SuiteRun], about: str, book: RuleBook | None = None) -> str:
    """The page in Markdown. `about` says when and on what the figures were measured."""
    book = book or load_rules()
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        undefined=StrictUndefined,
        autoescape=False,
        keep_trailing_newline=True,
    )
    return environment.get_template("red-flags.md.j2").render(
        rules=book.rules,
        combinations=book.combinations,
        about=about,
        suites=[_suite_row(run) for run in runs],
        by_rule=_rule_rows(book, [outcome for run in runs for outcome in run.outcomes]),
    )


def _suite_row(run: SuiteRun) -> SuiteRow:
    live = _good(run.outcomes, sensitivity)
    harmless = _good(run.outcomes, false_alarm)
    urgent = _good(run.outcomes, urgent_overcall)
    return SuiteRow(
        name=run.file.suite.suite,
        cases=len(run.outcomes),
        sensitivity=_at_least(live),
        missed=live.count(False),
        false_alarms=_at_most(harmless),
        overcall=_at_most(urgent),
    )


def _rule_rows(book: RuleBook, outcomes: Sequence[Outcome]) -> list[RuleRow]:
    rows = []
    for rule in book.rules:
        mine = [outcome for outcome in outcomes if outcome.case.rule == rule.id]
        live, harmless = _good(mine, sensitivity), _good(mine, false_alarm)
        rows.append(
            RuleRow(
                id=rule.id,
                title=rule.title,
                live=len(live),
                caught=live.count(True),
                sensitivity=_at_least(live),
                harmless=len(harmless),
                alarms=harmless.count(False),
            )
        )
    return rows


def _good(outcomes: Sequence[Outcome], scorer: Callable[[Outcome], Mark | None]) -> list[bool]:
    """Whether each case that the scorer speaks of went right."""
    marks = [scorer(outcome) for outcome in outcomes]
    return [not mark.missed for mark in marks if mark is not None]


def _at_least(good: Sequence[bool]) -> str:
    if not good:
        return _NOTHING
    right = list(good).count(True)
    return f"{right / len(good):.1%} ({share_interval(right, len(good)).low:.1%})"


def _at_most(good: Sequence[bool]) -> str:
    if not good:
        return _NOTHING
    wrong = list(good).count(False)
    return f"{wrong} of {len(good)}, {wrong / len(good):.1%} ({share_interval(wrong, len(good)).high:.1%})"
