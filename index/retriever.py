"""Search: a question in, passages out, each with every score that a decision may rest on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from corpus.model import GlossaryTerm
from index.dense import DenseIndex, Scores, best_per_owner
from index.encoder import Encoder
from index.fusion import dense_evidence, fuse, top
from index.lexical import LexicalIndex
from index.passages import Passage, PassageStatement
from index.synonyms import Synonyms

if TYPE_CHECKING:
    from index.langchain_retriever import PassageRetriever

# About what lexical evidence weighs: a passage for another country still wins where only it fits.
_OTHER_REGION = 0.17


@dataclass(frozen=True, slots=True)
class ScoredStatement:
    """A statement of a hit and its cosine with the query."""

    statement: PassageStatement
    cosine: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a query.

    `score` is fused and ranks hits of one query only. The cosines compare across queries: of the
    whole passage, of its heading, and of the best of heading and statements; each is the higher of
    the query as asked and as rewritten in the glossary's main names. `bm25` is raw.
    """

    passage: Passage
    score: float
    cosine: float
    heading_cosine: float
    best_cosine: float
    bm25: float
    statements: tuple[ScoredStatement, ...]


@dataclass(frozen=True, slots=True)
class _Evidence:
    """Scores of one query: per unit, and per passage."""

    units: Scores
    whole: Scores
    best: Scores
    bm25: Scores


class Index:
    """An opened index, in memory. Safe to search from several threads.

    Args:
        version: the index version its manifest names.
        passages: in the order of the rows of `sections`.
        encoder: the model the vectors were made with.
        sections: one vector a passage.
        units: one vector for each heading and statement, in the order of `Passage.unit_texts`.
        lexical: BM25 over the passages.
        glossary: whose synonyms widen the lexical query.
    """

    def __init__(
        self,
        *,
        version: str,
        passages: Sequence[Passage],
        encoder: Encoder,
        sections: DenseIndex,
        units: DenseIndex,
        lexical: LexicalIndex,
        glossary: Iterable[GlossaryTerm] = (),
    ) -> None:
        self.version = version
        self.passages = tuple(passages)
        self.encoder = encoder
        self._sections = sections
        self._units = units
        self._lexical = lexical
        self._synonyms = Synonyms(glossary)
        counts = [1 + len(passage.statements) for passage in self.passages]
        self._owners = np.repeat(np.arange(len(counts)), counts)
        self._first_unit = np.concatenate(([0], np.cumsum(counts)))[: len(counts)]

    def search(self, query: str, k: int = 5, region: str | None = None) -> list[Hit]:
        """The passages that answer a question best.

        Args:
            query: one stand-alone question.
            k: how many at most.
            region: where the family is; passages that hold only elsewhere rank lower.

        Returns:
            Hits, best first. Nothing is cut off by score: that is the caller's decision.
        """
        if not query.strip() or k < 1 or not self.passages:
            return []
        evidence = self._evidence(query)
        fused = fuse(dense_evidence(evidence.whole, evidence.best), evidence.bm25)
        ranked = fused - self._region_penalty(region)
        return [self._hit(i, float(ranked[i]), evidence) for i in top(ranked, k)]

    def as_retriever(self, k: int = 5, region: str | None = None) -> PassageRetriever:
        """This index as a LangChain retriever."""
        from index.langchain_retriever import PassageRetriever

        return PassageRetriever(index=self, k=k, region=region)

    def _evidence(self, query: str) -> _Evidence:
        rewritten = self._synonyms.rewritten(query)
        vectors = self.encoder.encode_queries([query, rewritten] if rewritten else [query])
        units = np.max([self._units.scores(vector) for vector in vectors], axis=0)
        whole = np.max([self._sections.scores(vector) for vector in vectors], axis=0)
        best = best_per_owner(units, self._owners, len(self.passages))
        bm25 = self._lexical.expanded_scores(query, self._synonyms)
        return _Evidence(units, whole, best, bm25)

    def _region_penalty(self, region: str | None) -> Scores:
        if region is None:
            return np.zeros(len(self.passages), dtype=np.float32)
        elsewhere = [bool(p.regions) and region not in p.regions for p in self.passages]
        return np.asarray(elsewhere, dtype=np.float32) * np.float32(_OTHER_REGION)

    def _hit(self, position: int, score: float, evidence: _Evidence) -> Hit:
        passage = self.passages[position]
        first = int(self._first_unit[position])
        cosines = evidence.units[first : first + 1 + len(passage.statements)].tolist()
        scored = zip(passage.statements, cosines[1:], strict=True)
        return Hit(
            passage=passage,
            score=score,
            cosine=float(evidence.whole[position]),
            heading_cosine=cosines[0],
            best_cosine=float(evidence.best[position]),
            bm25=float(evidence.bm25[position]),
            statements=tuple(ScoredStatement(statement, cosine) for statement, cosine in scored),
        )
