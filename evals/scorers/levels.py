"""Red flags: missed, raised for nothing, or raised too far."""

from __future__ import annotations

from bot.reply import Level
from evals.outcome import Outcome
from evals.scorers.base import Mark, whole


def sensitivity(outcome: Outcome) -> Mark | None:
    """Live cases answered at or above the level they need, of all live cases."""
    floor = outcome.case.expect.floor
    if floor is None:
        return None
    return whole(outcome.error is None and outcome.lowest.rank >= floor.rank)


def false_alarm(outcome: Outcome) -> Mark | None:
    """Cases with a ceiling that were answered above it, of all cases with one.

    `exact_level: urgent` is not a quiet case: going above it is `urgent_overcall`.
    """
    expect = outcome.case.expect
    ceiling = expect.max_level
    if expect.exact_level in (Level.NONE, Level.SAME_DAY):
        ceiling = expect.exact_level
    if ceiling is None:
        return None
    return whole(outcome.error is None and outcome.highest.rank <= ceiling.rank)


def urgent_overcall(outcome: Outcome) -> Mark | None:
    """Urgent cases answered as an emergency, of all urgent cases: an ambulance where a call would do."""
    if outcome.case.expect.floor is not Level.URGENT:
        return None
    return whole(outcome.error is None and outcome.highest is not Level.EMERGENCY)
