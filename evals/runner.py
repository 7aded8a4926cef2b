"""Put every case to Nightlamp and keep what came back. A case that breaks is an outcome, not a hole."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from enum import IntEnum

from bot.reply import Assessment, Reply, Status
from corpus.errors import UnknownDocument
from corpus.model import Corpus
from evals.errors import RunError
from evals.load import SuiteFile
from evals.measure import Measured, State, measure_suite
from evals.model import Case
from evals.outcome import Outcome

Subject = Callable[[Case], Reply | Assessment]
"""What is tested: the whole of Nightlamp, or its triage alone."""


class Verdict(IntEnum):
    """How a run ended, as the exit code that says so."""

    BARS_MET = 0
    BAR_MISSED = 1


@dataclass(frozen=True)
class Selection:
    """Which cases to run: any of the tags, and any of the rules, and any of the ids; empty is all."""

    tags: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    level_only: bool = False

    @property
    def partial(self) -> bool:
        """Whether a bar may rightly find nothing to measure."""
        return bool(self.tags or self.rules or self.cases or self.level_only)

    def holds(self, case: Case) -> bool:
        """Whether to run a case."""
        return (
            (not self.tags or not set(self.tags).isdisjoint(case.tags))
            and (not self.rules or case.rule in self.rules)
            and (not self.cases or case.id in self.cases)
            and (not self.level_only or case.expect.asks_level)
        )


@dataclass(frozen=True)
class SuiteRun:
    """A suite, the outcomes of the cases that ran, in file order, and the figures they give."""

    file: SuiteFile
    outcomes: tuple[Outcome, ...]
    figures: tuple[Measured, ...] = field(repr=False)

    @property
    def left_out(self) -> int:
        """How many cases the selection passed over."""
        return len(self.file.suite.cases) - len(self.outcomes)


def choose(files: Sequence[SuiteFile], selection: Selection) -> list[tuple[SuiteFile, list[Case]]]:
    """The cases to run, suites without one left out.

    Raises:
        RunError: no case is left, or an id was asked for that no suite has.
    """
    known = {case.id for file in files for case in file.suite.cases}
    if unknown := [case for case in selection.cases if case not in known]:
        raise RunError(f"no case has the id {unknown[0]}: see `nightlamp eval list --cases`")
    chosen = [(file, [case for case in file.suite.cases if selection.holds(case)]) for file in files]
    chosen = [(file, cases) for file, cases in chosen if cases]
    if not chosen:
        raise RunError(
            f"no case is left to run of {len(known)}: loosen --tag, --rule, --case or --triage-only"
        )
    return chosen


def run_case(case: Case, subject: Subject, corpus: Corpus | None = None) -> Outcome:
    """One case. Whatever goes wrong is recorded in the outcome; nothing is raised for it.

    The case runs on a thread of its own so that any exception it ends in can be read as a value.
    """
    started = time.perf_counter()
    with ThreadPoolExecutor(max_workers=1) as executor:
        future = executor.submit(subject, case)
        error = future.exception()
    seconds = time.perf_counter() - started
    if error is not None:
        return Outcome(case, error=f"{type(error).__name__}: {error}", seconds=seconds)
    result = future.result()
    assessment, reply = (result.triage, result) if isinstance(result, Reply) else (result, None)
    if assessment.failed:
        return Outcome(
            case, assessment, reply, "triage failed and showed its fail-safe card", seconds=seconds
        )
    return Outcome(case, assessment, reply, None, _verbatim(reply, corpus), seconds)


def run_suite(
    file: SuiteFile,
    cases: Sequence[Case],
    subject: Subject,
    corpus: Corpus | None = None,
    seen: Callable[[Outcome], None] = lambda _: None,
) -> SuiteRun:
    """The chosen cases of a suite, one after the other; `seen` is told of each as it ends."""
    outcomes = []
    for case in cases:
        outcomes.append(run_case(case, subject, corpus))
        seen(outcomes[-1])
    return SuiteRun(file, tuple(outcomes), measure_suite(file.suite, outcomes))


def verdict(runs: Sequence[SuiteRun], selection: Selection) -> Verdict:
    """Whether every bar was met. In a whole run a bar that nothing measured is missed.

    A case that broke fails the run also where no bar of its suite would have counted it.

    Raises:
        RunError: a partial run in which not one bar found anything to measure.
    """
    states = [figure.state for run in runs for figure in run.figures if figure.state]
    if any(_uncounted_errors(run) for run in runs):
        return Verdict.BAR_MISSED
    if State.MISSED in states or (not selection.partial and State.UNMEASURED in states):
        return Verdict.BAR_MISSED
    if State.MET not in states:
        raise RunError("none of the cases that ran is measured by a bar of its suite: loosen the selection")
    return Verdict.BARS_MET


def _uncounted_errors(run: SuiteRun) -> bool:
    counted = {case for figure in run.figures if figure.bar for case in figure.missed}
    return any(outcome.error is not None and outcome.case.id not in counted for outcome in run.outcomes)


def _verbatim(reply: Reply | None, corpus: Corpus | None) -> frozenset[int]:
    """Numbers of the citations whose quote stands in the corpus, in that version, where it says."""
    if reply is None or corpus is None or reply.status is Status.UNAVAILABLE:
        return frozenset()
    found = set()
    for citation in reply.citations:
        try:
            document = corpus.document(citation.document)
        except UnknownDocument:
            continue
        whole = bool(citation.quote) and document.quote(citation.start, citation.end) == citation.quote
        if whole and document.version == citation.version:
            found.add(citation.number)
    return frozenset(found)
