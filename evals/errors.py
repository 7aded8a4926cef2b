"""Errors of the evals, each one line a person can act on; exit code 2.

NightlampError
└── EvalsError       an eval cannot run
    ├── SuiteError   a suite file cannot be used: every problem found, one line each
    └── RunError     suites are fine, but the run cannot start or be written
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.errors import NightlampError

_SHOWN = 20


class EvalsError(NightlampError):
    """An eval cannot run."""


class RunError(EvalsError):
    """The run cannot start, or its results cannot be written."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a suite file: where, in which field, and what to do about it."""

    path: Path
    line: int | None
    field: str
    message: str

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}" if self.line is not None else str(self.path)
        return f"{place}: {self.field}: {self.message}" if self.field else f"{place}: {self.message}"


class SuiteError(EvalsError):
    """A suite file cannot be used. `problems` holds all that was found, in file order."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        lines = [str(problem) for problem in self.problems[:_SHOWN]]
        if len(self.problems) > _SHOWN:
            lines.append(f"and {len(self.problems) - _SHOWN} more problems")
        super().__init__("\n".join(lines))
