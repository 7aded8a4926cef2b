"""`nightlamp corpus`: check, list and show what may be said; add to and remove from a deployment's own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from corpus.check import CheckReport, check_corpus
from corpus.editing import add_explainer, remove_explainer
from corpus.errors import CorpusError
from corpus.load import PACKAGED, load_corpus
from corpus.model import Document

app = typer.Typer(help="What may be said: explainers, sources, glossary.", no_args_is_help=True)

Folder = Annotated[
    Path | None,
    typer.Option("--corpus", help="Corpus folder; by default the setting `corpus_dir`, or the packaged one."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]


@contextmanager
def _one_line_errors() -> Iterator[None]:
    try:
        yield
    except CorpusError as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(2) from None


def _folder(context: typer.Context, given: Path | None) -> Path | None:
    """The option, else the deployment's setting if a caller passed its settings as the context object."""
    configured: Path | None = getattr(context.obj, "corpus_dir", None)
    return given or configured


@app.command()
def check(context: typer.Context, corpus: Folder = None, as_json: AsJson = False) -> None:
    """Check every explainer. Exit code 1 if one breaks a rule; warnings do not count.

    Example: nightlamp corpus check --json
    """
    with _one_line_errors():
        report = check_corpus(_folder(context, corpus) or PACKAGED, date.today())
    if as_json:
        typer.echo(json.dumps(asdict(report) | {"ok": not report.errors}, ensure_ascii=False))
    else:
        _print_report(report)
    raise typer.Exit(1 if report.errors else 0)


def _print_report(report: CheckReport) -> None:
    for problem in report.problems:
        typer.echo(f"{problem.severity}: {problem}")
    typer.echo(
        f"{report.documents} explainers, {report.sections} sections, {report.statements} statements: "
        f"{len(report.errors)} errors, {len(report.warnings)} warnings. "
        f"{len(report.unreviewed)} not yet reviewed by a clinician."
    )


@app.command("list")
def list_documents(context: typer.Context, corpus: Folder = None, as_json: AsJson = False) -> None:
    """List the explainers: id, title, review state.

    Example: nightlamp corpus list
    """
    with _one_line_errors():
        loaded = load_corpus(_folder(context, corpus))
    if as_json:
        rows = [d.front.model_dump(mode="json") | {"version": d.version} for d in loaded.documents]
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    for document in loaded.documents:
        front = document.front
        reviewed = f"reviewed {front.reviewed}" if front.reviewed else "not reviewed"
        typer.echo(f"{document.id}\t{document.title}\t{len(document.sections)} sections\t{reviewed}")


@app.command()
def show(
    context: typer.Context,
    document_id: Annotated[str, typer.Argument(metavar="ID", help="An id that `corpus list` prints.")],
    corpus: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Print an explainer's canonical text, exactly: what the offsets of citations count in.

    Example: nightlamp corpus show cytokine-release-syndrome
    """
    with _one_line_errors():
        document = load_corpus(_folder(context, corpus)).document(document_id)
    if as_json:
        typer.echo(json.dumps(_document_json(document), ensure_ascii=False))
    else:
        typer.echo(document.text, nl=False)


def _document_json(document: Document) -> dict[str, object]:
    return {
        "id": document.id,
        "title": document.title,
        "version": document.version,
        "front_matter": document.front.model_dump(mode="json"),
        "text": document.text,
        "sections": [asdict(section) for section in document.sections],
    }


@app.command()
def add(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="An explainer (.md), or plain text (.txt) with front matter.")],
    corpus: Folder = None,
) -> None:
    """Add an explainer to a deployment's own corpus folder, if it fits the format.

    Nothing is overwritten, and the packaged corpus is never changed. Run `nightlamp corpus check`
    and `nightlamp index build` afterwards.

    Example: nightlamp corpus add our-ward.md --corpus /srv/nightlamp/corpus
    """
    with _one_line_errors():
        document = add_explainer(file, _folder(context, corpus))
    typer.echo(f"Added {document.id} ({len(document.sections)} sections). Next: nightlamp index build")


@app.command()
def remove(
    context: typer.Context,
    document_id: Annotated[str, typer.Argument(metavar="ID", help="An id that `corpus list` prints.")],
    corpus: Folder = None,
) -> None:
    """Take an explainer out of a deployment's own corpus folder; its file is kept beside, as .removed.

    Example: nightlamp corpus remove our-ward --corpus /srv/nightlamp/corpus
    """
    with _one_line_errors():
        kept = remove_explainer(document_id, _folder(context, corpus))
    typer.echo(f"Removed {document_id}; its file is now {kept}. Next: nightlamp index build")
