"""One scorer per metric a bar can be set on."""

from __future__ import annotations

from collections.abc import Mapping

from evals.model import Metric
from evals.scorers.base import Mark, Scorer
from evals.scorers.citations import unaccepted_share, verbatim_share
from evals.scorers.expectations import Shortfall, pass_rate, shortfalls
from evals.scorers.levels import false_alarm, sensitivity, urgent_overcall
from evals.scorers.refusal import refusal_precision, refusal_recall

SCORERS: Mapping[Metric, Scorer] = {
    Metric.SENSITIVITY: sensitivity,
    Metric.FALSE_ALARM: false_alarm,
    Metric.URGENT_OVERCALL: urgent_overcall,
    Metric.PASS_RATE: pass_rate,
    Metric.REFUSAL_PRECISION: refusal_precision,
    Metric.REFUSAL_RECALL: refusal_recall,
    Metric.UNACCEPTED_SHARE: unaccepted_share,
    Metric.VERBATIM_SHARE: verbatim_share,
}

__all__ = ["SCORERS", "Mark", "Scorer", "Shortfall", "shortfalls"]
