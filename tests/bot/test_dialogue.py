"""Conversations become questions that stand alone."""

from __future__ import annotations

import re

import pytest

from bot.dialogue import MOST_PARTS, Dialogue, Question
from bot.reply import Region

NAMES = re.compile(r"\b(CRS|ICANS|tocilizumab|steroids|IVIG)\b", re.IGNORECASE)


def topics_in(text: str) -> list[str]:
    return list(dict.fromkeys(NAMES.findall(text)))


@pytest.fixture(scope="module")
def dialogue() -> Dialogue:
    return Dialogue.load()


def asked(dialogue: Dialogue, *messages: str) -> tuple[Question, ...]:
    return dialogue.resolve(messages, topics_in)


@pytest.mark.parametrize(
    ("message", "talk"),
    [
        ("Hi there!", "greeting"),
        ("good evening", "greeting"),
        ("thank you so much", "thanks"),
        ("ok thank you thats really helpful", "thanks"),
        ("bye for now", "goodbye"),
        ("Who are you?", "who"),
        ("are you a real doctor?", "who"),
        ("is this chat private?", "private"),
        ("ok", "acknowledged"),
    ],
)
def test_small_talk(dialogue: Dialogue, message: str, talk: str) -> None:
    assert [question.talk for question in asked(dialogue, message)] == [talk]


@pytest.mark.parametrize("message", ["hello what is CRS", "Thanks! What is CRS?", "hi. please, what is CRS?"])
def test_small_talk_does_not_hide_a_question(dialogue: Dialogue, message: str) -> None:
    [question] = asked(dialogue, message)
    assert question.talk is None
    assert question.searches[0].rstrip("?") == "what is CRS" or "What is CRS" in question.searches[0]


def test_one_question_stays_one(dialogue: Dialogue) -> None:
    text = "Which medicine calms cytokine release syndrome and how?"
    assert [question.searches for question in asked(dialogue, text)] == [(text,)]


def test_several_questions_are_parts(dialogue: Dialogue) -> None:
    parts = asked(dialogue, "What is CRS and how long does it last? Can we keep our cat?")
    assert [part.text for part in parts] == ["What is CRS", "how long does it last?", "Can we keep our cat?"]
    assert parts[1].searches[0] == "how long does CRS last?"


def test_there_is_an_end_to_parts(dialogue: Dialogue) -> None:
    assert len(asked(dialogue, "What is CRS? " * 40)) == MOST_PARTS


@pytest.mark.parametrize(
    ("earlier", "later", "search"),
    [
        ("What is ICANS?", "how long does it last", "how long does ICANS last"),
        ("What are CRS and ICANS?", "what about the second one?", "What is ICANS?"),
        ("How is CRS treated?", "what about ICANS", "How is ICANS treated?"),
        ("how do they treat ICANS", "oops typo, i meant CRS", "how do they treat CRS"),
        ("How is CRS treated?", "can we keep our cat", "can we keep our cat"),
    ],
)
def test_follow_ups(dialogue: Dialogue, earlier: str, later: str, search: str) -> None:
    [question] = asked(dialogue, earlier, later)
    assert question.searches[0] == search


@pytest.mark.parametrize("later", ["and in America?", "we're in the US", "what about the US?", "In the USA?"])
def test_another_country(dialogue: Dialogue, later: str) -> None:
    [question] = asked(dialogue, "How long must we stay near the hospital in the UK?", later)
    assert question.region is Region.US
    assert "stay near the hospital" in question.searches[0]
    assert "UK" not in question.searches[0]


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("What help is there in Northern Ireland?", Region.UK),
        ("What help is there in Ireland?", Region.IE),
        ("Can you tell us about CRS?", None),
        ("Is it in the blood?", None),
    ],
)
def test_a_named_country(dialogue: Dialogue, text: str, region: Region | None) -> None:
    assert asked(dialogue, text)[0].region is region


def test_it_may_stand_for_nothing(dialogue: Dialogue) -> None:
    [question] = asked(dialogue, "What is CRS?", "is it normal to feel frightened?")
    assert question.searches[0] == "is it normal to feel frightened?"


def test_what_is_told_is_context(dialogue: Dialogue) -> None:
    [question] = asked(dialogue, "She has CRS. How long does it last?")
    assert question.searches[0] == "How long does CRS last?"
