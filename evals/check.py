"""Suites against what they speak of, and every case against the bars meant to measure it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from corpus.errors import UnknownDocument
from corpus.model import Corpus
from evals.errors import Problem
from evals.load import SuiteFile
from evals.model import Case, Metric
from evals.outcome import Outcome
from evals.scorers import SCORERS


@dataclass(frozen=True)
class Known:
    """The ids a case may use."""

    rules: Collection[str]
    cards: Collection[str]
    corpus: Corpus


def mistakes(files: Sequence[SuiteFile], known: Known) -> list[Problem]:
    """In file order: every rule, card, document or section a case names that is not there, every case
    that no bar of its suite measures, and every bar that measures no case.
    """
    return [problem for file in files for problem in _in_file(file, known)]


def _in_file(file: SuiteFile, known: Known) -> Iterator[Problem]:
    for position, bar in enumerate(file.suite.bar):
        if not any(_measures(bar.metric, case) for case in file.suite.cases):
            message = f"no case is measured by {bar.metric}: add one, or remove the bar"
            yield Problem(file.path, file.line("bar", position), f"bar[{position}]", message)
    for position, case in enumerate(file.suite.cases):
        if not any(_measures(bar.metric, case) for bar in file.suite.bar):
            message = f"{case.id}: no bar of the suite measures this case: add a bar, or another expectation"
            yield Problem(file.path, file.line("cases", position), f"cases[{position}]", message)
        for location, message in _in_case(case, known):
            line = file.line("cases", position, *location)
            yield Problem(file.path, line, f"cases[{position}].{'.'.join(location)}", f"{case.id}: {message}")


def _measures(metric: Metric, case: Case) -> bool:
    """A case that broke counts against every metric that would ever have counted it."""
    return SCORERS[metric](Outcome(case, error="not run")) is not None


def _in_case(case: Case, known: Known) -> Iterator[tuple[tuple[str, ...], str]]:
    if case.rule and case.rule not in known.rules:
        yield ("rule",), f"no rule {case.rule}; there are {', '.join(sorted(known.rules))}"
    if case.expect.card and case.expect.card not in known.cards:
        yield ("expect", "card"), f"no card {case.expect.card}; there are {', '.join(sorted(known.cards))}"
    for reference in case.expect.cites or ():
        try:
            if "#" in reference:
                known.corpus.section(reference)
            else:
                known.corpus.document(reference)
        except UnknownDocument as error:
            yield ("expect", "cites"), str(error)
