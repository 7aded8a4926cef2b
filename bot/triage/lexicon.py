"""Word lists that cut a message into words and clauses: packaged data, read once."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from bot.triage.data import Strict, load_data


class Lexicon(Strict):
    """The whole of `text.yaml`."""

    spelled_out: dict[str, str]
    suffixes: dict[str, str]
    pronouns: frozenset[str]
    emoji: dict[str, str]
    clause_words: frozenset[str]
    subjects: frozenset[str]
    verb_starts: frozenset[str]
    finite: frozenset[str]
    restarts: frozenset[str]
    leads_on: frozenset[str]
    supposes: frozenset[str]


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The packaged lexicon.

    Raises:
        RulesError: the file cannot be read; nothing may start without it.
    """
    return load_data(Lexicon, Path(__file__).with_name("text.yaml"))
