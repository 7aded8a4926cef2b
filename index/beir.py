"""Scoring the searchers on a folder in BEIR's format, whole and part by part.

Such sets have no headings or statements, so a passage is a title and a text, and its finer evidence
is its best window of three sentences.
"""

from __future__ import annotations

import json
import math
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from corpus.canonical import clean
from corpus.sentences import split_sentences
from index.dense import DenseIndex, Scores, best_per_owner
from index.encoder import Encoder, Vectors
from index.errors import BeirError
from index.fusion import dense_evidence, fuse, top
from index.lexical import LexicalIndex
from index.words import terms_of

WINDOW = 3
_STEP = 2
_BATCH = 64
_LOWER_CASE_SENTENCE = re.compile(r"\S.*?(?:[.!?](?=\s)|$)")
_DEPTH = 100
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class BeirSet:
    """Documents as (id, title, text), queries by id, and the relevance of documents to queries."""

    documents: tuple[tuple[str, str, str], ...]
    queries: Mapping[str, str]
    judgements: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class RankingScores:
    """Means over the queries that have a relevant document."""

    ndcg_10: float
    mrr_10: float
    recall_5: float
    recall_10: float
    recall_100: float

    def as_json(self) -> dict[str, float]:
        """The machine contract's names."""
        return {
            "ndcg@10": self.ndcg_10,
            "mrr@10": self.mrr_10,
            "recall@5": self.recall_5,
            "recall@10": self.recall_10,
            "recall@100": self.recall_100,
        }


@dataclass(frozen=True, slots=True)
class BeirReport:
    """Scores per searcher, indexing speed, and the time of one fused query in milliseconds."""

    dense: RankingScores
    lexical: RankingScores
    fused: RankingScores
    passages_per_s: float
    query_ms_p50: float
    query_ms_p95: float
    passages: int
    queries: int

    def as_json(self) -> dict[str, Any]:
        """The object `nightlamp eval retrieval --json` prints."""
        return {
            "dense": self.dense.as_json(),
            "lexical": self.lexical.as_json(),
            "fused": self.fused.as_json(),
            "passages_per_s": self.passages_per_s,
            "query_ms_p50": self.query_ms_p50,
            "query_ms_p95": self.query_ms_p95,
            "passages": self.passages,
            "queries": self.queries,
        }


def score_beir(folder: Path, encoder: Encoder, progress: Progress | None = None) -> BeirReport:
    """Index a BEIR folder in memory, run its queries and score the rankings.

    Args:
        folder: holds `corpus.jsonl`, `queries.jsonl` and `qrels.tsv` (or `qrels/test.tsv`).
        encoder: the embedding model.
        progress: called with (texts embedded, texts to embed).

    Raises:
        BeirError: a file is missing or a line cannot be read.
    """
    beir = read_beir(folder)
    started = time.perf_counter()
    searcher = _Searcher(beir.documents, encoder, progress)
    seconds = time.perf_counter() - started
    asked = [query for query in beir.judgements if query in beir.queries]
    if not asked:
        raise BeirError(f"no query of {folder} has a judgement. Check the ids in qrels.tsv")
    encoder.encode_queries([beir.queries[asked[0]]])
    rankings: dict[str, dict[str, list[str]]] = {"dense": {}, "lexical": {}, "fused": {}}
    times: list[float] = []
    for query in asked:
        began = time.perf_counter()
        found = searcher.search(beir.queries[query])
        times.append((time.perf_counter() - began) * 1000)
        for name, scores in found.items():
            rankings[name][query] = [beir.documents[i][0] for i in top(scores, _DEPTH)]
    scored = {name: score_rankings(ranked, beir.judgements) for name, ranked in rankings.items()}
    return BeirReport(
        dense=scored["dense"],
        lexical=scored["lexical"],
        fused=scored["fused"],
        passages_per_s=len(beir.documents) / seconds,
        query_ms_p50=float(np.percentile(times, 50)),
        query_ms_p95=float(np.percentile(times, 95)),
        passages=len(beir.documents),
        queries=len(asked),
    )


class _Searcher:
    """The retriever's evidence and fusion over texts that have no sections."""

    def __init__(
        self, documents: Sequence[tuple[str, str, str]], encoder: Encoder, progress: Progress | None
    ) -> None:
        self._encoder = encoder
        texts = [f"{title}\n{text}".strip() for _, title, text in documents]
        # Without its title a window of an abstract rarely says what it is about.
        windows = [[f"{title}\n{w}".strip() for w in _windows(text)] for _, title, text in documents]
        flat = [window for group in windows for window in group]
        vectors = _embed(texts + flat, encoder, progress)
        self._whole = DenseIndex.of(vectors[: len(texts)])
        self._windows = DenseIndex.of(vectors[len(texts) :])
        self._owners = np.repeat(np.arange(len(texts)), [len(group) for group in windows])
        self._lexical = LexicalIndex.of(texts)

    def search(self, query: str) -> dict[str, Scores]:
        """Scores of every document, by searcher."""
        vector = self._encoder.encode_queries([query])[0]
        whole = self._whole.scores(vector)
        best = best_per_owner(self._windows.scores(vector), self._owners, len(whole))
        dense = dense_evidence(whole, best)
        lexical = self._lexical.scores(terms_of(query))
        return {"dense": dense, "lexical": lexical, "fused": fuse(dense, lexical)}


def _windows(text: str) -> list[str]:
    """Every second window of three sentences, so that neighbours share one."""
    line = clean(text)
    spans = _sentences(line)
    if not spans:
        return [line]
    starts = range(0, max(len(spans) - WINDOW, 0) + _STEP, _STEP)
    return [line[spans[i][0] : spans[min(i + WINDOW, len(spans)) - 1][1]] for i in starts if i < len(spans)]


def _sentences(line: str) -> list[tuple[int, int]]:
    """Spans of sentences; where a set was stored without capitals, any full stop ends one."""
    if line != line.lower():
        return split_sentences(line)
    return [match.span() for match in _LOWER_CASE_SENTENCE.finditer(line)]


def _embed(texts: Sequence[str], encoder: Encoder, progress: Progress | None) -> Vectors:
    order = sorted(range(len(texts)), key=lambda i: -len(texts[i]))
    rows: dict[int, Vectors] = {}
    for start in range(0, len(order), _BATCH):
        batch = order[start : start + _BATCH]
        rows |= zip(batch, encoder.encode_passages([texts[i] for i in batch]), strict=True)
        if progress:
            progress(start + len(batch), len(order))
    return np.stack([rows[i] for i in range(len(texts))])


def score_rankings(
    rankings: Mapping[str, Sequence[str]], judgements: Mapping[str, Mapping[str, int]]
) -> RankingScores:
    """Mean ranking scores of queries, as trec_eval computes them (nDCG with linear gain)."""
    rows = [
        _score_one(ranking, judgements[query])
        for query, ranking in rankings.items()
        if any(grade > 0 for grade in judgements[query].values())
    ]
    return RankingScores(*(float(mean) for mean in np.mean(rows, axis=0)))


def _score_one(ranking: Sequence[str], judged: Mapping[str, int]) -> tuple[float, ...]:
    relevant = {document for document, grade in judged.items() if grade > 0}
    gains = [max(judged.get(document, 0), 0) for document in ranking[:10]]
    ideal = sorted((grade for grade in judged.values() if grade > 0), reverse=True)[:10]
    first = next((rank for rank, document in enumerate(ranking[:10], 1) if document in relevant), None)
    recalls = (len(relevant.intersection(ranking[:depth])) / len(relevant) for depth in (5, 10, 100))
    return _dcg(gains) / _dcg(ideal), 1 / first if first else 0.0, *recalls


def _dcg(gains: Sequence[int]) -> float:
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, 1))


def read_beir(folder: Path) -> BeirSet:
    """Read a folder in BEIR's format.

    Raises:
        BeirError: a file is missing, empty, or a line cannot be read; names file and line.
    """
    documents = tuple(
        (str(row["_id"]), str(row.get("title") or ""), str(row.get("text") or ""))
        for row in _rows(folder / "corpus.jsonl")
    )
    queries = {str(row["_id"]): str(row.get("text") or "") for row in _rows(folder / "queries.jsonl")}
    nested = folder / "qrels" / "test.tsv"
    judgements = _judgements(nested if nested.is_file() else folder / "qrels.tsv")
    if not documents:
        raise BeirError(f"{folder / 'corpus.jsonl'} has no documents. Give a folder in BEIR's format")
    return BeirSet(documents, queries, judgements)


def _lines(file: Path) -> Iterator[tuple[int, str]]:
    try:
        text = file.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise BeirError(f"cannot read {file}. Give a folder in BEIR's format") from None
    return ((number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip())


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    for number, line in _lines(file):
        try:
            row = json.loads(line)
        except json.JSONDecodeError:
            raise BeirError(f"{file}, line {number}: not JSON. Correct this line") from None
        if not isinstance(row, dict) or "_id" not in row:
            raise BeirError(f"{file}, line {number}: no `_id`. Correct this line")
        yield row


def _judgements(file: Path) -> dict[str, dict[str, int]]:
    judgements: dict[str, dict[str, int]] = {}
    for number, line in _lines(file):
        cells = line.rstrip("\r").split("\t")
        if number == 1 and cells[0] in {"query-id", "query_id"}:
            continue
        try:
            query, document, grade = cells
            judgements.setdefault(query, {})[document] = int(float(grade))
        except ValueError:
            raise BeirError(f"{file}, line {number}: not query, document, score. Correct it") from None
    return judgements
