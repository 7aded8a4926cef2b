"""What the corpus is about: how much each of its words tells, and what else things are called."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from bot.evidence import Evidence, evidence_of
from corpus.model import GlossaryTerm
from index.encoder import Encoder, Vectors
from index.passages import Passage
from index.retriever import Hit
from index.words import terms_of, words_of

_CAR_T = re.compile(r"\bcar[\s\-‐‑–]?t\b(?![\w-])", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{5,}")
# How often a word occurs, as a power of ten in a billion words. A common one is no misspelling; a rare one
# is if it is nearly a word of the corpus; one that English does not know may differ more.
_COMMON_ZIPF, _KNOWN_ZIPF = 3.0, 2.0
# Likeness of two spellings, of 100.
_SPELT_NEARLY, _SPELT_ALIKE = 92.0, 80.0
_INITIALS = re.compile(r"[A-Z]{2,5}")
_WORDS_KEPT = 20_000


class Topics:
    """Words of a corpus. Made once for an opened index.

    Args:
        passages: of the index.
        glossary: names of things and their synonyms.
        encoder: the index's own; tells whether two words mean nearly the same.
    """

    def __init__(
        self, passages: Sequence[Passage], glossary: Iterable[GlossaryTerm], encoder: Encoder
    ) -> None:
        self._words = {passage.id: _content(passage.embedded_text) for passage in passages}
        counts = Counter(stem for words in self._words.values() for stem in words)
        self._weights = {stem: math.log(1 + len(passages) / count) for stem, count in counts.items()}
        self._unknown = math.log(1 + len(passages))
        terms = tuple(glossary)
        self._families = [[tuple(terms_of(n)) for n in (t.term, *t.synonyms)] for t in terms]
        names = sorted({n for t in terms for n in (t.term, *t.synonyms)}, key=lambda name: -len(name))
        self._named = re.compile(rf"\b(?:{'|'.join(map(re.escape, names))})\b", re.IGNORECASE)
        self._spellings = sorted(
            {word for words in self._words.values() for word in words.values() if len(word) > 4}
            | {word.casefold() for name in names for word in _WORD.findall(name)}
        )
        self._short_forms = _short_forms(terms)
        self._encoder = encoder
        self._vectors: dict[str, Vectors] = {}

    def named_in(self, text: str) -> tuple[str, ...]:
        """Things of the glossary that a text names, as written there, in order, each once."""
        found = dict.fromkeys(match.group(0) for match in self._named.finditer(text))
        # The treatment is what every question is about; "it" means something more particular if there is one.
        general = [name for name in found if terms_of(name)[:1] == ["cart"]]
        return tuple(general + [name for name in found if name not in general])

    def spelt(self, text: str) -> str:
        """A question with misspelt words of the corpus put right; other English words stay."""
        text = _CAR_T.sub("CAR-T", text)
        return _WORD.sub(lambda match: self._spelling(match.group(0)), text)

    def short_form(self, text: str) -> str | None:
        """A question with long names as the letters headings use ("CRS"); None if it has no such name."""
        short = text
        for long, letters in self._short_forms:
            short = long.sub(letters, short)
        return None if short == text else short

    def evidence(self, query: str, hit: Hit) -> Evidence:
        """Features of a hit for a query."""
        asked = _content(query)
        held = self._words.get(hit.passage.id, {})
        certain = self._met_by_synonym(tuple(terms_of(query)), held)
        met = [
            1.0 if stem in held or stem in certain else self._likeness(word, held)
            for stem, word in asked.items()
        ]
        rarities = [self._weights.get(stem, self._unknown) for stem in asked]
        return evidence_of(hit, met, rarities, bool(self.named_in(query)))

    def _spelling(self, word: str) -> str:
        from rapidfuzz import fuzz, process
        from wordfreq import zipf_frequency

        lower = word.casefold()
        if terms_of(lower) and terms_of(lower)[0] in self._weights:
            return word
        frequency = zipf_frequency(lower, "en")
        if frequency >= _COMMON_ZIPF:
            return word
        alike = _SPELT_ALIKE if frequency < _KNOWN_ZIPF else _SPELT_NEARLY
        found = process.extractOne(lower, self._spellings, scorer=fuzz.ratio, score_cutoff=alike)
        return str(found[0]) if found else word

    def _met_by_synonym(self, asked: tuple[str, ...], held: Mapping[str, str]) -> set[str]:
        """Words of names in the query whose other names the passage uses."""
        met: set[str] = set()
        for names in self._families:
            said = [name for name in names if name and _contains(asked, name)]
            if said and any(all(stem in held for stem in name) for name in names if name):
                met.update(stem for name in said for stem in name)
        return met

    def _likeness(self, word: str, held: Mapping[str, str]) -> float:
        """Cosine of a word with the likest word of a passage: 0..1."""
        if not held:
            return 0.0
        vectors = self._embed([word, *held.values()])
        return max(0.0, max(float(vectors[word] @ vectors[other]) for other in held.values()))

    def _embed(self, words: Sequence[str]) -> Mapping[str, Vectors]:
        """Vectors of words, each made once. Words of families are dropped when there are too many."""
        # Never changed in place: another thread may be reading it.
        known = self._vectors if len(self._vectors) < _WORDS_KEPT else {}
        missing = [word for word in dict.fromkeys(words) if word not in known]
        if missing:
            known = {**known, **dict(zip(missing, self._encoder.encode_queries(missing), strict=True))}
            self._vectors = known
        return known


def _short_forms(terms: Iterable[GlossaryTerm]) -> list[tuple[re.Pattern[str], str]]:
    """For each name that has initials for a synonym: the name, and those."""
    forms = []
    for term in terms:
        letters = next((name for name in term.synonyms if _INITIALS.fullmatch(name)), None)
        if letters:
            forms.append((re.compile(rf"\b{re.escape(term.term)}\b", re.IGNORECASE), letters))
    return forms


def _content(text: str) -> dict[str, str]:
    """Content words of a text by their stems, each once."""
    return {w.stem: text[w.start : w.end].casefold() for w in words_of(text) if not w.common}


def _contains(terms: tuple[str, ...], name: tuple[str, ...]) -> bool:
    return any(terms[i : i + len(name)] == name for i in range(len(terms) - len(name) + 1))
