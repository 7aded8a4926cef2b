"""Suites against what they speak of: rules, cards and documents that exist."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from corpus.errors import UnknownDocument
from corpus.model import Corpus
from evals.errors import Problem
from evals.load import SuiteFile
from evals.model import Case


@dataclass(frozen=True)
class Known:
    """The ids a case may use."""

    rules: Collection[str]
    cards: Collection[str]
    corpus: Corpus


def unknown_references(files: Sequence[SuiteFile], known: Known) -> list[Problem]:
    """Every rule, card, document or section a case names that is not there, in file order."""
    return [problem for file in files for problem in _in_file(file, known)]


def _in_file(file: SuiteFile, known: Known) -> Iterator[Problem]:
    for position, case in enumerate(file.suite.cases):
        for location, message in _in_case(case, known):
            line = file.line("cases", position, *location)
            yield Problem(file.path, line, f"cases[{position}].{'.'.join(location)}", f"{case.id}: {message}")


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
