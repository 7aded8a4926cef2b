"""A run as staff read it in a terminal: figures, slices, and every miss in full.

Results are words, never colour alone, and nothing that came from a message can restyle the terminal.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from bot.reply import Finding, Suppressed
from evals.measure import Measured, RefusalTable, Slice, State, fell_short, layers_seen, refusal_table, slices
from evals.model import Case
from evals.outcome import Outcome
from evals.runner import SuiteRun
from evals.scorers import shortfalls
from evals.scorers.citations import accepted
from index.beir import BeirReport

_WORDS = {State.MET: "met", State.MISSED: "MISSED", State.UNMEASURED: "NOT MEASURED"}
_KINDS = ("rule", "tag")


def print_suite(console: Console, run: SuiteRun) -> None:
    """Everything about one suite."""
    suite = run.file.suite
    console.print()
    console.print(_plain(f"{suite.title} ({suite.suite})"), style="bold")
    console.print(_plain(_counts(run)))
    console.print(_figures(run.figures))
    if table := refusal_table(run.outcomes):
        console.print(_refusal(table))
    for part in _slices(slices(run.outcomes)):
        console.print(part)
    short = [outcome for outcome in run.outcomes if fell_short(outcome, run.figures)]
    console.print(
        _plain(f"Fell short: {len(short)} of {len(run.outcomes)} cases" + (", in full:" if short else ""))
    )
    for outcome in short:
        console.print(_plain("\n".join(_miss(outcome))), soft_wrap=True)


def print_verdict(console: Console, runs: Sequence[SuiteRun]) -> None:
    """One line a bar, worst first, to end the run with."""
    console.print()
    lines = [(figure, run) for run in runs for figure in run.figures if figure.state]
    order = list(reversed(State))
    for figure, run in sorted(lines, key=lambda line: order.index(line[0].state or State.MET)):
        value = share(figure.value)
        missed = f", {len(figure.missed)} fell short" if figure.missed else ""
        words = _WORDS[figure.state or State.UNMEASURED]
        console.print(
            _plain(f"{words}: {run.file.suite.suite}: {figure.metric} {value} ({figure.bar}){missed}")
        )


def print_retrieval(console: Console, report: BeirReport) -> None:
    """Ranking scores per searcher, and speed."""
    searchers = {"dense": report.dense, "lexical": report.lexical, "fused": report.fused}
    table = Table("Searcher", *report.fused.as_json())
    for name, scores in searchers.items():
        table.add_row(name, *(f"{value:.4f}" for value in scores.as_json().values()))
    console.print(table)
    speed = f"{report.passages_per_s:.0f} passages a second"
    times = f"{report.query_ms_p50:.1f} ms a query (p50), {report.query_ms_p95:.1f} ms (p95)"
    console.print(f"{report.queries} queries over {report.passages} passages; {speed}; {times}")


def share(value: float | None) -> str:
    """A share as a percentage that never rounds a miss away: 2999 of 3000 is 99.97 %, not 100 %."""
    if value is None:
        return "-"
    percent = 100 * value
    for digits in range(1, 8):
        text = f"{percent:.{digits}f}"
        if (float(text) in (0.0, 100.0)) == (percent in (0.0, 100.0)):
            return f"{text} %"
    return f"{percent!r} %"


def _counts(run: SuiteRun) -> str:
    errors = sum(outcome.error is not None for outcome in run.outcomes)
    triage = sum(outcome.reply is None and outcome.error is None for outcome in run.outcomes)
    parts = [f"{len(run.outcomes)} cases"]
    if run.left_out:
        parts.append(f"{run.left_out} of the suite left out")
    if triage:
        parts.append("triage alone: only levels are scored")
    if seen := layers_seen(run.outcomes):
        parts.append("layers of triage: " + ", ".join(f"{name} in {count}" for name, count in seen.items()))
    if errors:
        parts.append(f"{errors} broke and count as failures")
    return "; ".join(parts)


def _figures(figures: Sequence[Measured]) -> Table:
    table = Table("Metric", "Count", "Value", "95 % interval", "Bar", "Result", "Fell short")
    for figure in figures:
        table.add_row(
            str(figure.metric),
            f"{figure.counted}/{figure.total}",
            share(figure.value),
            _interval(figure),
            str(figure.bar) if figure.bar else "-",
            _WORDS[figure.state] if figure.state else "no bar",
            str(len(figure.missed)),
        )
    return table


def _interval(figure: Measured) -> str:
    """The interval, and behind how many independent cases it stands where paraphrases were joined."""
    interval = figure.interval
    if interval is None:
        return "-"
    if not interval.one_sided:
        text = f"{share(interval.low)} to {share(interval.high)}"
    elif interval.high == 1.0:
        text = f"{share(interval.low)} or more"
    else:
        text = f"{share(interval.high)} or less"
    return f"{text}, {figure.groups} independent" if figure.groups != figure.cases else text


def _refusal(table: RefusalTable) -> Table:
    shown = Table("", "refused", "did not refuse", "broke")
    shown.add_row(
        "should refuse", *map(str, (table.refuse_refused, table.refuse_answered, table.refuse_broke))
    )
    shown.add_row("should not", *map(str, (table.answer_refused, table.answer_answered, table.answer_broke)))
    return shown


def _slices(parts: Sequence[Slice]) -> Iterator[Table]:
    for kind in _KINDS:
        rows = [part for part in parts if part.kind == kind]
        if not rows:
            continue
        table = Table(kind.capitalize(), "Cases", "All as expected", "Fell short")
        for part in rows:
            good = part.cases - len(part.missed)
            table.add_row(_plain(part.name), str(part.cases), share(good / part.cases), str(len(part.missed)))
        yield table


def _miss(outcome: Outcome) -> Iterator[str]:
    case = outcome.case
    yield ""
    yield f"✗ {case.id}" + _about(case)
    for turn, message in enumerate(case.messages):
        yield f"    message {turn}: {json.dumps(message, ensure_ascii=False)}"
    for shortfall in shortfalls(outcome):
        yield f"    expected {shortfall.expected}; got {shortfall.got}"
    yield from _uncounted(outcome)
    if outcome.assessment is not None:
        for finding in outcome.assessment.findings:
            yield f"    found {_finding(finding)} (layer {finding.layer}, level {finding.level})"
        for held_back in outcome.assessment.suppressed:
            yield f"    held back {_finding(held_back)}: {held_back.why}"
    if outcome.reply is not None:
        yield f"    status {outcome.reply.status}, made by {outcome.reply.made_by}"
        for line in outcome.reply.answer.splitlines():
            yield f"    | {line}"
    if case.note:
        yield f"    note: {case.note}"


def _uncounted(outcome: Outcome) -> Iterator[str]:
    """What counts against a metric without being an expectation of the case."""
    if outcome.case.expect.cites and outcome.reply:
        for sentence in outcome.reply.sentences:
            if not accepted(outcome, sentence):
                places = " and ".join(f"{d} ({s})" for d, s in outcome.citation_places(sentence))
                yield f"    not from an accepted place: {places or 'no citation'}: {sentence.text}"


def _about(case: Case) -> str:
    parts = [
        f"rule {case.rule}" if case.rule else "",
        ", ".join(case.tags),
        f"cluster {case.cluster}" if case.cluster else "",
        f"region {case.region}" if case.region else "",
        f"place {case.place}" if case.place else "",
    ]
    shown = "; ".join(part for part in parts if part)
    return f" ({shown})" if shown else ""


def _finding(found: Finding | Suppressed) -> str:
    return f"{found.rule} on “{found.text}” (message {found.turn}, {found.start} to {found.end})"


def _plain(text: str) -> Text:
    """Text with control and direction characters made visible, and no markup read in it."""
    return Text("".join(_visible(character) for character in text))


def _visible(character: str) -> str:
    hidden = unicodedata.category(character) in ("Cc", "Cf") and character not in "\n\u200d"
    return f"\\u{ord(character):04x}" if hidden else character
