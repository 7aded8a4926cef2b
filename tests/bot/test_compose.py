"""Sentences are chosen whole, in order and once; what is not in the corpus is not said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.compose.extractive import MOST_SENTENCES, Chosen, choose, related
from bot.compose.verify import cited, is_located, located
from bot.library import Library, Opened
from corpus.model import StatementKind
from tests.bot.library_fixture import Shelf

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def opened(shelf: Shelf) -> Opened:
    return Library(shelf.settings).open()


@pytest.fixture(scope="module")
def chosen(opened: Opened) -> tuple[Chosen, ...]:
    query = "What are the signs of CRS?"
    return choose(query, opened.search(query, 8, None), opened.corpus)


def test_the_first_sentence_answers_the_heading(chosen: tuple[Chosen, ...]) -> None:
    first = chosen[0]
    assert (first.start, first.end) == (first.section.statements[0].start, first.section.statements[0].end)


def test_two_to_six_in_the_order_of_the_document(chosen: tuple[Chosen, ...]) -> None:
    assert 2 <= len(chosen) <= MOST_SENTENCES
    by_section: dict[str, list[int]] = {}
    for sentence in chosen:
        by_section.setdefault(sentence.section.slug, []).append(sentence.start)
    assert all(starts == sorted(set(starts)) for starts in by_section.values())


def test_an_item_stands_with_its_lead_in(opened: Opened) -> None:
    query = "When should I ring the unit's 24-hour line?"
    sentences = choose(query, opened.search(query, 8, None), opened.corpus)
    items = [sentence for sentence in sentences if sentence.kind is StatementKind.ITEM]
    assert items
    starts = {sentence.start for sentence in sentences}
    for item in items:
        statement = next(s for s in item.section.statements if s.start == item.start)
        assert statement.lead_in is not None
        assert item.section.statements[statement.lead_in].start in starts


def test_nothing_found_is_nothing_chosen(opened: Opened) -> None:
    assert choose("anything", (), opened.corpus) == ()


def test_related_sections_are_others(opened: Opened, chosen: tuple[Chosen, ...]) -> None:
    hits = opened.search("What are the signs of CRS?", 8, None)
    quoted = {(sentence.document, sentence.section.slug) for sentence in chosen}
    assert not quoted & {(hit.passage.document, hit.passage.slug) for hit in related(hits, chosen)}


def test_what_is_chosen_is_located_and_cited(opened: Opened, chosen: tuple[Chosen, ...]) -> None:
    assert located(chosen, opened.corpus) == chosen
    sentences, citations = cited(chosen, opened.corpus, 4)
    assert [citation.number for citation in citations] == list(range(4, 4 + len(chosen)))
    for sentence, citation in zip(sentences, citations, strict=True):
        assert opened.corpus.document(citation.document).text[citation.start : citation.end] == sentence.text


@pytest.mark.parametrize(
    "change",
    [
        {"quote": "CRS is harmless."},
        {"version": "sha256:0"},
        {"document": "no-such-document"},
        {"quote": ""},
    ],
)
def test_what_is_not_there_is_not_said(
    opened: Opened, chosen: tuple[Chosen, ...], change: dict[str, str]
) -> None:
    assert not is_located(replace(chosen[0], **change), opened.corpus)  # type: ignore[arg-type]


def test_part_of_a_sentence_is_not_said(opened: Opened, chosen: tuple[Chosen, ...]) -> None:
    first = chosen[0]
    cut = replace(first, start=first.start + 5, quote=first.quote[5:])
    assert opened.corpus.document(cut.document).text[cut.start : cut.end] == cut.quote
    assert not is_located(cut, opened.corpus)
