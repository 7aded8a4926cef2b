"""The interval against published and computed values."""

from __future__ import annotations

import math

import pytest

from evals.statistics import share_interval


@pytest.mark.parametrize(
    ("successes", "n", "low", "high"),
    [
        # Two-sided 95 % limits, beta quantiles computed to six places.
        (1, 10, 0.002529, 0.445016),
        (8, 10, 0.443905, 0.974789),
        (50, 100, 0.398321, 0.601679),
        (81, 263, 0.252737, 0.367622),
        (299, 300, 0.981569, 0.999916),
    ],
)
def test_two_sided_limits(successes: int, n: int, low: float, high: float) -> None:
    interval = share_interval(successes, n)
    assert interval.low == pytest.approx(low, abs=2e-6)
    assert interval.high == pytest.approx(high, abs=2e-6)
    assert not interval.one_sided


@pytest.mark.parametrize(("n", "bound"), [(45, 0.0644), (100, 0.0295), (300, 0.00994), (1, 0.95)])
def test_one_sided_bound_when_nothing_was_missed(n: int, bound: float) -> None:
    none, every = share_interval(0, n), share_interval(n, n)
    assert (none.low, every.high) == (0.0, 1.0)
    assert none.high == pytest.approx(bound, abs=1e-4)
    assert every.low == pytest.approx(1.0 - bound, abs=1e-4)
    assert none.one_sided
    assert every.one_sided


@pytest.mark.parametrize("n", [2, 7, 40, 2000])
def test_limits_enclose_the_share_and_mirror_each_other(n: int) -> None:
    for successes in {1, n // 2, n - 1}:
        interval, mirror = share_interval(successes, n), share_interval(n - successes, n)
        assert interval.low < successes / n < interval.high
        assert math.isclose(interval.low, 1.0 - mirror.high, abs_tol=1e-9)


@pytest.mark.parametrize(("successes", "n"), [(0, 0), (-1, 5), (6, 5)])
def test_no_interval_for_nothing(successes: int, n: int) -> None:
    with pytest.raises(ValueError, match="no interval"):
        share_interval(successes, n)
