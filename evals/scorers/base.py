"""What every scorer gives back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from evals.outcome import Outcome


@dataclass(frozen=True)
class Mark:
    """How many of a case's units (the case itself, or its sentences) came out as they should."""

    good: int
    total: int

    @property
    def missed(self) -> bool:
        """Whether anything fell short."""
        return self.good < self.total


Scorer = Callable[[Outcome], Mark | None]
"""None means the metric has nothing to say about this case. A case that broke is never None where
its expectations would have counted: it is a miss."""


def whole(good: bool) -> Mark:
    """The mark of a metric that counts cases."""
    return Mark(int(good), 1)
