"""The glossary's other words for what a family wrote: "a fit" is a seizure, "Calpol" paracetamol."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from corpus.model import GlossaryTerm
from index.words import Word, words_of


@dataclass(frozen=True, slots=True)
class _Family:
    """Names of one thing; `main` is the glossary's own, the others are its synonyms."""

    main: str
    names: tuple[tuple[Word, ...], ...]


@dataclass(frozen=True, slots=True)
class _Match:
    """A family named in a query, from character `start` to `end`; `is_main` if by its main name as is."""

    family: _Family
    start: int
    end: int
    is_main: bool


class Synonyms:
    """Families of words for one thing.

    Names are compared by stem, so "CART" and "CAR T" name the same; only the glossary's own spelling
    (with any ending) counts as the main name.

    Args:
        glossary: each term with its synonyms is a family.
    """

    def __init__(self, glossary: Iterable[GlossaryTerm]) -> None:
        self._families = tuple(
            _Family(term.term, tuple(tuple(words_of(name)) for name in (term.term, *term.synonyms)))
            for term in glossary
        )

    def extra_terms(self, query: str) -> list[str]:
        """Stems of other names for what a query names, except those the query holds itself."""
        written = {word.stem for word in words_of(query)}
        return list(
            dict.fromkeys(
                word.stem
                for match in self._matches(query)
                for name in match.family.names
                for word in name
                if word.stem not in written and not word.common
            )
        )

    def rewritten(self, query: str) -> str | None:
        """The query with synonyms replaced by the main name; None if it holds none.

        An encoder that never learnt "CRS" or "Calpol" knows what they stand for.
        """
        text = query
        for match in reversed(self._matches(query)):
            if not match.is_main:
                text = text[: match.start] + match.family.main + text[match.end :]
        return None if text == query else text

    def _matches(self, query: str) -> list[_Match]:
        """Families the query names, in order of place; where names overlap, the longest."""
        words = words_of(query)
        chosen: list[_Match] = []
        found = (match for family in self._families for match in _matches_of(family, words, query))
        for match in sorted(found, key=lambda m: (m.start - m.end, m.start)):
            if all(match.end <= other.start or other.end <= match.start for other in chosen):
                chosen.append(match)
        return sorted(chosen, key=lambda m: m.start)


def _matches_of(family: _Family, words: Sequence[Word], query: str) -> Iterator[_Match]:
    for name in family.names:
        stems = [word.stem for word in name]
        for i in range(len(words) - len(stems) + 1):
            if stems and [word.stem for word in words[i : i + len(stems)]] == stems:
                start, end = words[i].start, words[i + len(stems) - 1].end
                is_main = query[start:end].casefold().startswith(family.main.casefold())
                yield _Match(family, start, end, is_main)
