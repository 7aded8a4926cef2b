"""The word list is the wordfreq package's own."""

from __future__ import annotations

import wordfreq

from bot.triage.common_words import common_words


def test_the_list_is_the_packages() -> None:
    assert list(common_words(12_000)) == wordfreq.top_n_list("en", 12_000, wordlist="small")
