"""How well what was found answers what was asked: measured features and a calibrated model of them."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from corpus.model import GlossaryTerm
from index.passages import Passage
from index.retriever import Hit
from index.words import terms_of


@dataclass(frozen=True)
class Evidence:
    """Features of the best hit of a query.

    `best`, `whole` and `heading` are cosines (best single sentence or heading, whole section, heading);
    `coverage` the share, by rarity, of the question's words that the section holds (0..1);
    `margin` how far the fused score stands above the next section's (0..1).
    """

    best: float = 0.0
    whole: float = 0.0
    heading: float = 0.0
    coverage: float = 0.0
    margin: float = 0.0


class Model(BaseModel):
    """Weights of a logistic model over `Evidence`, and the lines drawn on its probability.

    At `line` a question is answered; below `off_topic` it is about something else; from
    `care_team_line` general facts may follow "one for your team"; from `certain` a question is answered
    although it holds a word that usually means another subject.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    bias: float
    best: float
    whole: float
    heading: float
    coverage: float
    margin: float
    line: float
    off_topic: float
    care_team_line: float = 0.75
    certain: float = 0.9

    def probability(self, evidence: Evidence) -> float:
        """That the section found answers the question: 0..1."""
        total = self.bias + sum(
            weight * value
            for weight, value in (
                (self.best, evidence.best),
                (self.whole, evidence.whole),
                (self.heading, evidence.heading),
                (self.coverage, evidence.coverage),
                (self.margin, evidence.margin),
            )
        )
        return 1.0 / (1.0 + math.exp(-max(-50.0, min(50.0, total))))


class Topics:
    """What the corpus is about: how much each of its words tells, and what else things are called."""

    def __init__(self, passages: Sequence[Passage], glossary: Iterable[GlossaryTerm]) -> None:
        self._terms = {passage.id: frozenset(terms_of(passage.embedded_text)) for passage in passages}
        counts = Counter(term for terms in self._terms.values() for term in terms)
        size = len(passages)
        self._weights = {term: math.log(1 + size / count) for term, count in counts.items()}
        self._unknown = math.log(1 + size)
        terms = tuple(glossary)
        self._families = [[tuple(terms_of(name)) for name in (term.term, *term.synonyms)] for term in terms]
        names = sorted({n for term in terms for n in (term.term, *term.synonyms)}, key=lambda n: -len(n))
        self._named = re.compile(r"\b(?:" + "|".join(map(re.escape, names)) + r")\b", re.IGNORECASE)

    def named_in(self, text: str) -> tuple[str, ...]:
        """Things of the glossary that a text names, as written there, in order, each once."""
        found = dict.fromkeys(match.group(0) for match in self._named.finditer(text))
        # The treatment is what every question is about; "it" means something more particular if there is one.
        general = [name for name in found if terms_of(name)[:1] == ["cart"]]
        return tuple(general + [name for name in found if name not in general])

    def evidence(self, query: str, hits: Sequence[Hit]) -> Evidence:
        """Features of the first hit."""
        if not hits:
            return Evidence()
        first = hits[0]
        other = next((h for h in hits[1:] if h.passage.slug != first.passage.slug), None)
        return Evidence(
            best=first.best_cosine,
            whole=first.cosine,
            heading=first.heading_cosine,
            coverage=self.coverage(query, first.passage),
            margin=first.score - other.score if other else first.score,
        )

    def coverage(self, query: str, passage: Passage) -> float:
        """Share, by rarity, of the query's words that the passage holds, synonyms counted: 0..1."""
        held = self._terms.get(passage.id, frozenset())
        asked = dict.fromkeys(terms_of(query))
        if not asked:
            return 0.0
        met = self._met_by_synonym(tuple(asked), held)
        total = sum(self._weight(term) for term in asked)
        return sum(self._weight(term) for term in asked if term in held or term in met) / total

    def _met_by_synonym(self, asked: tuple[str, ...], held: frozenset[str]) -> set[str]:
        """Words of names in the query whose other names the passage uses."""
        met: set[str] = set()
        for names in self._families:
            said = [name for name in names if name and _contains(asked, name)]
            if said and any(held.issuperset(name) for name in names if name):
                met.update(term for name in said for term in name)
        return met

    def _weight(self, term: str) -> float:
        return self._weights.get(term, self._unknown)


def _contains(terms: tuple[str, ...], name: tuple[str, ...]) -> bool:
    return any(terms[i : i + len(name)] == name for i in range(len(terms) - len(name) + 1))
