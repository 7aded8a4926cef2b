"""Fit the weights by which a question is answered or refused, and report how well they hold.

`python -m evals.calibration` prints what belongs under `evidence` in `bot/scope.yaml`, with refusal
precision and recall by two-fold cross-validation: each half of the cases (by hash of their id) is judged
by weights fitted on the other half. Care-team questions and conversations with several questions take no
part.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import typer
from numpy.typing import NDArray

from bot.dialogue import Dialogue
from bot.evidence import Evidence
from bot.library import Library, Opened
from bot.reply import Status
from bot.settings import Settings, load_settings
from evals.load import load_suites
from evals.model import Case

FEATURES = ("heading", "statement", "statements", "coverage", "unmet")
SUITES = ("answers", "answers-c", "answers-d", "conversations", "refusals")
_REFUSED = {Status.INSUFFICIENT_EVIDENCE, Status.OUT_OF_SCOPE}
# Shrinks weights of standardised features towards zero; with some 600 cases only a little is needed.
_RIDGE = 0.5
_STEPS = 60
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Labelled:
    """One question: what was found for it, and whether it should be answered."""

    case: str
    features: tuple[float, ...]
    answered: bool

    @property
    def half(self) -> int:
        """0 or 1, by hash of the case's id: the same whatever is added."""
        return hashlib.sha256(self.case.encode()).digest()[0] % 2


@dataclass(frozen=True)
class Fit:
    """Weights in the order of `FEATURES`, and the bias."""

    weights: tuple[float, ...]
    bias: float

    def probability(self, features: Sequence[float]) -> float:
        """That a question with these features is answered."""
        total = self.bias + float(np.dot(self.weights, features))
        return float(1 / (1 + np.exp(-total)))


@dataclass(frozen=True)
class Refusals:
    """Refusal precision and recall at one line."""

    line: float
    precision: float
    recall: float


def labelled(cases: Sequence[Case], opened: Opened) -> list[Labelled]:
    """Features of every case that says whether it should be answered."""
    dialogue = Dialogue.load()
    found = []
    for case in cases:
        wanted = _should_answer(case)
        questions = dialogue.resolve(case.messages, opened.topics.named_in)
        if wanted is None or len(questions) != 1 or questions[0].talk is not None:
            continue
        search = opened.topics.spelt(questions[0].searches[0])
        hits = opened.search(search, 10, questions[0].region or case.region)
        evidence = opened.evidence(search, hits[0]) if hits else Evidence()
        features = tuple(float(getattr(evidence, name)) for name in FEATURES)
        found.append(Labelled(case.id, features, wanted))
    return found


def fit(cases: Sequence[Labelled]) -> Fit:
    """Logistic regression with a ridge, by Newton's method, on standardised features."""
    x = np.array([case.features for case in cases])
    y = np.array([float(case.answered) for case in cases])
    mean, spread = x.mean(axis=0), x.std(axis=0) + 1e-9
    z = np.column_stack([(x - mean) / spread, np.ones(len(x))])
    ridge = np.diag([_RIDGE] * len(FEATURES) + [0.0])
    w = np.zeros(z.shape[1])
    for _ in range(_STEPS):
        p = 1 / (1 + np.exp(-z @ w))
        hessian = z.T @ (z * (p * (1 - p))[:, None]) + ridge
        w -= np.linalg.solve(hessian, z.T @ (p - y) + ridge @ w)
    weights: Floats = w[:-1] / spread
    return Fit(tuple(weights.tolist()), float(w[-1] - weights @ mean))


def cross_validated(cases: Sequence[Labelled], line: float) -> Refusals:
    """Refusals when each half is judged by the other half's weights."""
    fits = [fit([case for case in cases if case.half != half]) for half in (0, 1)]
    refused = [case for case in cases if fits[case.half].probability(case.features) < line]
    right = sum(not case.answered for case in refused)
    wanted = sum(not case.answered for case in cases)
    return Refusals(line, right / max(1, len(refused)), right / max(1, wanted))


def _should_answer(case: Case) -> bool | None:
    statuses = set(case.expect.status or ())
    if statuses == {Status.GROUNDED}:
        return True
    return False if statuses and statuses <= _REFUSED else None


def main(settings: Settings | None = None) -> None:
    """Fit on the suites of questions and say what came out."""
    cases = [case for file in load_suites(SUITES) for case in file.suite.cases]
    known = labelled(cases, Library(settings or load_settings()).open())
    result = fit(known)
    typer.echo(f"{len(known)} questions, {sum(case.answered for case in known)} to be answered")
    typer.echo(f"bias: {result.bias:.2f}")
    for name, weight in zip(FEATURES, result.weights, strict=True):
        typer.echo(f"{name}: {weight:.2f}")
    for line in (0.3, 0.35, 0.4, 0.45, 0.5, 0.55):
        held = cross_validated(known, line)
        typer.echo(f"line {line}: refusal precision {held.precision:.3f}, recall {held.recall:.3f}")


if __name__ == "__main__":
    main()
