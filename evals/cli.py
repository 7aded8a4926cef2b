"""`nightlamp eval`: list, check and run suites; score retrieval."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from bot.errors import NightlampError
from bot.settings import Settings, load_settings
from corpus.errors import CorpusError
from evals.errors import RunError
from evals.load import SUITES_DIR, SuiteFile, load_suites
from evals.model import Case
from evals.outcome import Outcome
from evals.runner import Selection, Subject, SuiteRun, choose, run_suite, verdict
from evals.subjects import Layers, subject_for
from index.errors import SearchIndexError

if TYPE_CHECKING:
    from corpus.model import Corpus
    from evals.results import RunLog

app = typer.Typer(
    help="Prove it: run suites of cases and hold the figures against their bars.", no_args_is_help=True
)

_COULD_NOT_RUN = 2
# Wide enough for the tables where there is no terminal to ask: a log, a pipe.
_PIPED_WIDTH = 120

Suites = Annotated[list[str] | None, typer.Argument(help="Names of suites or paths to them; all by default.")]


@app.command("list")
def list_suites(
    suites: Suites = None,
    cases: Annotated[
        bool, typer.Option("--cases", help="Also the id and first message of each case.")
    ] = False,
) -> None:
    """Suites, their bars and how many cases they hold."""
    with _one_line_errors():
        files = load_suites(suites or [])
    for file in files:
        bars = "; ".join(f"{bar.metric} {bar}" for bar in file.suite.bar)
        typer.echo(f"{file.suite.suite}: {file.suite.title}: {len(file.suite.cases)} cases; {bars}")
        for case in file.suite.cases if cases else ():
            typer.echo(f"  {case.id}: {json.dumps(case.messages[-1], ensure_ascii=False)}")


@app.command()
def check(context: typer.Context, suites: Suites = None) -> None:
    """Find mistakes in suites: fields, repeated ids, rules, cards or documents that do not exist."""
    from bot.guidance.cards import load_cards
    from bot.triage.rules import load_rules
    from corpus.load import load_corpus
    from evals.check import Known, mistakes

    with _one_line_errors():
        files = load_suites(suites or [])
        settings = _settings(context)
        known = Known(
            rules={rule.id for rule in load_rules().rules},
            cards=set(load_cards().cards),
            corpus=load_corpus(settings.corpus_dir),
        )
    problems = mistakes(files, known)
    for problem in problems:
        typer.echo(str(problem), err=True)
    cases = sum(len(file.suite.cases) for file in files)
    typer.echo(f"{len(files)} suites, {cases} cases, {len(problems)} problems")
    raise typer.Exit(1 if problems else 0)


@app.command()
def run(
    context: typer.Context,
    suites: Suites = None,
    tag: Annotated[list[str] | None, typer.Option(help="Only cases with this tag; may be repeated.")] = None,
    rule: Annotated[list[str] | None, typer.Option(help="Only cases of this rule; may be repeated.")] = None,
    case: Annotated[
        list[str] | None, typer.Option(help="Only the case with this id; may be repeated.")
    ] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Also write the figures to this file.")
    ] = None,
    layers: Annotated[
        Layers, typer.Option(help="`rules` tests the rules of triage alone, fast.")
    ] = Layers.ALL,
    triage_only: Annotated[
        bool, typer.Option("--triage-only", help="Score levels only, not answers.")
    ] = False,
) -> None:
    """Run suites. Exit 0: every bar met; 1: a bar missed; 2: could not run."""
    selection = Selection(
        tuple(tag or ()), tuple(rule or ()), tuple(case or ()), triage_only or layers is Layers.RULES
    )
    with _one_line_errors():
        settings = _settings(context)
        chosen = choose(load_suites(suites or []), selection)
        code = _run(settings, chosen, selection, layers, json_file)
    raise typer.Exit(code)


@app.command()
def retrieval(
    context: typer.Context,
    beir: Annotated[Path, typer.Option(help="Folder with corpus.jsonl, queries.jsonl and qrels.tsv.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON for machines.")] = False,
) -> None:
    """Score the retriever on a folder in BEIR's format.

    Example: nightlamp eval retrieval --beir scifact --json
    """
    from evals.report import print_retrieval
    from index.beir import score_beir
    from index.encoder import SentenceTransformerEncoder

    with _one_line_errors():
        encoder = SentenceTransformerEncoder(_settings(context).model)
        report = score_beir(beir, encoder, _embedding(Console(stderr=True)))
    if as_json:
        typer.echo(json.dumps(report.as_json(), allow_nan=False))
    else:
        print_retrieval(_console(), report)


@app.command()
def robustness(
    context: typer.Context,
    suites: Suites = None,
    instructions: Annotated[
        Path | None, typer.Option(help="JSON lines with a `text` field, each appended to messages in turn.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the slips.")] = 7,
    show: Annotated[int, typer.Option(help="How many fallen cases to print for each change.")] = 0,
) -> None:
    """How often a red flag's level falls when the same message is typed otherwise (rules alone).

    Example: nightlamp eval robustness red-flags --show 5
    """
    from bot.triage.assess import Triage
    from evals.perturb import perturbations
    from evals.robustness import measure_robustness

    with _one_line_errors():
        triage = Triage.load(_settings(context).fever_c)
        cases = [case for file in load_suites(suites or []) for case in file.suite.cases]
        texts = _texts(instructions) if instructions else ()
    for row in measure_robustness(cases, perturbations(seed, texts), lambda m: triage.assess(m).level):
        typer.echo(
            f"{row.name}: {len(row.fallen)} of {row.total} fell ({row.share:.2%}), {len(row.grave)} grave"
        )
        for fall in row.fallen[:show]:
            typer.echo(f"  {fall.case} {fall.before.value} -> {fall.after.value}: {fall.messages[-1][:160]}")


def _texts(file: Path) -> list[str]:
    try:
        return [
            str(json.loads(line)["text"]) for line in file.read_text("utf-8").splitlines() if line.strip()
        ]
    except (OSError, ValueError, KeyError) as error:
        raise RunError(f"{file}: cannot be read as JSON lines with a `text` field ({error})") from None


@app.command("red-flags-page")
def red_flags_page(
    context: typer.Context,
    out: Annotated[Path, typer.Argument(help="Where to write the page.")] = Path("docs/red-flags.md"),
    layers: Annotated[
        Layers, typer.Option(help="`rules` measures the rules of triage alone.")
    ] = Layers.RULES,
) -> None:
    """Write the page that shows clinicians the rules and how they were measured.

    Example: nightlamp eval red-flags-page docs/red-flags.md
    """
    from evals.red_flags_page import render

    with _one_line_errors():
        settings = _settings(context)
        folders = [str(SUITES_DIR), str(SUITES_DIR / "held_apart"), str(SUITES_DIR / "development")]
        chosen = choose(load_suites(folders), Selection(level_only=True))
        files = [(file, cases) for file, cases in chosen if any(case.rule for case in cases)]
        subject = subject_for(settings, layers, level_only=True)
        runs = [run_suite(file, cases, subject) for file, cases in files]
        named = "the rules alone" if layers is Layers.RULES else "all layers"
        _write(
            out, render(runs, f"Measured with {named}, over every suite whose cases name a rule.").rstrip()
        )
    typer.echo(f"{out}: {sum(len(run.outcomes) for run in runs)} cases")


def _embedding(console: Console) -> Callable[[int, int], None]:
    """Says how many texts are embedded: every step on a terminal, each tenth elsewhere."""
    shown = 0

    def step(done: int, total: int) -> None:
        nonlocal shown
        if console.is_terminal:
            console.print(f"embedded {done} of {total}", end="\n" if done == total else "\r", highlight=False)
        elif done == total or done * 10 // total > shown:
            shown = done * 10 // total
            console.print(f"embedded {done} of {total}", highlight=False)

    return step


def _settings(context: typer.Context) -> Settings:
    """Those a caller has read already, passed as the context object, else the environment's."""
    return context.obj if isinstance(context.obj, Settings) else load_settings()


def _run(
    settings: Settings,
    chosen: Sequence[tuple[SuiteFile, list[Case]]],
    selection: Selection,
    layers: Layers,
    json_file: Path | None,
) -> int:
    from corpus.load import load_corpus
    from evals.provenance import provenance
    from evals.results import open_log, summary

    corpus = load_corpus(settings.corpus_dir)
    if not selection.level_only:
        _require_index(settings, corpus)
    about = provenance(settings, [file for file, _ in chosen], corpus)
    about |= {"layers": layers, "selection": asdict(selection)}
    subject = subject_for(settings, layers, selection.level_only)
    with open_log(settings.home / "runs") as log:
        log.write("run", about)
        runs = _put(chosen, subject, corpus, log)
        _show(runs)
        code = int(verdict(runs, selection))
        log.write("end", {"exit": code})
    typer.echo(f"Results: {log.path}")
    if json_file is not None:
        _write(json_file, json.dumps(summary(about, runs, code), ensure_ascii=False, indent=2, default=str))
    return code


def _require_index(settings: Settings, corpus: Corpus) -> None:
    """A run without its index would measure apologies: it could not run, it did not fail."""
    from index.encoder import model_identity
    from index.manifest import IndexState, index_state

    state = index_state(settings.index_dir, corpus, model_identity(settings.model))
    if state is not IndexState.FRESH:
        place = f"the index in {settings.index_dir} is {state.value}"
        raise RunError(f"{place}: run `nightlamp index build` first")


def _put(
    chosen: Sequence[tuple[SuiteFile, list[Case]]], subject: Subject, corpus: Corpus, log: RunLog
) -> list[SuiteRun]:
    """Every case to the subject, each written to the log as it ends."""
    from evals.progress import progress
    from evals.results import case_record, suite_record

    runs = []
    with progress(Console(stderr=True), sum(len(cases) for _, cases in chosen)) as step:
        for file, cases in chosen:

            def seen(outcome: Outcome, name: str = file.suite.suite) -> None:
                log.write("case", case_record(name, outcome))
                step(name)

            runs.append(run_suite(file, cases, subject, corpus, seen))
            log.write("suite", suite_record(runs[-1]))
    return runs


def _show(runs: Sequence[SuiteRun]) -> None:
    from evals.report import print_suite, print_verdict

    console = _console()
    for done in runs:
        print_suite(console, done)
    print_verdict(console, runs)


def _console() -> Console:
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=_PIPED_WIDTH)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text + "\n", "utf-8")
    except OSError as error:
        raise RunError(
            f"{path}: cannot be written ({error.strerror}): choose another file for --json"
        ) from None


@contextmanager
def _one_line_errors() -> Iterator[None]:
    """What a person can put right comes out as its own words and exit code 2, never as a traceback."""
    try:
        yield
    except (NightlampError, CorpusError, SearchIndexError) as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(_COULD_NOT_RUN) from None
