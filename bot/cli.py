"""`nightlamp`: the command line. Commands of other packages are imported only when they are called."""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup
from typer.exceptions import TyperException

from bot.errors import InputError, NightlampError
from bot.reply import Place, Region
from bot.settings import Settings, load_settings

if TYPE_CHECKING:
    from bot.triage.assess import Triage

_ELSEWHERE = {
    "corpus": ("corpus.cli", "What may be said: check, list, show, add and remove explainers."),
    "index": ("index.cli", "Find passages: build, inspect and search the index."),
    "eval": ("evals.cli", "Prove it: run suites of cases against their bars."),
}


class _Lazy(TyperGroup):
    """Adds the commands of the other packages without importing them."""

    def list_commands(self, ctx: Any) -> list[str]:
        return [*super().list_commands(ctx), *_ELSEWHERE]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name not in _ELSEWHERE:
            return super().get_command(ctx, cmd_name)
        module, summary = _ELSEWHERE[cmd_name]
        if "--help" in sys.argv[1:2] or len(sys.argv) == 1:
            # The overview needs names and summaries only.
            return TyperCommand(cmd_name, help=summary)
        command = typer.main.get_command(importlib.import_module(module).app)
        command.name = cmd_name
        return command


app = typer.Typer(
    cls=_Lazy,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Message = Annotated[
    list[str] | None, typer.Argument(help="The message; several are the turns of a conversation.")
]
RegionOption = Annotated[Region | None, typer.Option("--region", help="Where the family is.")]
PlaceOption = Annotated[Place | None, typer.Option("--place", help="Where the child is.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]
_UNAVAILABLE = 1


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version as installed

        typer.echo(installed("nightlamp"))
        raise typer.Exit


@app.callback()
def _main(
    context: typer.Context,
    home: Annotated[Path | None, typer.Option("--home", help="Data folder (index, runs).")] = None,
    corpus: Annotated[
        Path | None, typer.Option("--corpus", help="Corpus folder; packaged by default.")
    ] = None,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", is_eager=True, callback=_version)
    ] = False,  # acted on by its callback, before anything else
) -> None:
    """Nightlamp: cited answers and emergency guidance for families of children having CAR-T.

    Not reviewed by a clinician. Examples:

    nightlamp triage "he's had a fit"

    nightlamp ask "how long does CRS last?" --region uk

    nightlamp serve
    """
    del version
    given = {"home": home, "corpus_dir": corpus}
    context.obj = load_settings(**{name: value for name, value in given.items() if value is not None})


@app.command()
def triage(
    context: typer.Context,
    message: Message = None,
    as_json: AsJson = False,
    explain: Annotated[bool, typer.Option("--explain", help="Say which rule fired on which words.")] = False,
) -> None:
    """Red flags of a message by rules alone: no index, no model, no network.

    Example: nightlamp triage --explain "What is ICANS? He's been confused since breakfast"
    """
    from bot.machine import triage_json
    from bot.triage.assess import Triage

    messages = _messages(message)
    loaded = Triage.load(context.obj.fever_c)
    found = loaded.assess(messages)
    if as_json:
        typer.echo(json.dumps(triage_json(found), ensure_ascii=False))
        return
    typer.echo(f"level: {found.level.value} (rules alone; chat, batch and evals may raise it)")
    for finding in found.findings:
        typer.echo(f"  {finding.level.value:9} {finding.rule} {finding.title}: {finding.text!r}")
    for held in found.suppressed:
        typer.echo(f"  held back {held.rule}: {held.text!r} ({held.why})")
    if explain:
        _explain(loaded, messages)


def _explain(loaded: Triage, messages: list[str]) -> None:
    for turn, text in enumerate(messages, 1):
        for hit in loaded.scan(text).hits:
            verdict = f"held back: {hit.why}" if hit.why else "live"
            words = text[hit.start : hit.end]
            typer.echo(
                f"  turn {turn}: {hit.rule or 'sign'} {hit.sign} {words!r} by {hit.phrase!r}: {verdict}"
            )


@app.command()
def ask(
    context: typer.Context,
    message: Message = None,
    region: RegionOption = None,
    place: PlaceOption = None,
    as_json: AsJson = False,
    why: Annotated[
        bool, typer.Option("--why", help="Also say what was found and how it was judged.")
    ] = False,
) -> None:
    """Answer a question as the page would. Exit code 1 when answers are unavailable.

    Example: nightlamp ask --json "Which medicine calms cytokine release syndrome and how?"
    """
    from bot.chatbot import Chatbot
    from bot.machine import reply_json
    from bot.reply import Status

    messages = _messages(message)
    chatbot = Chatbot.from_settings(context.obj)
    reply = chatbot.reply(messages, region=region or context.obj.region, place=place)
    if as_json:
        typer.echo(json.dumps(reply_json(reply), ensure_ascii=False))
    else:
        typer.echo(reply.answer)
        for citation in reply.citations:
            typer.echo(f"[{citation.number}] {citation.title}: {citation.section}")
    if why:
        for part in reply.parts:
            typer.echo(f"{part.status.value}: {part.question}", err=True)
    if reply.status is Status.UNAVAILABLE:
        raise typer.Exit(_UNAVAILABLE)


@app.command()
def batch(
    context: typer.Context,
    source: Annotated[Path, typer.Argument(metavar="IN.jsonl", help="One conversation a line.")],
    target: Annotated[Path, typer.Argument(metavar="OUT.jsonl", help="One reply a line, in order.")],
) -> None:
    """Answer many conversations. Exit code 2 when a line could not be read; the others are answered.

    Example line: {"id": "q1", "messages": [{"role": "user", "content": "What is CRS?"}], "region": "uk"}
    """
    from rich.console import Console
    from rich.progress import Progress

    from bot.batch import run_batch
    from bot.chatbot import Chatbot

    if not source.is_file():
        raise InputError(f"cannot read {source}: no such file; give the path of a JSON-lines file")
    chatbot = Chatbot.from_settings(context.obj)
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("answering", total=None)
        answered, broken = run_batch(
            chatbot, source, target, lambda done, total: bar.update(task, completed=done, total=total)
        )
    typer.echo(f"{answered} answered, {broken} could not be read; written to {target}", err=True)
    if broken:
        raise typer.Exit(2)


@app.command()
def serve(
    context: typer.Context,
    host: Annotated[str | None, typer.Option("--host", help="Address; loopback by default.")] = None,
    port: Annotated[int | None, typer.Option("--port", help="Port.")] = None,
    allow_unreviewed: Annotated[
        bool,
        typer.Option("--allow-unreviewed", help="Serve unreviewed content to other machines, with a banner."),
    ] = False,
) -> None:
    """Serve the family page.

    Example: nightlamp serve --port 8080
    """
    from bot.chatbot import Chatbot
    from bot.release import require_release
    from bot.web.serve import serve as serve_page

    given = {"host": host, "port": port, "allow_unreviewed": allow_unreviewed or None}
    settings = _with(context.obj, {name: value for name, value in given.items() if value is not None})
    require_release(settings)
    chatbot = Chatbot.from_settings(settings)
    serve_page(settings, chatbot, say=typer.echo)


def _with(settings: Settings, changes: dict[str, Any]) -> Settings:
    return load_settings(**(settings.model_dump(exclude_defaults=True) | changes))


@app.command()
def doctor(context: typer.Context, as_json: AsJson = False) -> None:
    """Look at everything Nightlamp needs and name the remedy for what is missing. Exit code 1 if any.

    Example: nightlamp doctor
    """
    from dataclasses import asdict

    from bot.doctor import examine

    checks = examine(context.obj)
    if as_json:
        typer.echo(json.dumps([asdict(check) for check in checks], ensure_ascii=False))
    else:
        for check in checks:
            mark = "ok  " if check.ok and not check.warning else "note" if check.ok else "FAIL"
            typer.echo(f"{mark} {check.name}: {check.detail}{' -> ' + check.remedy if check.remedy else ''}")
    if not all(check.ok for check in checks):
        raise typer.Exit(1)


def _messages(given: list[str] | None) -> list[str]:
    """The messages given, or standard input as one message."""
    if given:
        return given
    if sys.stdin.isatty():
        raise InputError("no message given; put it in quotes, or pipe it in")
    return [sys.stdin.buffer.read().decode("utf-8", errors="replace")]


@contextmanager
def _one_line_errors() -> Iterator[None]:
    from corpus.errors import CorpusError
    from index.errors import SearchIndexError

    try:
        yield
    except (NightlampError, CorpusError, SearchIndexError) as error:
        _fail(str(error))
    except TyperException as error:
        _fail(error.format_message() if hasattr(error, "format_message") else str(error))
    except typer.Abort:
        sys.exit(130)


def _fail(message: str) -> NoReturn:
    typer.echo("error: " + " ".join(message.split()), err=True)
    sys.exit(2)


def main() -> None:
    """Entry point: typed errors become one line and exit code 2."""
    with _one_line_errors():
        sys.exit(app(standalone_mode=False) or 0)


if __name__ == "__main__":
    main()
