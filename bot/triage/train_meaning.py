"""Trains the meaning layer: `python -m bot.triage.train_meaning`, again after rules or suites change.

Reads suites, rules and explainers by path, fits with a fixed seed, measures on cases left out of the fit and
writes weights, bank and card. The same files and the same processor give the same weights.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from bot.reply import Level
from bot.triage.assess import Triage
from bot.triage.meaning import (
    EMERGENCY,
    FOLDER,
    HARMLESS,
    URGENT,
    Floats,
    MeaningCard,
    MeaningError,
    Piece,
    Thresholds,
    features,
    probabilities,
    settled,
)  # fmt: skip
from bot.triage.meaning_cases import Case, read_material, titles
from bot.triage.meaning_fit import (
    SEED,
    Bags,
    Ruled,
    best_temperature,
    choose_thresholds,
    cut,
    fit,
    layered_level,
    most_telling,
    pieces_of,
    scored,
    signs,
    unseen_scores,
    wordings,
)  # fmt: skip
from index.encoder import Encoder, SentenceTransformerEncoder

_ROOT = Path(__file__).parents[2]
_RULES = Path(__file__).with_name("rules")
_TAGS = ("general_question", "hypothetical", "negated", "long_past", "warning_repeated", "other_person")
BUCKETS = 2048
WORD_WEIGHT = 0.7

Folder = Annotated[Path, typer.Option(exists=True, file_okay=False)]


def train(
    suites: Folder = _ROOT / "evals" / "suites",
    rules: Folder = _RULES,
    explainers: Folder = _ROOT / "corpus" / "explainers",
    out: Path = FOLDER,
) -> None:
    """Fit, measure and write the meaning layer."""
    encoder = SentenceTransformerEncoder()
    try:
        material = read_material(suites, rules, explainers)
    except MeaningError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(2) from None
    bags = embedded(material.cases, encoder)
    ruled = [by_rules(case, triage) for triage in [Triage.load()] for case in material.cases]
    groups = wordings(bags, encoder.dimension)
    scores = unseen_scores(bags, groups)
    temperature = best_temperature(bags, scores)
    pieces = pieces_of(bags, scores, temperature)
    bar = choose_thresholds(bags, pieces, ruled)
    figures = {"unseen_wordings": figures_of(bags, pieces, ruled, bar)}
    by_sign = pieces_of(bags, unseen_scores(bags, signs(bags, groups)), temperature)
    figures["unseen_rules"] = figures_of(bags, by_sign, ruled, bar)
    weights = fit(bags, np.arange(len(bags.cases)))
    bank, bank_rules = bank_of(bags, weights, encoder.dimension)
    arrays = {"weights.npy": weights, "bank.npy": bank}
    files = {name: written(out / name, array) for name, array in arrays.items()}
    card = MeaningCard(
        encoder=encoder.identity.id,
        encoder_sha256=encoder.identity.sha256,
        files=files,
        buckets=BUCKETS,
        word_weight=WORD_WEIGHT,
        temperature=temperature,
        thresholds=bar,
        titles=titles(rules),
        bank_rules=bank_rules,
        seed=SEED,
        data=material.hashes,
        figures=figures,
    )
    (out / "card.json").write_text(card.model_dump_json(indent=1) + "\n", encoding="utf-8")
    typer.echo(MeaningCard.model_validate_json((out / "card.json").read_text("utf-8")).model_dump_json(
        indent=1, include={"temperature", "thresholds", "figures"}
    ))  # fmt: skip


def embedded(cases: Sequence[Case], encoder: Encoder) -> Bags:
    """Cases cut into pieces, with the features of each."""
    texts, places = cut(cases)
    rows = features(texts, encoder, BUCKETS, WORD_WEIGHT)
    case, turn, span, opens = zip(*places, strict=True)
    last = [opens[at] and turn[at] == len(cases[case[at]].messages) - 1 for at in range(len(places))]
    return Bags(tuple(cases), rows, np.array(case), np.array(turn), tuple(span), np.array(last))


def by_rules(case: Case, triage: Triage) -> Ruled:
    """What the rules say of a case, turn by turn."""
    found = triage.assess(case.messages)
    levels = [Level.NONE] * len(case.messages)
    for finding in found.findings:
        levels[finding.turn] = max(levels[finding.turn], finding.level, key=lambda level: level.rank)
    held = ((turn, *span) for turn in range(len(levels)) for span in settled(found, turn))
    return Ruled(tuple(levels), tuple(held))


def bank_of(bags: Bags, weights: Floats, dimension: int) -> tuple[Any, tuple[str, ...]]:
    """Embeddings of each live case's most telling piece, at half precision, and their rules."""
    live = 1.0 - probabilities(scored(bags.rows, weights), 1.0)[:, HARMLESS]
    kept = np.flatnonzero(most_telling(bags.case, live, bags.targets[bags.case]))
    rules = tuple(bags.cases[bags.case[row]].rule for row in kept)
    return bags.rows[kept, :dimension].astype(np.float16), rules


def written(path: Path, array: Any) -> str:
    """Save an array as `.npy` and give the file's SHA-256."""
    path.parent.mkdir(parents=True, exist_ok=True)
    np.save(path, array, allow_pickle=False)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def figures_of(
    bags: Bags, pieces: Sequence[Sequence[Piece]], ruled: Sequence[Ruled], bar: Thresholds
) -> dict[str, Any]:
    """Counts of what meaning adds to the rules, as `[cases changed, cases that could be]`."""
    both = [layered_level(own, said, bar) for own, said in zip(pieces, ruled, strict=True)]
    silent = [Ruled((Level.NONE,) * len(said.levels), ()) for said in ruled]
    alone = [layered_level(own, said, bar) for own, said in zip(pieces, silent, strict=True)]
    rows = list(zip(bags.cases, ruled, both, alone, strict=True))
    alarm = Level.URGENT.rank
    live = [(case, said, with_it, only) for case, said, with_it, only in rows if case.target != HARMLESS]
    quiet = [(case, said, with_it, only) for case, said, with_it, only in rows if case.target == HARMLESS]
    missed = [row for row in live if row[1].level.rank < alarm]
    urgent = [row for row in live if row[0].target == URGENT]
    spared = [row for row in quiet if row[1].held]
    return {
        "missed_by_rules_and_recovered": _share(missed, lambda row: row[2].rank >= alarm),
        "live_found_by_meaning_alone": _share(live, lambda row: row[3].rank >= alarm),
        "emergencies_below_emergency_by_rules_and_raised_to_it": _share(
            [row for row in live if row[0].target == EMERGENCY and row[1].level is not Level.EMERGENCY],
            lambda row: row[2] is Level.EMERGENCY,
        ),
        "false_alarms_added_hard": _share([row for row in quiet if row[0].hard], _added),
        "false_alarms_added_easy": _share([row for row in quiet if not row[0].hard], _added),
        "false_alarms_added_where_rules_held_back": _share(spared, _added),
        "urgent_turned_emergency": _share(urgent, lambda row: row[2] is Level.EMERGENCY is not row[1].level),
        "false_alarms_added_by_tag": {
            tag: _share([row for row in quiet if tag in row[0].tags], _added) for tag in _TAGS
        },
    }  # fmt: skip


def _added(row: Any) -> bool:
    return bool(row[2].rank >= Level.URGENT.rank > row[1].level.rank)


def _share(rows: Sequence[Any], holds: Any) -> list[int]:
    return [sum(bool(holds(row)) for row in rows), len(rows)]


if __name__ == "__main__":
    typer.run(train)
