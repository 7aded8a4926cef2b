"""Loading a corpus folder, and the errors that name file, line, field and remedy."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.errors import (
    CorpusError,
    CorpusMissing,
    DataError,
    DuplicateError,
    FrontMatterError,
    UnknownDocument,
)
from corpus.load import load_corpus, parse_document, slug_of

BODY = "## One?\n\nYes.\n"


@pytest.mark.parametrize(
    ("old", "new", "line", "says"),
    [
        ("---\nid", "id", 1, "no front matter"),
        ("status: draft\n---", "status: draft", 1, "never closed"),
        ("id: small", "id: Not An Id", 2, "'id'"),
        ("title: A small", "title: A: small", 3, "quotes around a value"),
        ("audience: parent", "audience: everyone", 5, "'audience'"),
        ("written: 2026-11-22", "written: 2026-13-45", 9, "'written'"),
        ("summary: A small explainer for tests.\n", "", 2, "'summary'"),
        ("status: draft", "status: draft\ncolour: blue", 14, "'colour'"),
        ("status: draft", "status: draft\nid: again", 14, "repeated"),
        ("reviewed: null", "reviewed: 2026-11-01", 2, "go together"),
        ("title: A small explainer", "title: &a x\nsummary2: *a", 2, "alias"),
        ("title: A small explainer", "title: " + "[" * 3000, 5, "not valid YAML"),
        ("title: A small explainer", "title: " + "[" * 3000 + "]" * 3000, 2, "not valid YAML"),
    ],
)
def test_wrong_front_matter_is_named(
    explainer: Callable[..., str], old: str, new: str, line: int, says: str
) -> None:
    with pytest.raises(FrontMatterError, match=says) as caught:
        parse_document(explainer(BODY).replace(old, new, 1), "small.md")
    assert caught.value.line == line
    assert "\n" not in str(caught.value)
    assert caught.value.remedy in str(caught.value)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=120))
def test_no_front_matter_raises_anything_else(explainer: Callable[..., str], raw: str) -> None:
    with pytest.raises(CorpusError):
        parse_document(f"---\n{raw}\n---\n{BODY}", "small.md")


def test_missing_and_empty_folders(tmp_path: Path) -> None:
    with pytest.raises(CorpusMissing, match="no folder"):
        load_corpus(tmp_path / "nowhere")
    (tmp_path / "explainers").mkdir()
    with pytest.raises(CorpusMissing, match="no explainers"):
        load_corpus(tmp_path)


def test_duplicate_ids_and_headings(corpus_dir: Path, explainer: Callable[..., str]) -> None:
    (corpus_dir / "explainers" / "twin.md").write_text(explainer(BODY), "utf-8")
    with pytest.raises(DuplicateError, match=r"small\.md.*|twin\.md"):
        load_corpus(corpus_dir)
    with pytest.raises(DuplicateError, match="second section"):
        parse_document(explainer(BODY + BODY), "small.md")


def test_unreadable_files(corpus_dir: Path) -> None:
    file = corpus_dir / "explainers" / "small.md"
    file.write_bytes(b"---\n\xff\xfe")
    with pytest.raises(CorpusMissing, match="not UTF-8"):
        load_corpus(corpus_dir)
    file.write_bytes(b"a" * 600_000)
    with pytest.raises(CorpusMissing, match="limit"):
        load_corpus(corpus_dir)


def test_own_sources_and_glossary_are_validated(corpus_dir: Path) -> None:
    (corpus_dir / "sources.yaml").write_text(
        "KEY:\n  organisation: X\n  title: Y\n  year: soon\n  url: null\n"
    )
    with pytest.raises(DataError, match=r"sources\.yaml, line 1: KEY\.year"):
        load_corpus(corpus_dir)
    (corpus_dir / "sources.yaml").unlink()
    (corpus_dir / "glossary.yaml").write_text("- term: fit\n  meaning: a seizure\n")
    assert [term.term for term in load_corpus(corpus_dir).glossary] == ["fit"]


def test_looking_up_documents_and_sections(corpus_dir: Path) -> None:
    corpus = load_corpus(corpus_dir)
    document, section = corpus.section("small#is-it-small")
    assert document.section_at(section.start) == section
    assert document.section_at(10_000) is None
    for reference in ("large#x", "small#x", "small"):
        with pytest.raises(UnknownDocument):
            corpus.section(reference)


def test_slugs() -> None:
    assert slug_of("What is my child's café?") == "what-is-my-childs-cafe"
    assert slug_of("???") == "section"
    assert slug_of("Что это?") == "что-это"


def test_packaged_data_is_whole() -> None:
    corpus = load_corpus()
    assert len(corpus.sources) > 400
    assert len(corpus.glossary) >= 40
    names = [name.casefold() for term in corpus.glossary for name in (term.term, *term.synonyms)]
    assert len(names) == len(set(names))
    assert corpus.version.startswith("sha256:")
    assert len({document.version for document in corpus.documents}) == len(corpus.documents)
