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
    """Cases that are not urgent answered above their ceiling, of all that have such a ceiling."""
    ceiling = outcome.case.expect.ceiling
    if ceiling is None or ceiling.rank >= Level.URGENT.rank:
        return None
    return whole(_held(outcome, ceiling))


def urgent_overcall(outcome: Outcome) -> Mark | None:
    """Cases that must stop at urgent answered as an emergency: an ambulance where a call would do."""
    if outcome.case.expect.ceiling is not Level.URGENT:
        return None
    return whole(_held(outcome, Level.URGENT))


def _held(outcome: Outcome, ceiling: Level) -> bool:
    return outcome.error is None and outcome.highest.rank <= ceiling.rank
