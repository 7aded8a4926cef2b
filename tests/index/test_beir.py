"""Ranking scores, by hand and on a public set."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from index.beir import read_beir, score_beir, score_rankings
from index.encoder import SentenceTransformerEncoder
from index.errors import BeirError

MED = Path(__file__).parents[3] / "shared" / "data" / "med1033"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A tiny set of three documents and two judged queries."""
    documents = [
        {"_id": "a", "title": "Fever", "text": "A fever is a high temperature. Ring the unit."},
        {"_id": "b", "title": "", "text": "Children go back to school in steps."},
        {"_id": "c", "title": "Towels", "text": "Wash towels when they are wet."},
    ]
    queries = [{"_id": "1", "text": "high temperature"}, {"_id": "2", "text": "returning to class"}]
    (tmp_path / "corpus.jsonl").write_text("\n".join(map(json.dumps, documents)))
    (tmp_path / "queries.jsonl").write_text("\n".join(map(json.dumps, queries)))
    (tmp_path / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\n1\ta\t2\n2\tb\t1\n9\tc\t1\n")
    return tmp_path


def test_scores_by_hand() -> None:
    scores = score_rankings({"q": ["x", "b", "a"]}, {"q": {"a": 2, "b": 1, "c": 0}})
    ideal = 2 + 1 / math.log2(3)
    assert scores.ndcg_10 == pytest.approx((1 / math.log2(3) + 2 / 2) / ideal)
    assert scores.mrr_10 == 0.5
    assert scores.recall_5 == 1
    nothing = score_rankings({"q": ["x"] * 10 + ["a"]}, {"q": {"a": 1}})
    assert (nothing.ndcg_10, nothing.mrr_10, nothing.recall_10, nothing.recall_100) == (0, 0, 0, 1)


def test_a_tiny_set(folder: Path, encoder: SentenceTransformerEncoder) -> None:
    report = score_beir(folder, encoder).as_json()
    assert report["fused"]["ndcg@10"] == report["dense"]["mrr@10"] == 1
    assert (report["passages"], report["queries"]) == (3, 2)
    assert set(report["lexical"]) == {"ndcg@10", "mrr@10", "recall@5", "recall@10", "recall@100"}


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("corpus.jsonl", "{", "line 1: not JSON"),
        ("corpus.jsonl", "", "no documents"),
        ("queries.jsonl", '{"id": 1}', "no `_id`"),
        ("qrels.tsv", "1\ta\n", "line 1"),
        ("qrels.tsv", "7\ta\t1\n", "no query"),
    ],
)
def test_what_cannot_be_read_is_named(
    folder: Path, encoder: SentenceTransformerEncoder, name: str, content: str, says: str
) -> None:
    (folder / name).write_text(content)
    with pytest.raises(BeirError, match=says):
        score_beir(folder, encoder)
    with pytest.raises(BeirError, match="cannot read"):
        read_beir(folder / "nowhere")


@pytest.mark.skipif(not MED.is_dir(), reason="public set ../shared/data/med1033 is not here")
def test_a_public_set_is_read_whole() -> None:
    beir = read_beir(MED)
    assert (len(beir.documents), len(beir.queries)) == (1033, 30)
    assert sum(map(len, beir.judgements.values())) == 696
