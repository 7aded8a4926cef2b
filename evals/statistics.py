"""Exact intervals for a share of independent cases."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Interval:
    """Where the true share may lie, both ends included. `one_sided` names its only informative end."""

    low: float
    high: float
    one_sided: bool = False


def share_interval(successes: int, n: int, confidence: float = 0.95) -> Interval:
    """Clopper-Pearson interval of `successes` of `n`; one-sided when all or none succeeded.

    With 0 of 45 missed, the rate of misses is below 6.4 % with 95 % confidence: at a limit the whole
    error probability goes to the one end that says something.

    Raises:
        ValueError: `n` is not positive, or `successes` is outside 0 to `n`.
    """
    if n < 1 or not 0 <= successes <= n:
        raise ValueError(f"no interval for {successes} of {n}")
    alpha = 1.0 - confidence
    if successes == n:
        return Interval(alpha ** (1.0 / n), 1.0, one_sided=True)
    if successes == 0:
        return Interval(0.0, 1.0 - alpha ** (1.0 / n), one_sided=True)
    low = _solve(lambda p: _at_least(successes, n, p), alpha / 2)
    high = 1.0 - _solve(lambda p: _at_least(n - successes, n, p), alpha / 2)
    return Interval(low, high)


def _at_least(k: int, n: int, p: float) -> float:
    """P(X >= k) for X ~ Binomial(n, p), 0 < p < 1, k >= 1."""
    log_p, log_q, log_n = math.log(p), math.log1p(-p), math.lgamma(n + 1)
    return math.fsum(
        math.exp(log_n - math.lgamma(i + 1) - math.lgamma(n - i + 1) + i * log_p + (n - i) * log_q)
        for i in range(k, n + 1)
    )


def _solve(rising: Callable[[float], float], target: float) -> float:
    """The p in (0, 1) at which a rising function passes `target`, by bisection."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < target else (low, middle)
    return (low + high) / 2
