"""Small corpora on disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

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
status: draft
---

"""


@pytest.fixture
def explainer() -> Callable[..., str]:
    """The text of an explainer with valid front matter."""

    def make(body: str, id: str = "small", title: str = "A small explainer") -> str:
        return FRONT.format(id=id, title=title) + body

    return make


@pytest.fixture
def corpus_dir(tmp_path: Path, explainer: Callable[..., str]) -> Path:
    """A corpus folder with one explainer, `small`."""
    folder = tmp_path / "corpus"
    (folder / "explainers").mkdir(parents=True)
    body = "## Is it small?\n<!-- facts: 1.01 -->\n\n" + "It is small. " * 10
    (folder / "explainers" / "small.md").write_text(explainer(body), "utf-8")
    return folder
