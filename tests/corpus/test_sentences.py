"""Splitting paragraphs into sentences."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.canonical import clean
from corpus.sentences import split_sentences


@pytest.mark.parametrize(
    "sentences",
    [
        ["A fever is 38.0 C or above.", "Ring the unit."],
        ["Together by St. Jude says so.", "Dr. Who agrees."],
        ["Is it safe?", "Yes, it is!", "Ask your team."],
        ['She said "Stop. Wait." and left.', "Then she came back."],
        ["Some foods (e.g. Brie) are out.", "Ask first."],
        ["CAR-T is used in the U.S. Kymriah is one product."],
        ["Emily J. Smith wrote it.", "It is short."],
        ["This is vitamin K.", "Your team gives it."],
        ["See No. 5 on the list.", "No.", "Do not."],
        ["It took 28 days.", "3 children had it."],
        ["Ring 999.", "“Is she breathing?” they ask."],
        ["It stays (this is rare. It is very rare) for weeks.", "Then it goes."],
        ["The girl’s father said “she is well.”", "He smiled."],
        ["Wait… Then ring."],
        ["No end here"],
    ],
)
def test_splits(sentences: list[str]) -> None:
    text = " ".join(sentences)
    found = [text[start:end] for start, end in split_sentences(text)]
    expected = ["Wait…", "Then ring."] if sentences == ["Wait… Then ring."] else sentences
    assert found == expected


@given(st.text(st.sampled_from("aB1.?!\"'()“”… -:"), max_size=80))
def test_sentences_hold_every_character(raw: str) -> None:
    text = clean(raw)
    spans = split_sentences(text)
    assert all(start < end for start, end in spans)
    assert all(first[1] <= second[0] for first, second in pairwise(spans))
    assert "".join(text[s:e] for s, e in spans).replace(" ", "") == text.replace(" ", "")
    assert all(text[s:e] == text[s:e].strip() for s, e in spans)
