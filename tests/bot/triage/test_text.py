"""Tokens keep their places in what was typed, whatever was typed."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.triage.text import clean, expand, parse


@given(st.text(max_size=300))
def test_every_token_points_into_the_original(text: str) -> None:
    parsed = parse(text)
    for token in parsed.tokens:
        assert 0 <= token.start < token.end <= len(text)
    starts = [token.start for token in parsed.tokens]
    assert starts == sorted(starts)


@given(st.text(max_size=300))
def test_cleaning_maps_every_character(text: str) -> None:
    cleaned, origin = clean(text)
    if origin is None:
        assert len(cleaned) == len(text)
    else:
        assert len(origin) == len(cleaned)
        assert all(0 <= place < len(text) for place in origin)


@given(st.text(alphabet="abcdefg '", max_size=60))
def test_sentences_and_clauses_only_grow(text: str) -> None:
    tokens = parse(text).tokens
    for one, two in pairwise(tokens):
        assert one.sentence <= two.sentence
        assert one.clause <= two.clause


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("can't", ["can", "not"]),
        ("cant", ["can", "not"]),
        ("didnt", ["did", "not"]),
        ("he's", ["he", "is"]),
        ("isn't", ["is", "not"]),
        ("Amelia's".lower(), ["amelia"]),
    ],
)
def test_contractions(typed: str, words: list[str]) -> None:
    assert expand(typed) == words


@pytest.mark.parametrize(
    "hidden", ["sei\u200bzure", "\u202eseizure\u202c", "ｓｅｉｚｕｒｅ", "séizure", "SEIZURE"]
)
def test_marks_and_widths_hide_nothing(hidden: str) -> None:
    assert [token.word for token in parse(hidden).tokens] == ["seizure"]


def test_a_list_stays_one_clause_and_a_new_statement_opens_one() -> None:
    listed = parse("no fever, cough or rash").tokens
    assert len({token.clause for token in listed}) == 1
    stated = parse("no fever, he can't breathe").tokens
    assert len({token.clause for token in stated}) == 2
