"""What an index says about itself, and whether it still fits the corpus. Imports nothing heavy.

Layout of an index folder:

    manifest.json             names the generation in use and the hash of each of its files
    <generation>/             passages.jsonl  sections.faiss  units.faiss  bm25/

A build writes a new generation beside the one in use and then replaces `manifest.json` in one step,
so a reader sees the old index or the new one and never a mixture.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from corpus.model import Corpus
from index.encoder import ModelIdentity
from index.errors import BUILD, IndexDamaged, IndexMismatch, IndexMissing
from index.passages import CHUNKER_VERSION, Passage, passages_of

# Raise it with any change of layout, or of how words are cut and stemmed for BM25.
FORMAT = 1
MANIFEST = "manifest.json"
PASSAGES = "passages.jsonl"
SECTIONS = "sections.faiss"
UNITS = "units.faiss"
BM25 = "bm25"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ModelEntry(_Strict):
    """The embedding model an index was made with."""

    id: str
    sha256: str
    dimension: int
    query_prefix: str
    passage_prefix: str


class Manifest(_Strict):
    """`documents` maps id to version; `files` maps a file of the generation to its SHA-256.

    `index_version` names content, not time: the same corpus, model and chunker give the same one.
    """

    format: int
    index_version: str
    generation: str
    built: str
    model: ModelEntry
    chunker: int
    documents: dict[str, str]
    passages_sha256: str
    passages: int
    units: int
    embedded: int
    reused: int
    files: dict[str, str]


class IndexState(StrEnum):
    """Whether an index can be used with a corpus as it is."""

    FRESH = "fresh"
    MISSING = "missing"
    STALE = "stale"
    DAMAGED = "damaged"


def index_state(target_dir: Path, corpus: Corpus, model: ModelIdentity | None = None) -> IndexState:
    """State of the index for this corpus, and for this model if given. Imports no torch, no FAISS."""
    try:
        manifest = read_manifest(target_dir)
        verify_files(target_dir, manifest)
        check_fit(manifest, passages_of(corpus), corpus, model)
    except IndexMissing:
        return IndexState.MISSING
    except IndexMismatch:
        return IndexState.STALE
    except IndexDamaged:
        return IndexState.DAMAGED
    return IndexState.FRESH


def read_manifest(target_dir: Path) -> Manifest:
    """The manifest of an index folder.

    Raises:
        IndexMissing: there is none.
        IndexDamaged: it cannot be read.
        IndexMismatch: it was written in another format.
    """
    file = target_dir / MANIFEST
    try:
        text = file.read_text("utf-8")
    except (FileNotFoundError, NotADirectoryError):
        raise IndexMissing(f"no index in {target_dir}. Run `{BUILD}`") from None
    except (OSError, UnicodeDecodeError):
        raise IndexDamaged(f"{file} cannot be read. Run `{BUILD} --force`") from None
    try:
        manifest = Manifest.model_validate_json(text)
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"]) or "JSON"
        raise IndexDamaged(f"{file} is not a manifest ({where}). Run `{BUILD} --force`") from None
    if manifest.format != FORMAT:
        raise IndexMismatch(f"{file} has format {manifest.format}, not {FORMAT}. Run `{BUILD}`")
    if Path(manifest.generation).name != manifest.generation:
        raise IndexDamaged(f"{file} names a folder outside its own. Run `{BUILD} --force`")
    return manifest


def verify_files(target_dir: Path, manifest: Manifest) -> None:
    """Check every file of the index against its hash.

    Raises:
        IndexDamaged: naming the first file that is gone or changed.
    """
    folder = target_dir / manifest.generation
    for name, expected in manifest.files.items():
        try:
            actual = file_hash(folder / name)
        except OSError:
            raise IndexDamaged(f"{folder / name} is gone. Run `{BUILD} --force`") from None
        if actual != expected:
            raise IndexDamaged(f"{folder / name} was changed after it was built. Run `{BUILD} --force`")


def check_fit(
    manifest: Manifest, passages: Iterable[Passage], corpus: Corpus, model: ModelIdentity | None
) -> None:
    """Check that the index was made from this corpus, by this chunker, with this model.

    Raises:
        IndexMismatch: naming what changed.
    """
    if manifest.chunker != CHUNKER_VERSION:
        raise IndexMismatch(f"the way sections are cut into passages changed. Run `{BUILD}`")
    if manifest.passages_sha256 != passages_hash(passages):
        changed = _changed_documents(manifest, corpus)
        raise IndexMismatch(f"the corpus changed since the index was built ({changed}). Run `{BUILD}`")
    if model is not None and (model.id, model.sha256) != (manifest.model.id, manifest.model.sha256):
        raise IndexMismatch(
            f"the index was built with the model {manifest.model.id} ({manifest.model.sha256[:12]}), "
            f"not {model.id} ({model.sha256[:12]}). Run `{BUILD}`"
        )


def _changed_documents(manifest: Manifest, corpus: Corpus) -> str:
    now = {document.id: document.version for document in corpus.documents}
    before = manifest.documents
    names = sorted(name for name in now.keys() | before.keys() if now.get(name) != before.get(name))
    if not names:
        return "regions or front matter"
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")


def passages_hash(passages: Iterable[Passage]) -> str:
    """SHA-256 over everything the index knows of its passages."""
    digest = hashlib.sha256()
    for passage in passages:
        digest.update(passage_line(passage).encode())
    return digest.hexdigest()


def passage_line(passage: Passage) -> str:
    """A passage as one line of `passages.jsonl`."""
    return passage.model_dump_json() + "\n"


def file_hash(file: Path) -> str:
    """SHA-256 of a file."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
