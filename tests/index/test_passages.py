"""From sections to passages."""

from __future__ import annotations

from pathlib import Path

from corpus.load import load_corpus
from corpus.model import Corpus
from index.passages import MAX_WORDS, passages_of
from tests.index.conftest import FEVER, write_explainer


def test_offsets_of_passages_and_statements_are_exact(corpus: Corpus) -> None:
    passages = passages_of(corpus)
    assert len({passage.id for passage in passages}) == len(passages)
    for passage in passages:
        document = corpus.document(passage.document)
        assert document.version == passage.version
        assert document.quote(passage.start, passage.end) == passage.text
        for statement in passage.statements:
            assert passage.start <= statement.start < statement.end <= passage.end
            assert document.quote(statement.start, statement.end) == statement.text


def test_only_a_long_section_is_split_and_nothing_is_lost(corpus: Corpus) -> None:
    parts = [passage for passage in passages_of(corpus) if passage.document == "long"]
    assert [part.id.partition("/")[2] for part in parts] == ["", "2", "3"]
    longest = max(len(statement.text.split()) for part in parts for statement in part.statements)
    assert all(len(part.text.split()) <= MAX_WORDS + longest for part in parts)
    (section,) = corpus.document("long").sections
    assert [(s.start, s.end) for part in parts for s in part.statements] == [
        (s.start, s.end) for s in section.statements
    ]
    assert sum(1 for passage in passages_of(corpus) if passage.document == "fever") == 2


def test_an_item_is_read_with_its_lead_in(corpus: Corpus) -> None:
    fever = next(passage for passage in passages_of(corpus) if passage.document == "fever")
    item = fever.statements[-1]
    assert item.lead_in is not None
    assert corpus.document("fever").quote(*item.lead_in) == item.lead_in_text
    assert item.embedded_text.startswith("Ring at once for any of these signs of infection: redness")
    assert fever.unit_texts[0] == fever.section


def test_withdrawn_explainers_are_not_searched(corpus_dir: Path) -> None:
    write_explainer(corpus_dir, "fever", FEVER, status="withdrawn")
    assert "fever" not in {passage.document for passage in passages_of(load_corpus(corpus_dir))}


def test_the_packaged_corpus() -> None:
    corpus = load_corpus()
    for passage in passages_of(corpus):
        assert corpus.document(passage.document).quote(passage.start, passage.end) == passage.text
