"""Building, opening, staleness and damage."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from corpus.load import load_corpus
from corpus.model import Corpus
from index.encoder import ModelIdentity, SentenceTransformerEncoder, model_identity
from index.errors import IndexDamaged, IndexMismatch, IndexMissing, SearchIndexError
from index.manifest import IndexState, index_state, read_manifest
from index.store import build_index, open_index, verify_index
from tests.index.conftest import FEVER, HOME, write_explainer

Encoder = SentenceTransformerEncoder


def test_a_built_index_is_fresh_and_sound(target: Path, corpus: Corpus) -> None:
    manifest = verify_index(target)
    assert index_state(target, corpus, model_identity(None)) is IndexState.FRESH
    assert manifest.documents == {document.id: document.version for document in corpus.documents}
    assert manifest.model.dimension == 384
    assert not list(target.rglob("*.pkl")) + list(target.rglob("*.pickle"))
    assert sorted(p.name for p in target.iterdir()) == sorted([manifest.generation, "manifest.json"])


def test_the_same_corpus_gives_the_same_version_and_embeds_nothing(
    target: Path, corpus: Corpus, encoder: Encoder
) -> None:
    before = read_manifest(target)
    after = build_index(corpus, encoder, target)
    assert (after.index_version, after.embedded) == (before.index_version, 0)
    assert after.generation != before.generation
    assert build_index(corpus, encoder, target, force=True).embedded == before.embedded
    assert len([p for p in target.iterdir() if p.is_dir()]) == 2


def test_only_changed_texts_are_embedded_and_vectors_stay_with_their_texts(
    target: Path, corpus_dir: Path, encoder: Encoder, tmp_path: Path
) -> None:
    write_explainer(corpus_dir, "fever", FEVER.replace("hide a fever", "mask a fever"))
    corpus = load_corpus(corpus_dir)
    calls: list[tuple[int, int]] = []
    manifest = build_index(corpus, encoder, target, lambda done, total: calls.append((done, total)))
    assert manifest.embedded == 2
    assert calls == [(2, 2)]
    build_index(corpus, encoder, tmp_path / "anew")
    reused = open_index(target, corpus, encoder).search("can I give paracetamol", 10)
    anew = open_index(tmp_path / "anew", corpus, encoder).search("can I give paracetamol", 10)
    assert [hit.passage.id for hit in reused] == [hit.passage.id for hit in anew]
    assert np.allclose([hit.cosine for hit in reused], [hit.cosine for hit in anew], atol=1e-5)


@pytest.mark.parametrize("change", ["text", "region", "new", "gone"])
def test_a_changed_corpus_makes_it_stale(
    target: Path, corpus_dir: Path, encoder: Encoder, change: str
) -> None:
    if change == "text":
        write_explainer(corpus_dir, "fever", FEVER + "\nOne more sentence.\n")
    elif change == "region":
        write_explainer(corpus_dir, "home", HOME.replace("region: us", "region: ca"), "Going home")
    elif change == "new":
        write_explainer(corpus_dir, "extra", HOME)
    else:
        (corpus_dir / "explainers" / "home.md").unlink()
    corpus = load_corpus(corpus_dir)
    assert index_state(target, corpus) is IndexState.STALE
    with pytest.raises(IndexMismatch, match="nightlamp index build"):
        open_index(target, corpus, encoder)


def test_another_model_makes_it_stale(target: Path, corpus: Corpus) -> None:
    assert index_state(target, corpus, ModelIdentity("other", "0" * 64)) is IndexState.STALE


def test_no_index(tmp_path: Path, corpus: Corpus, encoder: Encoder) -> None:
    assert index_state(tmp_path / "none", corpus) is IndexState.MISSING
    with pytest.raises(IndexMissing, match="nightlamp index build"):
        open_index(tmp_path / "none", corpus, encoder)


@pytest.mark.parametrize("fault", ["flip", "truncate", "delete"])
def test_every_damaged_file_is_noticed_and_a_build_repairs_it(
    target: Path, corpus: Corpus, encoder: Encoder, fault: str
) -> None:
    manifest = read_manifest(target)
    for name in manifest.files:
        file = target / manifest.generation / name
        content = file.read_bytes()
        if fault == "delete":
            file.unlink()
        else:
            file.write_bytes(content[:-1] + (bytes([content[-1] ^ 1]) if fault == "flip" else b""))
        assert index_state(target, corpus) is IndexState.DAMAGED
        with pytest.raises(IndexDamaged, match="nightlamp index build"):
            open_index(target, corpus, encoder)
        file.write_bytes(content)
    (target / manifest.generation / "sections.faiss").write_bytes(b"x")
    repaired = build_index(corpus, encoder, target)
    assert repaired.embedded == manifest.embedded
    assert index_state(target, corpus) is IndexState.FRESH


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"format": "x"}', "\x00"])
def test_a_broken_manifest_is_damage(target: Path, corpus: Corpus, content: str) -> None:
    (target / "manifest.json").write_text(content)
    assert index_state(target, corpus) is IndexState.DAMAGED
    with pytest.raises(IndexDamaged):
        verify_index(target)


def test_a_manifest_cannot_point_outside_its_folder(target: Path) -> None:
    fields = json.loads((target / "manifest.json").read_text())
    (target / "manifest.json").write_text(json.dumps(fields | {"generation": "../elsewhere"}))
    with pytest.raises(IndexDamaged, match="outside"):
        read_manifest(target)


def test_another_format_asks_for_a_build(target: Path, corpus: Corpus) -> None:
    fields = json.loads((target / "manifest.json").read_text())
    (target / "manifest.json").write_text(json.dumps(fields | {"format": 99}))
    assert index_state(target, corpus) is IndexState.STALE


def test_a_build_that_fails_leaves_the_old_index(target: Path, corpus: Corpus, encoder: Encoder) -> None:
    class Failing(SentenceTransformerEncoder):
        """The packaged model on a machine that gives out midway."""

        def encode_passages(self, texts: object) -> object:  # type: ignore[override]
            raise SearchIndexError("out of memory")

    before = read_manifest(target)
    with pytest.raises(SearchIndexError):
        build_index(corpus, Failing(), target, force=True)
    assert read_manifest(target) == before
    assert open_index(target, corpus, encoder).search("fever")


def test_readers_never_see_a_half_built_index(target: Path, corpus: Corpus, encoder: Encoder) -> None:
    stop = threading.Event()
    problems: list[SearchIndexError] = []

    def read() -> None:
        while not stop.is_set():
            try:
                open_index(target, corpus, encoder)
            except SearchIndexError as error:
                problems.append(error)

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(5):
        build_index(corpus, encoder, target)
    stop.set()
    reader.join()
    assert problems == []


def test_what_a_killed_build_left_is_removed(target: Path, corpus: Corpus, encoder: Encoder) -> None:
    process = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True)
    left = target / f".building-{int(process.stdout)}-abc"
    left.mkdir()
    (target / "notes").mkdir()
    build_index(corpus, encoder, target)
    assert not left.exists()
    assert (target / "notes").exists()


def test_the_state_is_known_without_torch_or_faiss(target: Path, corpus_dir: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from corpus.load import load_corpus;"
        "from index.manifest import index_state;"
        f"print(index_state(Path({str(target)!r}), load_corpus(Path({str(corpus_dir)!r}))));"
        "assert not {'torch', 'faiss', 'sentence_transformers', 'langchain_core'} & set(sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (run.stdout.strip(), run.stderr) == ("fresh", "")
