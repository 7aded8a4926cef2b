"""From outcomes to figures: one value per metric, its interval, and whether its bar is met."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from evals.model import Bar, Metric, Suite
from evals.outcome import Outcome
from evals.scorers import SCORERS, shortfalls
from evals.scorers.refusal import did_refuse, should_refuse
from evals.statistics import Interval, share_interval


class State(StrEnum):
    """What became of a bar. `UNMEASURED` is never `MET`: nothing was there to meet it."""

    MET = "met"
    MISSED = "missed"
    UNMEASURED = "unmeasured"


@dataclass(frozen=True)
class Measured:
    """One metric of a suite or slice.

    `counted` of `total` units carry the value: those that went right where higher is better, those
    that went wrong where lower is. `groups` are the independent cases behind the interval, paraphrase
    clusters counted once (as wrong if any of them is). `missed` are the ids of all cases that fell
    short, whatever the value. The metrics that count sentences have no interval: sentences of one
    answer are not independent.
    """

    metric: Metric
    counted: int
    total: int
    cases: int
    missed: tuple[str, ...]
    groups: int
    interval: Interval | None
    bar: Bar | None = None

    @property
    def value(self) -> float | None:
        """The share, 0 to 1; None when there was nothing to measure."""
        return self.counted / self.total if self.total else None

    @property
    def state(self) -> State | None:
        """None when the suite sets no bar on this metric."""
        if self.bar is None:
            return None
        if self.value is None:
            return State.UNMEASURED
        return State.MET if self.bar.met_by(self.value) else State.MISSED


@dataclass(frozen=True)
class Slice:
    """All cases that share a rule or a tag, and which of them fell short."""

    kind: str
    name: str
    cases: int
    missed: tuple[str, ...]


@dataclass(frozen=True)
class RefusalTable:
    """Should refuse or answer (first word) against refused, answered or broke (second)."""

    refuse_refused: int
    refuse_answered: int
    refuse_broke: int
    answer_refused: int
    answer_answered: int
    answer_broke: int


def measure(metric: Metric, outcomes: Iterable[Outcome], bar: Bar | None = None) -> Measured:
    """One metric over the outcomes it applies to."""
    marked = [(o, mark) for o in outcomes if (mark := SCORERS[metric](o)) is not None]
    good, total = sum(mark.good for _, mark in marked), sum(mark.total for _, mark in marked)
    groups: dict[str, bool] = defaultdict(lambda: True)
    for outcome, mark in marked:
        groups[outcome.case.group] &= not mark.missed
    return Measured(
        metric=metric,
        counted=total - good if metric.lower_is_better else good,
        total=total,
        cases=len(marked),
        missed=tuple(o.case.id for o, mark in marked if mark.missed),
        groups=len(groups),
        interval=_interval(metric, list(groups.values())),
        bar=bar,
    )


def _interval(metric: Metric, groups: Sequence[bool]) -> Interval | None:
    if not groups or metric in (Metric.UNACCEPTED_SHARE, Metric.VERBATIM_SHARE):
        return None
    right = sum(groups)
    return share_interval(len(groups) - right if metric.lower_is_better else right, len(groups))


def measure_suite(suite: Suite, outcomes: Sequence[Outcome]) -> tuple[Measured, ...]:
    """Every metric with a bar or with something to measure, those with a bar first."""
    bars = {bar.metric: bar for bar in suite.bar}
    figures = (measure(metric, outcomes, bars.get(metric)) for metric in dict.fromkeys((*bars, *Metric)))
    return tuple(figure for figure in figures if figure.bar or figure.cases)


def fell_short(outcome: Outcome, figures: Sequence[Measured]) -> bool:
    """Whether a case misses an expectation, or counts against a metric that has a bar."""
    barred = any(outcome.case.id in figure.missed for figure in figures if figure.bar)
    return barred or bool(shortfalls(outcome))


def layers_seen(outcomes: Iterable[Outcome]) -> dict[str, int]:
    """In how many cases each layer of triage took part: a layer that was asked for may have been missing."""
    seen: dict[str, int] = defaultdict(int)
    for outcome in outcomes:
        for layer in outcome.assessment.layers if outcome.assessment else ():
            seen[layer] += 1
    return dict(seen)


def slices(outcomes: Sequence[Outcome]) -> tuple[Slice, ...]:
    """Cases by rule and by tag, those with most misses first."""
    members: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        if outcome.case.rule:
            members["rule", outcome.case.rule].append(outcome)
        for tag in dict.fromkeys(outcome.case.tags):
            members["tag", tag].append(outcome)
    found = []
    for (kind, name), inside in members.items():
        figure = measure(Metric.PASS_RATE, inside)
        found.append(Slice(kind, name, len(inside), figure.missed))
    return tuple(sorted(found, key=lambda s: (s.kind, -len(s.missed), s.name)))


def refusal_table(outcomes: Iterable[Outcome]) -> RefusalTable | None:
    """The 2 x 2 of refusing; None for a suite with nothing that should be refused."""
    cells: dict[tuple[bool, bool | None], int] = defaultdict(int)
    for outcome in outcomes:
        wanted = should_refuse(outcome)
        if wanted is not None:
            cells[wanted, did_refuse(outcome)] += 1
    if not any(wanted for wanted, _ in cells):
        return None
    return RefusalTable(*(cells[wanted, got] for wanted in (True, False) for got in (True, False, None)))
