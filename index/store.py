"""Building an index on disk and opening it. See `index.manifest` for the layout."""

from __future__ import annotations

import hashlib
import os
import shutil
import uuid
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from pydantic import ValidationError

from corpus.model import Corpus
from index.dense import DenseIndex
from index.encoder import Encoder, SentenceTransformerEncoder, Vectors
from index.errors import BUILD, IndexDamaged, SearchIndexError
from index.lexical import LexicalIndex
from index.manifest import (
    BM25,
    FORMAT,
    MANIFEST,
    PASSAGES,
    SECTIONS,
    UNITS,
    IndexState,
    Manifest,
    ModelEntry,
    check_fit,
    file_hash,
    index_state,
    passage_line,
    passages_hash,
    read_manifest,
    verify_files,
)
from index.passages import CHUNKER_VERSION, Passage, passages_of
from index.retriever import Index

__all__ = ["IndexState", "Manifest", "build_index", "index_state", "open_index", "verify_index"]

Progress = Callable[[int, int], None]
_BATCH = 64
_BUILDING = ".building-"


def build_index(
    corpus: Corpus,
    encoder: Encoder,
    target_dir: Path,
    progress: Progress | None = None,
    *,
    force: bool = False,
) -> Manifest:
    """Build the index of a corpus and put it in the place of the one in use.

    Texts whose vectors the old index holds, for the same model, are not embedded again.

    Args:
        corpus: what to index.
        encoder: with which model.
        target_dir: the index folder; made if absent.
        progress: called with (texts embedded, texts to embed).
        force: embed everything again.

    Raises:
        SearchIndexError: the corpus has no passage, or the folder cannot be written.
        EncoderError: the model does not load.
    """
    passages = passages_of(corpus)
    if not passages:
        raise SearchIndexError("the corpus has no passage to index. Run `nightlamp corpus check`")
    known = {} if force else _known_vectors(target_dir, encoder)
    vectors, embedded = _embed(_texts(passages), encoder, known, progress)
    try:
        return _write(corpus, passages, encoder, vectors, embedded, target_dir)
    except OSError as error:
        raise SearchIndexError(
            f"cannot write the index to {target_dir}: {error.strerror}. Free some space or use another folder"
        ) from None


def open_index(target_dir: Path, corpus: Corpus, encoder: Encoder | None = None) -> Index:
    """Open the index of a corpus.

    Args:
        target_dir: the index folder.
        corpus: the corpus it must have been built from.
        encoder: the model it must have been built with; None for the packaged one.

    Raises:
        IndexMissing, IndexDamaged, IndexMismatch: naming the command that puts it right.
        EncoderError: the model is not on this machine.
    """
    encoder = encoder or SentenceTransformerEncoder()
    manifest = read_manifest(target_dir)
    passages = passages_of(corpus)
    check_fit(manifest, passages, corpus, encoder.identity)
    try:
        return _read(target_dir, manifest, corpus, passages, encoder)
    except IndexDamaged:
        # A build that finished in between has replaced the generation that was being read.
        newer = read_manifest(target_dir)
        if newer.generation == manifest.generation:
            raise
        return _read(target_dir, newer, corpus, passages, encoder)


def verify_index(target_dir: Path) -> Manifest:
    """Check every file of an index against its manifest.

    Raises:
        IndexMissing, IndexDamaged, IndexMismatch: naming the file and the command.
    """
    manifest = read_manifest(target_dir)
    verify_files(target_dir, manifest)
    passages = _read_passages(target_dir / manifest.generation / PASSAGES)
    if passages_hash(passages) != manifest.passages_sha256:
        raise IndexDamaged(f"{target_dir / MANIFEST} and {PASSAGES} differ. Run `{BUILD} --force`")
    return manifest


def _read(
    target_dir: Path, manifest: Manifest, corpus: Corpus, passages: Sequence[Passage], encoder: Encoder
) -> Index:
    verify_files(target_dir, manifest)
    folder = target_dir / manifest.generation
    sections, units = DenseIndex.read(folder / SECTIONS), DenseIndex.read(folder / UNITS)
    lexical = LexicalIndex.read(folder / BM25)
    expected = (len(passages), sum(len(p.unit_texts) for p in passages), len(passages))
    if (len(sections), len(units), len(lexical)) != expected:
        raise IndexDamaged(f"{folder} does not hold one vector for each text. Run `{BUILD} --force`")
    return Index(
        version=manifest.index_version,
        passages=passages,
        encoder=encoder,
        sections=sections,
        units=units,
        lexical=lexical,
        glossary=corpus.glossary,
    )


def _read_passages(file: Path) -> tuple[Passage, ...]:
    try:
        lines = file.read_text("utf-8").splitlines()
        return tuple(Passage.model_validate_json(line) for line in lines)
    except (OSError, UnicodeDecodeError, ValidationError):
        raise IndexDamaged(f"{file} cannot be read. Run `{BUILD} --force`") from None


def _texts(passages: Sequence[Passage]) -> list[str]:
    """Every text that needs a vector, in the order of the two vector files."""
    return [p.embedded_text for p in passages] + [text for p in passages for text in p.unit_texts]


def _known_vectors(target_dir: Path, encoder: Encoder) -> dict[str, Vectors]:
    """Vectors of the index in use, by text; none if it is missing, unsound or of another model."""
    try:
        manifest = verify_index(target_dir)
        folder = target_dir / manifest.generation
        if manifest.model != _model_entry(encoder):
            return {}
        rows = (DenseIndex.read(folder / SECTIONS).vectors(), DenseIndex.read(folder / UNITS).vectors())
        return dict(zip(_texts(_read_passages(folder / PASSAGES)), np.concatenate(rows), strict=False))
    except SearchIndexError:
        return {}


def _embed(
    texts: Sequence[str], encoder: Encoder, known: Mapping[str, Vectors], progress: Progress | None
) -> tuple[Vectors, int]:
    """Vectors of `texts`, shape (texts, dimension), and how many distinct texts were embedded for them."""
    vectors = {text: known[text] for text in texts if text in known}
    missing = sorted({text for text in texts if text not in vectors}, key=lambda text: (-len(text), text))
    for start in range(0, len(missing), _BATCH):
        batch = missing[start : start + _BATCH]
        vectors |= zip(batch, encoder.encode_passages(batch), strict=True)
        if progress:
            progress(start + len(batch), len(missing))
    return np.stack([vectors[text] for text in texts]), len(missing)


def _write(
    corpus: Corpus,
    passages: Sequence[Passage],
    encoder: Encoder,
    vectors: Vectors,
    embedded: int,
    target_dir: Path,
) -> Manifest:
    """Write a generation, then make it the one in use."""
    target_dir.mkdir(parents=True, exist_ok=True)
    building = target_dir / f"{_BUILDING}{os.getpid()}-{uuid.uuid4().hex[:8]}"
    building.mkdir()
    try:
        _write_files(building, passages, vectors)
        manifest = _describe(corpus, passages, encoder, len(vectors), embedded, building)
        building.rename(target_dir / manifest.generation)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    previous = _generation_in_use(target_dir)
    pending = target_dir / f"{MANIFEST}.{manifest.generation}"
    pending.write_text(manifest.model_dump_json(indent=2) + "\n", "utf-8")
    pending.replace(target_dir / MANIFEST)
    _remove_older(target_dir, {manifest.generation, previous})
    return manifest


def _write_files(folder: Path, passages: Sequence[Passage], vectors: Vectors) -> None:
    with (folder / PASSAGES).open("w", encoding="utf-8", newline="\n") as stream:
        stream.writelines(passage_line(passage) for passage in passages)
    DenseIndex.of(vectors[: len(passages)]).write(folder / SECTIONS)
    DenseIndex.of(vectors[len(passages) :]).write(folder / UNITS)
    LexicalIndex.of([passage.embedded_text for passage in passages]).write(folder / BM25)


def _describe(
    corpus: Corpus, passages: Sequence[Passage], encoder: Encoder, vectors: int, embedded: int, folder: Path
) -> Manifest:
    model = _model_entry(encoder)
    content = f"{FORMAT} {CHUNKER_VERSION} {model.model_dump_json()} {passages_hash(passages)}"
    version = hashlib.sha256(content.encode()).hexdigest()[:16]
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return Manifest(
        format=FORMAT,
        index_version=version,
        generation=f"{version}-{uuid.uuid4().hex[:8]}",
        built=datetime.now(UTC).isoformat(timespec="seconds"),
        model=model,
        chunker=CHUNKER_VERSION,
        documents={document.id: document.version for document in corpus.documents},
        passages_sha256=passages_hash(passages),
        passages=len(passages),
        units=vectors - len(passages),
        embedded=embedded,
        reused=len(set(_texts(passages))) - embedded,
        files={file.relative_to(folder).as_posix(): file_hash(file) for file in files},
    )


def _model_entry(encoder: Encoder) -> ModelEntry:
    query_prefix, passage_prefix = encoder.prefixes
    return ModelEntry(
        id=encoder.identity.id,
        sha256=encoder.identity.sha256,
        dimension=encoder.dimension,
        query_prefix=query_prefix,
        passage_prefix=passage_prefix,
    )


def _generation_in_use(target_dir: Path) -> str | None:
    try:
        return read_manifest(target_dir).generation
    except SearchIndexError:
        return None


def _remove_older(target_dir: Path, kept: set[str | None]) -> None:
    """Remove generations nobody can still be opening: all but the new one and the one before it.

    Also what a build that was killed left behind; a build still running is recognised by its process.
    """
    for folder in target_dir.iterdir():
        if folder.name.startswith(_BUILDING):
            unused = not _is_running(folder.name.removeprefix(_BUILDING).partition("-")[0])
        else:
            unused = (folder / PASSAGES).is_file() and folder.name not in kept
        if unused:
            shutil.rmtree(folder, ignore_errors=True)


def _is_running(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True
