"""Does a level fall when the same message is typed otherwise? Counted over every live case."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.reply import Level
from evals.model import Case
from evals.perturb import Perturbation

Assess = Callable[[Sequence[str]], Level]


@dataclass(frozen=True)
class Fallen:
    """A case whose level fell under a change."""

    case: str
    messages: tuple[str, ...]
    before: Level
    after: Level


@dataclass(frozen=True)
class Robustness:
    """One change over all cases: how many levels fell, and how many emergencies fell below urgent."""

    name: str
    total: int
    fallen: tuple[Fallen, ...]

    @property
    def share(self) -> float:
        """Levels that fell, of all."""
        return len(self.fallen) / self.total if self.total else 0.0

    @property
    def grave(self) -> tuple[Fallen, ...]:
        """Emergencies answered below urgent."""
        return tuple(
            fall
            for fall in self.fallen
            if fall.before is Level.EMERGENCY and fall.after.rank < Level.URGENT.rank
        )


def measure_robustness(
    cases: Iterable[Case], changes: Sequence[Perturbation], assess: Assess
) -> list[Robustness]:
    """Every change over every case that a floor is set for. The last message alone is changed."""
    live = [(case, assess(case.messages)) for case in cases if case.expect.floor is not None]
    measured = []
    for change in changes:
        fallen = []
        for case, before in live:
            messages = (*case.messages[:-1], change.apply(case.messages[-1]))
            after = assess(messages)
            if after.rank < before.rank:
                fallen.append(Fallen(case.id, messages, before, after))
        measured.append(Robustness(change.name, len(live), tuple(fallen)))
    return measured
