"""How well what was found answers what was asked: measured features and calibrated weights on them.

The weights are data (`scope.yaml`), fitted and reported by `evals/calibration.py`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from index.retriever import Hit

_BEST_STATEMENTS = 3


@dataclass(frozen=True)
class Evidence:
    """Features of a passage for a question.

    `heading`, `statement` and `statements` are cosines: with the heading, the best statement, and the
    mean of the best three. `coverage` is the share, by rarity, of the question's words that the passage
    holds or nearly holds (0..1); `unmet` the rarity of the rarest word that it does not (0 and up).
    `ours` says that the question names something the guides are about.
    """

    passage: str = ""
    heading: float = 0.0
    statement: float = 0.0
    statements: float = 0.0
    coverage: float = 0.0
    unmet: float = 0.0
    ours: bool = False


class Model(BaseModel):
    """Weights of a logistic model over `Evidence`, and the lines drawn on its probability.

    From `line` on a question is answered; below `off_topic` it is about something else; from
    `care_team_line` general facts may follow "one for your team"; from `certain` a question is answered
    although it holds a word that usually means another subject.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    bias: float
    heading: float
    statement: float
    statements: float
    coverage: float
    unmet: float
    line: float
    off_topic: float
    care_team_line: float
    certain: float

    def probability(self, evidence: Evidence) -> float:
        """That the passage answers the question: 0..1."""
        total = (
            self.bias
            + self.heading * evidence.heading
            + self.statement * evidence.statement
            + self.statements * evidence.statements
            + self.coverage * evidence.coverage
            + self.unmet * evidence.unmet
        )
        return 1.0 / (1.0 + math.exp(-max(-50.0, min(50.0, total))))


def evidence_of(hit: Hit, met: Sequence[float], weights: Sequence[float], ours: bool) -> Evidence:
    """Features of a hit.

    Args:
        hit: the passage and its cosines.
        met: for each content word of the question, how nearly the passage holds it (0..1).
        weights: the rarity of each of those words.
        ours: whether the question names something the guides are about.
    """
    cosines = sorted((scored.cosine for scored in hit.statements), reverse=True)[:_BEST_STATEMENTS]
    total = sum(weights)
    # A word of nearly the same meaning counts in part: "kitten" for "pets", not "courier" for "cells".
    near = [min(1.0, max(0.0, (value - _UNLIKE) / (_ALIKE - _UNLIKE))) for value in met]
    return Evidence(
        passage=hit.passage.id,
        heading=hit.heading_cosine,
        statement=cosines[0] if cosines else 0.0,
        statements=sum(cosines) / _BEST_STATEMENTS,
        coverage=sum(w * n for w, n in zip(weights, near, strict=True)) / total if total else 0.0,
        unmet=max((w * (1 - m) for w, m in zip(weights, met, strict=True)), default=0.0),
        ours=ours,
    )


# Cosine of two words embedded alone: below the first they have nothing to do with each other, from the
# second on they say the same.
_UNLIKE, _ALIKE = 0.35, 0.70
