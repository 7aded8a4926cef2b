"""Fits the meaning layer and measures it on cases it has not seen. Needs scikit-learn, for training alone.

A live message is a bag of pieces of which at least one tells the sign (multiple-instance learning): fit
on whole messages, then again on each live message's most telling piece and every piece of harmless ones.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.reply import Level
from bot.triage.meaning import (
    HARMLESS,
    URGENT,
    Floats,
    Piece,
    Span,
    Thresholds,
    probabilities,
    raised_to,
    windows,
)
from bot.triage.meaning_cases import Case

SEED = 20261122
FOLDS = 5
_ROUNDS = 3
# Inverse strength of the penalty on weights; 3 to 30 differ by less than the folds do.
_C = 10.0
# Messages this alike in their embeddings are one wording and stay in one fold.
_SAME_WORDING = 0.80
# A message this short (in words) tells its sign as a whole.
_SHORT = 25
_TEMPERATURES = np.linspace(0.5, 3.0, 51)

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Bags:
    """Cases cut into pieces. `case[i]`, `turn[i]` and `span[i]` belong to row i of `rows`."""

    cases: tuple[Case, ...]
    rows: Floats
    case: Ints
    turn: Ints
    span: tuple[Span, ...]
    whole: NDArray[np.bool_]

    @property
    def targets(self) -> Ints:
        """Class of each case."""
        return np.array([case.target for case in self.cases])


@dataclass(frozen=True)
class Ruled:
    """What the rules alone say of a case: the level of each turn, and the words on which they held back."""

    levels: tuple[Level, ...]
    held: tuple[tuple[int, int, int], ...]

    @property
    def level(self) -> Level:
        """The highest of all turns."""
        return max(self.levels, key=lambda level: level.rank)


def cut(cases: Sequence[Case]) -> tuple[list[str], list[tuple[int, int, Span, bool]]]:
    """Text of every piece, and its case, turn, span and whether it opens its turn."""
    texts, places = [], []
    for number, case in enumerate(cases):
        for turn, message in enumerate(case.messages):
            for place, (start, end) in enumerate(windows(message)):
                texts.append(message[start:end])
                places.append((number, turn, (start, end), place == 0))
    return texts, places


def wordings(bags: Bags, dimension: int) -> Ints:
    """A group for each case: paraphrases, by likeness of last messages or by their cluster, share one."""
    vectors = np.zeros((len(bags.cases), dimension), dtype=np.float32)
    for row in np.flatnonzero(bags.whole):
        vectors[bags.case[row]] = bags.rows[row, :dimension]
    parent = list(range(len(bags.cases)))

    def root(case: int) -> int:
        while parent[case] != case:
            parent[case] = parent[parent[case]]
            case = parent[case]
        return case

    for one, other in np.argwhere(np.triu(vectors @ vectors.T, 1) > _SAME_WORDING):
        parent[root(one)] = root(other)
    first: dict[str, int] = {}
    for number, case in enumerate(bags.cases):
        if case.cluster:
            parent[root(number)] = root(first.setdefault(case.cluster, number))
    return np.array([root(case) for case in range(len(parent))])


def signs(bags: Bags, groups: Ints) -> Ints:
    """A group for each rule, so that a fold's signs are of no kind the others hold; the rest are dealt."""
    rules = sorted({case.rule for case in bags.cases})
    paired = zip(bags.cases, groups, strict=True)
    return np.array([rules.index(case.rule) if case.hard else group % len(rules) for case, group in paired])


def fit(bags: Bags, among: Ints) -> Floats:
    """Weights from the cases `among`: shape (1 + features, 3), the first row the intercepts."""
    from sklearn.linear_model import LogisticRegression  # type: ignore[import-untyped]

    rows = np.flatnonzero(np.isin(bags.case, among))
    targets = bags.targets[bags.case[rows]]
    short = np.array([bags.whole[row] and _words(bags, int(row)) <= _SHORT for row in rows])
    used = (targets == HARMLESS) | bags.whole[rows]
    weights: Floats = np.zeros((1 + bags.rows.shape[1], 3), dtype=np.float32)
    for _ in range(_ROUNDS):
        model = LogisticRegression(C=_C, max_iter=400, random_state=SEED)
        model.fit(bags.rows[rows[used]], targets[used])
        weights = np.vstack([model.intercept_, model.coef_.T]).astype(np.float32)
        live = 1.0 - probabilities(scored(bags.rows[rows], weights), 1.0)[:, HARMLESS]
        used = (targets == HARMLESS) | short | most_telling(bags.case[rows], live, targets)
    return weights


def scored(rows: Floats, weights: Floats) -> Floats:
    """Scores of the three classes for each row."""
    return np.asarray(rows @ weights[1:] + weights[0], dtype=np.float32)


def most_telling(cases: Ints, live: Floats, targets: Ints) -> NDArray[np.bool_]:
    """Marks each live case's most telling piece."""
    best: dict[int, int] = {}
    for place, case in enumerate(cases):
        if targets[place] != HARMLESS and (case not in best or live[place] > live[best[case]]):
            best[case] = place
    marked = np.zeros(len(cases), dtype=np.bool_)
    marked[list(best.values())] = True
    return marked


def unseen_scores(bags: Bags, groups: Ints) -> Floats:
    """Scores of every piece by weights fitted without its case's group."""
    from sklearn.model_selection import StratifiedGroupKFold  # type: ignore[import-untyped]

    scores = np.zeros((len(bags.rows), 3), dtype=np.float32)
    folds = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=SEED)
    for known, unknown in folds.split(np.zeros(len(bags.cases)), bags.targets, groups):
        rows = np.isin(bags.case, unknown)
        scores[rows] = scored(bags.rows[rows], fit(bags, known))
    return scores


def best_temperature(bags: Bags, scores: Floats) -> float:
    """What the scores must be divided by so that a bag's most telling piece is right as often as it says."""
    rows = np.array([max(own, key=lambda row: -_margin(scores[row])) for own in by_case(bags).values()])
    targets = bags.targets[bags.case[rows]]

    def loss(temperature: float) -> float:
        given = probabilities(scores[rows], temperature)[np.arange(len(rows)), targets]
        return float(-np.log(np.maximum(given, 1e-9)).mean())

    return float(min(_TEMPERATURES, key=loss))


def _margin(row: Floats) -> float:
    return float(row[HARMLESS] - np.logaddexp(row[1], row[2]))


def pieces_of(bags: Bags, scores: Floats, temperature: float) -> list[list[Piece]]:
    """Each case's pieces with their probabilities."""
    rows = probabilities(scores, temperature)
    own = by_case(bags)
    return [
        [Piece(int(bags.turn[row]), *bags.span[row], rows[row]) for row in own.get(case, ())]
        for case in range(len(bags.cases))
    ]


def by_case(bags: Bags) -> dict[int, list[int]]:
    """The rows of each case."""
    own: dict[int, list[int]] = defaultdict(list)
    for row, case in enumerate(bags.case):
        own[int(case)].append(row)
    return own


def layered_level(pieces: Iterable[Piece], ruled: Ruled, bar: Thresholds) -> Level:
    """The level rules and meaning give a case together."""
    level = ruled.level
    pieces = list(pieces)
    for turn, said in enumerate(ruled.levels):
        here = [piece for piece in pieces if piece.turn == turn]
        held = [(start, end) for held_turn, start, end in ruled.held if held_turn == turn]
        raised = None if said is Level.EMERGENCY else raised_to(here, held, said, bar)
        if raised and raised[0].rank > level.rank:
            level = raised[0]
    return level


def choose_thresholds(bags: Bags, pieces: Sequence[Sequence[Piece]], ruled: Sequence[Ruled]) -> Thresholds:
    """The lowest bars that keep false alarms and overcalls, on unseen cases, within what is allowed.

    Of hard harmless cases that the rules leave alone, 0.8 % may be raised, and none on words the rules
    held back on. Of urgent cases 2 % may turn into emergencies because of meaning where the rules say
    urgent; where the rules say less, an emergency is believed when it is the likelier half.
    """
    free: list[float] = []
    doubted: list[float] = []
    urgent: list[float] = []
    quiet = 0
    for case, own, said in zip(bags.cases, pieces, ruled, strict=True):
        if case.target == HARMLESS and case.hard:
            quiet += 1
            if said.level.rank < Level.URGENT.rank:
                held = [_doubts(piece, said) for piece in own]
                free.append(max((p.live for p, d in zip(own, held, strict=True) if not d), default=0.0))
                doubted.append(max((p.live for p, d in zip(own, held, strict=True) if d), default=0.0))
        if case.target == URGENT:
            urgent.append(max((p.emergency for p in own), default=0.0) if said.level is Level.URGENT else 0.0)
    return Thresholds(
        live=_above(free, int(ALLOWED_FALSE_ALARMS * quiet)),
        doubted=_above(doubted, 0),
        emergency=_above(urgent, int(ALLOWED_OVERCALLS * len(urgent))),
        emergency_share=0.5,
    )


ALLOWED_FALSE_ALARMS = 0.008
ALLOWED_OVERCALLS = 0.005


def _above(values: Sequence[float], exceeding: int) -> float:
    """A bar that at most `exceeding` of the values reach."""
    ordered = sorted(values, reverse=True)
    return round(float(np.nextafter(np.float32(ordered[exceeding]), np.float32(1))) + 1e-4, 4)


def _doubts(piece: Piece, said: Ruled) -> bool:
    here = [(start, end) for turn, start, end in said.held if turn == piece.turn]
    return any(start < piece.end and end > piece.start for start, end in here)


def _words(bags: Bags, row: int) -> int:
    start, end = bags.span[row]
    return len(bags.cases[bags.case[row]].messages[bags.turn[row]][start:end].split())
