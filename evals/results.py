"""A run on disk: one JSON object a line, written as the run goes, so that nothing is lost if it stops.

Lines are of type `run` (first), `case`, `suite` (after its cases) and `end` (last; a file without it
is a run that was interrupted).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from evals.errors import RunError
from evals.measure import Measured, fell_short, layers_seen, refusal_table, slices
from evals.outcome import Outcome
from evals.runner import SuiteRun
from evals.scorers import SCORERS, shortfalls


class RunLog:
    """The open results file of a run."""

    def __init__(self, path: Path, file: TextIO) -> None:
        self.path = path
        self._file = file

    def write(self, kind: str, record: Mapping[str, Any]) -> None:
        """Append one line and hand it to the operating system."""
        self._file.write(json.dumps({"type": kind, **record}, ensure_ascii=False, default=str) + "\n")
        self._file.flush()


@contextmanager
def open_log(runs: Path) -> Iterator[RunLog]:
    """A new folder under `runs`, named by the time, with `results.jsonl` in it.

    Raises:
        RunError: it cannot be created.
    """
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    try:
        runs.mkdir(parents=True, exist_ok=True)
        folder = _new_folder(runs, stamp)
        file = (folder / "results.jsonl").open("w", encoding="utf-8")
    except OSError as error:
        raise RunError(f"{runs}: cannot write results there ({error.strerror}): set NIGHTLAMP_HOME") from None
    with file:
        yield RunLog(folder / "results.jsonl", file)


def _new_folder(runs: Path, stamp: str) -> Path:
    """Two runs may start within a second; neither may write over the other."""
    attempt = 1
    while True:
        folder = runs / (stamp if attempt == 1 else f"{stamp}-{attempt}")
        try:
            folder.mkdir()
        except FileExistsError:
            attempt += 1
        else:
            return folder


def case_record(suite: str, outcome: Outcome) -> dict[str, Any]:
    """Everything about one case: what went in, what was expected, what came back."""
    case, reply, assessment = outcome.case, outcome.reply, outcome.assessment
    marks = {metric: mark for metric, scorer in SCORERS.items() if (mark := scorer(outcome)) is not None}
    return {
        "suite": suite,
        **case.model_dump(mode="json", exclude_none=True),
        "passed": not shortfalls(outcome),
        "shortfalls": [asdict(shortfall) for shortfall in shortfalls(outcome)],
        "error": outcome.error,
        "marks": {str(metric): [mark.good, mark.total] for metric, mark in marks.items()},
        "triage": asdict(assessment) if assessment else None,
        "status": reply.status if reply else None,
        "made_by": reply.made_by if reply else None,
        "card": reply.guidance.card if reply and reply.guidance else None,
        "answer": reply.answer if reply else None,
        "citations": [asdict(citation) for citation in reply.citations] if reply else [],
        "seconds": round(outcome.seconds, 4),
    }


def suite_record(run: SuiteRun) -> dict[str, Any]:
    """A suite's figures."""
    table = refusal_table(run.outcomes)
    return {
        "suite": run.file.suite.suite,
        "title": run.file.suite.title,
        "cases": len(run.outcomes),
        "left_out": run.left_out,
        "errors": sum(outcome.error is not None for outcome in run.outcomes),
        "layers": layers_seen(run.outcomes),
        "figures": [_figure(figure) for figure in run.figures],
        "slices": [asdict(part) for part in slices(run.outcomes)],
        "refusal": asdict(table) if table else None,
    }


def _figure(figure: Measured) -> dict[str, Any]:
    record = asdict(figure)
    record["bar"] = str(figure.bar) if figure.bar else None
    return {**record, "value": figure.value, "state": figure.state}


def summary(run: Mapping[str, Any], runs: Sequence[SuiteRun], exit_code: int) -> dict[str, Any]:
    """The whole run as one object for machines: provenance, figures, and the cases that fell short."""
    return {
        "run": run,
        "suites": [
            {
                **suite_record(done),
                "misses": [
                    case_record(done.file.suite.suite, outcome)
                    for outcome in done.outcomes
                    if fell_short(outcome, done.figures)
                ],
            }
            for done in runs
        ],
        "exit": exit_code,
    }
