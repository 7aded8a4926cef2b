"""Adding to and removing from a deployment's own corpus folder; the packaged corpus stays as shipped."""

from __future__ import annotations

import os
from pathlib import Path

from corpus.errors import CorpusError, DuplicateError, UnknownDocument
from corpus.load import PACKAGED, load_document, parse_document, read_text
from corpus.model import Document

_SUFFIXES = (".md", ".txt")


class EditError(CorpusError):
    """The corpus cannot be changed as asked."""


def add_explainer(file: Path, root: Path | None) -> Document:
    """Copy an explainer into `root/explainers` as `<id>.md` after parsing it.

    Raises:
        EditError: no folder of one's own is set, or the file is of another kind.
        FrontMatterError, FormatError: the file does not fit the format.
        DuplicateError: an explainer of that id is there already; nothing is overwritten.
    """
    folder = _own_folder(root)
    if file.suffix.lower() not in _SUFFIXES:
        raise EditError(f"{file.name} is not {' or '.join(_SUFFIXES)}. Save it as plain text first")
    text = read_text(file)
    document = parse_document(text, file.name)
    if document.id in _ids(folder):
        raise DuplicateError(f"there is an explainer {document.id!r} already. Remove it, or change the id")
    target = folder / f"{document.id}.md"
    try:
        _write_new(target, text)
    except FileExistsError:
        raise DuplicateError(f"{target} is there already. Remove it, or change the id") from None
    except OSError as error:
        raise EditError(f"cannot write {target}: {error.strerror}. Use a folder you may write to") from None
    return document


def remove_explainer(document_id: str, root: Path | None) -> Path:
    """Rename an explainer's file so that it is no longer read; returns its new place.

    Raises:
        EditError: no folder of one's own is set.
        UnknownDocument: no explainer has that id.
    """
    file = _ids(_own_folder(root)).get(document_id)
    if file is None:
        raise UnknownDocument(f"no explainer has the id {document_id!r}; see `nightlamp corpus list`")
    kept = file.with_suffix(".md.removed")
    number = 1
    while kept.exists():
        number += 1
        kept = file.with_suffix(f".md.removed{number}")
    return file.rename(kept)


def _write_new(target: Path, text: str) -> None:
    """Write a file that must not exist yet, whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    pending = target.with_suffix(f".pending-{os.getpid()}")
    try:
        pending.write_text(text, "utf-8", newline="\n")
        os.link(pending, target)
    finally:
        pending.unlink(missing_ok=True)


def _own_folder(root: Path | None) -> Path:
    if root is None or root.resolve() == PACKAGED.resolve():
        raise EditError(
            "the packaged corpus is not changed. Give your own folder with --corpus or NIGHTLAMP_CORPUS_DIR"
        )
    return root / "explainers"


def _ids(folder: Path) -> dict[str, Path]:
    files = sorted(folder.glob("*.md")) if folder.is_dir() else []
    return {load_document(file).id: file for file in files}
