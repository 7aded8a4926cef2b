"""Refusing what the corpus does not cover, and nothing else."""

from __future__ import annotations

from bot.reply import Status
from evals.outcome import Outcome
from evals.scorers.base import Mark, whole

REFUSALS = frozenset({Status.INSUFFICIENT_EVIDENCE, Status.OUT_OF_SCOPE})


def should_refuse(outcome: Outcome) -> bool | None:
    """What the case asks for; None when it names no status or accepts either behaviour."""
    accepted = outcome.case.expect.status
    if accepted is None:
        return None
    refusing = [status in REFUSALS for status in accepted]
    if all(refusing):
        return True
    return None if any(refusing) else False


def did_refuse(outcome: Outcome) -> bool | None:
    """What happened; None when the case broke or no reply was possible, which is neither."""
    if outcome.reply is None or outcome.reply.status is Status.UNAVAILABLE:
        return None
    return outcome.reply.status in REFUSALS


def refusal_recall(outcome: Outcome) -> Mark | None:
    """Cases refused, of those that should be."""
    if not should_refuse(outcome):
        return None
    return whole(bool(did_refuse(outcome)))


def refusal_precision(outcome: Outcome) -> Mark | None:
    """Cases rightly refused, of those refused. One that broke counts as wrongly refused."""
    wanted, got = should_refuse(outcome), did_refuse(outcome)
    if wanted is None or got is False:
        return None
    return whole(wanted and got is True)
