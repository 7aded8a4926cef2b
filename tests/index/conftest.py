"""A small corpus, the real encoder and an index built from them."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpus.load import load_corpus
from corpus.model import Corpus
from index.encoder import SentenceTransformerEncoder
from index.retriever import Index
from index.store import build_index, open_index

FRONT = """---
id: {id}
title: {title}
summary: A small explainer for tests.
audience: parent
jurisdiction: [all]
topics: [tests]
sources: [STJ_SER]
written: 2026-11-22
reviewed: null
reviewer: null
review_due: 2027-05-22
status: {status}
---

"""

FEVER = """## What counts as a fever after CAR-T?
<!-- facts: 5.01 -->

A fever after CAR-T is 38.0 C (100.4 F) or above. Ring your unit at once, day or night.

Ring at once for any of these signs of infection:

- shaking or shivering
- redness or pain where the central line goes in

## Can I give paracetamol for a fever?
<!-- facts: 5.02 -->

Ask your unit before you give paracetamol, because it can hide a fever.
"""

HOME = """## How long must we stay near the hospital in the UK?
<!-- facts: 9.01; region: uk -->

In the UK, families stay within two hours of the hospital for at least four weeks.

## How long must we stay near the hospital in the US?
<!-- facts: 9.03; region: us -->

In the US, families stay near the hospital for at least two weeks.

## When can my child go back to school?
<!-- facts: 9.09 -->

School comes back step by step, when your team says that blood counts are high enough.
"""

LONG = "## Is this a long section?\n<!-- facts: 1.01 -->\n\n" + " ".join(
    f"Sentence number {n} says that the washing machine has programme {n} for towels." for n in range(40)
)


def write_explainer(folder: Path, id: str, body: str, title: str = "", status: str = "draft") -> Path:
    """Write one explainer of a corpus folder."""
    explainers = folder / "explainers"
    explainers.mkdir(parents=True, exist_ok=True)
    file = explainers / f"{id}.md"
    file.write_text(FRONT.format(id=id, title=title or id.title(), status=status) + body, "utf-8")
    return file


@pytest.fixture(scope="session")
def encoder() -> SentenceTransformerEncoder:
    """The packaged model."""
    return SentenceTransformerEncoder()


@pytest.fixture
def corpus_dir(tmp_path: Path) -> Path:
    """A corpus folder with three explainers."""
    folder = tmp_path / "corpus"
    write_explainer(folder, "fever", FEVER)
    write_explainer(folder, "home", HOME, "Going home")
    write_explainer(folder, "long", LONG)
    return folder


@pytest.fixture
def corpus(corpus_dir: Path) -> Corpus:
    """The three explainers."""
    return load_corpus(corpus_dir)


@pytest.fixture
def target(tmp_path: Path, corpus: Corpus, encoder: SentenceTransformerEncoder) -> Path:
    """The folder of an index built from them."""
    build_index(corpus, encoder, tmp_path / "index")
    return tmp_path / "index"


@pytest.fixture
def index(target: Path, corpus: Corpus, encoder: SentenceTransformerEncoder) -> Index:
    """That index, opened."""
    return open_index(target, corpus, encoder)
