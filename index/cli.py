"""`nightlamp index`: build, inspect and search the index."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from corpus.errors import CorpusError
from corpus.load import load_corpus
from corpus.model import Corpus
from index.encoder import SentenceTransformerEncoder, model_identity
from index.errors import BUILD, SearchIndexError
from index.manifest import IndexState, index_state, read_manifest
from index.retriever import Hit

app = typer.Typer(help="Find passages: build, check and search the index.", no_args_is_help=True)

Home = Annotated[
    Path | None, typer.Option("--home", help="Data folder; by default the setting `home`, or `var`.")
]
Folder = Annotated[
    Path | None, typer.Option("--corpus", help="Corpus folder; by default the setting, or the packaged one.")
]
Model = Annotated[
    str | None, typer.Option("--model", help="sentence-transformers name or folder; default: packaged.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for machines.")]


@contextmanager
def _one_line_errors() -> Iterator[None]:
    try:
        yield
    except (CorpusError, SearchIndexError) as error:
        typer.echo(f"error: {error}", err=True)
        raise typer.Exit(2) from None


def _setting(context: typer.Context, name: str, given: Any) -> Any:
    """The option, else the deployment's setting if a caller passed its settings as the context object."""
    return given if given is not None else getattr(context.obj, name, None)


def _target(context: typer.Context, home: Path | None) -> Path:
    chosen: Path = _setting(context, "home", home) or Path("var")
    return chosen / "index"


def _corpus(context: typer.Context, folder: Path | None) -> Corpus:
    return load_corpus(_setting(context, "corpus_dir", folder))


@app.command()
def build(
    context: typer.Context,
    force: Annotated[bool, typer.Option("--force", help="Embed every passage again.")] = False,
    home: Home = None,
    corpus: Folder = None,
    model: Model = None,
    as_json: AsJson = False,
) -> None:
    """Build the index beside the old one and swap it in; only changed passages are embedded.

    Example: nightlamp index build
    """
    from index.store import build_index

    with _one_line_errors():
        encoder = SentenceTransformerEncoder(_setting(context, "model", model))
        target = _target(context, home)
        manifest = build_index(_corpus(context, corpus), encoder, target, _show_progress, force=force)
    if as_json:
        typer.echo(manifest.model_dump_json())
        return
    typer.echo(
        f"Index {manifest.index_version} in {target}: {manifest.passages} passages, {manifest.units} "
        f"statements and headings; {manifest.embedded} texts embedded, {manifest.reused} reused."
    )


def _show_progress(done: int, total: int) -> None:
    """Counts up on one line of a terminal; elsewhere says the end only."""
    if sys.stderr.isatty():
        typer.echo(f"\rembedded {done} of {total}", nl=done == total, err=True)
    elif done == total:
        typer.echo(f"embedded {done} of {total}", err=True)


@app.command()
def info(
    context: typer.Context,
    home: Home = None,
    corpus: Folder = None,
    model: Model = None,
    as_json: AsJson = False,
) -> None:
    """Say what the index holds and whether it fits the corpus. Exit code 1 if it does not.

    Example: nightlamp index info --json
    """
    with _one_line_errors():
        target = _target(context, home)
        manifest = read_manifest(target)
        identity = model_identity(_setting(context, "model", model))
        state = index_state(target, _corpus(context, corpus), identity)
    if as_json:
        typer.echo(json.dumps({"state": state.value} | manifest.model_dump(mode="json")))
    else:
        typer.echo(
            f"{state.value}: index {manifest.index_version}, built {manifest.built}, "
            f"{len(manifest.documents)} explainers, {manifest.passages} passages, model {manifest.model.id}"
            + ("" if state is IndexState.FRESH else f". Run `{BUILD}`")
        )
    raise typer.Exit(0 if state is IndexState.FRESH else 1)


@app.command()
def verify(
    context: typer.Context,
    home: Home = None,
    corpus: Folder = None,
    model: Model = None,
    as_json: AsJson = False,
) -> None:
    """Check every file of the index, open it, and check that it fits corpus and model.

    Example: nightlamp index verify
    """
    from index.store import open_index, verify_index

    with _one_line_errors():
        target = _target(context, home)
        manifest = verify_index(target)
        encoder = SentenceTransformerEncoder(_setting(context, "model", model))
        open_index(target, _corpus(context, corpus), encoder)
    if as_json:
        typer.echo(json.dumps({"ok": True, "files": manifest.files}))
    else:
        typer.echo(f"Index {manifest.index_version} is sound: {len(manifest.files)} files match.")


@app.command()
def search(
    context: typer.Context,
    query: Annotated[str, typer.Argument(help="A question, in quotes.")],
    k: Annotated[int, typer.Option("-k", min=1, max=100, help="How many passages.")] = 5,
    region: Annotated[str | None, typer.Option(help="Where the family is: uk us eu ie au nz ca in.")] = None,
    home: Home = None,
    corpus: Folder = None,
    model: Model = None,
    as_json: AsJson = False,
) -> None:
    """Show which passages a question finds, with their scores.

    Example: nightlamp index search "how long must we stay near the hospital" -k 3 --region uk
    """
    from index.store import open_index

    with _one_line_errors():
        encoder = SentenceTransformerEncoder(_setting(context, "model", model))
        index = open_index(_target(context, home), _corpus(context, corpus), encoder)
        hits = index.search(query, k, region)
    if as_json:
        typer.echo(json.dumps([_hit_json(hit) for hit in hits], ensure_ascii=False))
        return
    for hit in hits:
        typer.echo(
            f"{hit.score:.3f}  cosine {hit.cosine:.3f}  best {hit.best_cosine:.3f}  "
            f"bm25 {hit.bm25:.1f}  {hit.passage.id}"
        )


def _hit_json(hit: Hit) -> dict[str, object]:
    scores = {
        "score": hit.score,
        "cosine": hit.cosine,
        "heading_cosine": hit.heading_cosine,
        "best_cosine": hit.best_cosine,
        "bm25": hit.bm25,
    }
    statements = [
        {"start": s.statement.start, "end": s.statement.end, "text": s.statement.text, "cosine": s.cosine}
        for s in hit.statements
    ]
    fields = {"id", "document", "version", "title", "section", "start", "end", "text", "regions"}
    return hit.passage.model_dump(mode="json", include=fields) | scores | {"statements": statements}
