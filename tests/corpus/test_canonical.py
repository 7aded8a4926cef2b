"""Canonical text and the spans in it."""

from __future__ import annotations

import hashlib
import string
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from corpus.canonical import clean
from corpus.errors import CorpusError, FormatError
from corpus.load import load_corpus, parse_document
from corpus.model import Document, StatementKind

BODY = """## What is a fever?
<!-- facts: 5.01 S39; region: uk ie -->

A fever is 38.0 C or above.
Ring the unit at once.

Ring for any of these:

- a fever
- shaking and
  shivering

## How do they differ?
<!-- facts: 1.01 -->

They differ.

| Feature | Chemotherapy | CAR-T |
|---|---|---|
| How it is given | Over months. | One drip |
| Cost | | High |
"""

TEXT = """What is a fever?

A fever is 38.0 C or above. Ring the unit at once.

Ring for any of these:

- a fever
- shaking and shivering

How do they differ?

They differ.

- How it is given. Chemotherapy: Over months. CAR-T: One drip.
- Cost. CAR-T: High."""


def check_spans(document: Document) -> None:
    """Every section and statement lies where it says, in order, and no text of a body is left out."""
    end = 0
    for section in document.sections:
        assert document.quote(section.heading_start, section.heading_end) == section.heading
        assert end <= section.heading_start < section.heading_end <= section.start <= section.end
        end = section.start
        body = document.quote(section.start, section.end)
        said = []
        for number, statement in enumerate(section.statements):
            assert end <= statement.start < statement.end <= section.end
            end = statement.end
            bullet = "" if statement.kind is StatementKind.SENTENCE else "- "
            assert document.quote(statement.start - len(bullet), statement.start) == bullet
            said.append(bullet + document.quote(statement.start, statement.end))
            assert statement.lead_in is None or 0 <= statement.lead_in < number
        assert "".join(said).replace(" ", "") == body.replace(" ", "").replace("\n", "")


def test_canonical_text_follows_the_format(explainer: Callable[..., str]) -> None:
    document = parse_document(explainer(BODY), "small.md")
    assert document.text == TEXT
    check_spans(document)
    first, second = document.sections
    assert (first.slug, first.facts, first.regions) == ("what-is-a-fever", ("5.01", "S39"), ("uk", "ie"))
    assert second.regions == ()
    kinds = [statement.kind.value for statement in first.statements]
    assert kinds == ["sentence", "sentence", "sentence", "item", "item"]
    assert [statement.lead_in for statement in first.statements] == [None, None, None, 2, 2]
    assert [statement.lead_in for statement in second.statements] == [None, None, None]


def test_version_is_the_hash_of_title_and_text(explainer: Callable[..., str]) -> None:
    document = parse_document(explainer(BODY), "small.md")
    digest = hashlib.sha256((document.title + document.text).encode()).hexdigest()
    assert document.version == f"sha256:{digest}"
    windows = parse_document(explainer(BODY).replace("\n", "\r\n"), "small.md")
    assert windows.version == document.version


@pytest.mark.parametrize(
    ("body", "line", "problem"),
    [
        ("Text first.\n", 16, "before the first heading"),
        ("# One?\n\nText.\n", 16, "'#'"),
        ("## One?\n\n### Two?\n", 18, "'###'"),
        ("## One?\n\n1. first\n", 18, "numbered list"),
        ("## One?\n\n> quote\n", 18, "block quotation"),
        ("## One?\n\n```\ncode\n```\n", 18, "code block"),
        ("## One?\n\n- a\n    - b\n", 19, "nested block"),
        ("## One?\n<!-- facts: 1.01\n\nText.\n", 17, "never closed"),
        ("## One?\n<!-- fact: 1.01 -->\n\nText.\n", 16, "'fact: 1.01'"),
        ("## One?\n<!-- facts: 1.01; region: fr -->\n\nText.\n", 16, "'fr'"),
        ("\n", 15, "no section"),
    ],
)
def test_what_the_format_lacks_is_an_error_with_its_line(
    explainer: Callable[..., str], body: str, line: int, problem: str
) -> None:
    with pytest.raises(FormatError, match=problem) as caught:
        parse_document(explainer(body), "small.md")
    assert caught.value.line == line
    assert "small.md" in str(caught.value)


def test_inline_markup_and_html_become_plain_text(explainer: Callable[..., str]) -> None:
    body = (
        "## Is *it* `safe`?\n\n**Yes** [it is](https://x.example). <b>A</b> & B <!-- no -->\n\n"
        "<script>x</script>\n"
    )
    document = parse_document(explainer(body), "small.md")
    assert document.text == "Is it safe?\n\nYes it is. <b>A</b> & B\n\n<script>x</script>"
    check_spans(document)


def test_invisible_characters_are_dropped() -> None:
    assert clean("a\u202eb\u200bc\x00d\ufeff \u2028 e\u00a0f") == "abcd e f"
    assert clean("cafe\u0301") == "caf\u00e9"


@given(st.text(max_size=200))
def test_cleaning_is_idempotent(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    once.encode()


hostile = st.text(
    st.one_of(
        st.sampled_from("#-|<>!*_`[]()\\&;:\n\n\t \"'.?1a"),
        st.characters(codec=None),
        st.sampled_from("\u202e\u200f\u2066\u200b\x00\x1b\x85\u2028"),
    ),
    max_size=200,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(hostile)
def test_hostile_bodies_give_sound_spans_or_a_typed_error(explainer: Callable[..., str], raw: str) -> None:
    try:
        document = parse_document(explainer("## One?\n\nYes.\n\n" + raw), "small.md")
    except CorpusError:
        return
    check_spans(document)
    document.text.encode()


word = st.text(string.ascii_lowercase, min_size=1, max_size=8)
sentence = st.lists(word, min_size=1, max_size=6).map(lambda words: " ".join(words).capitalize() + ".")
paragraph = st.lists(sentence, min_size=1, max_size=3).map(" ".join)
items = st.lists(sentence, min_size=1, max_size=4).map(lambda lines: "\n".join(f"- {x}" for x in lines))
section_body = st.lists(paragraph, min_size=1, max_size=3).flatmap(
    lambda ps: items.map(lambda listed: "\n\n".join([*ps, listed]))
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(section_body, min_size=1, max_size=3))
def test_canonical_text_is_its_own_canonical_text(explainer: Callable[..., str], bodies: list[str]) -> None:
    body = "\n\n".join(f"## Question {n}?\n\n{text}" for n, text in enumerate(bodies))
    document = parse_document(explainer(body), "small.md")
    check_spans(document)
    again = document.text
    for section in document.sections:
        again = again.replace(section.heading, f"## {section.heading}")
    assert parse_document(explainer(again), "small.md").text == document.text


def test_the_packaged_corpus_has_sound_spans() -> None:
    for document in load_corpus().documents:
        check_spans(document)
