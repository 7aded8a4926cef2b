"""A message is heard at once and answered afterwards, from what the server itself remembers."""

from __future__ import annotations

import pytest

from bot.reply import Place, Region, Reply, Status
from bot.web.conversation import Conversations
from bot.web.sessions import Notice, SessionStore, Turn, Where
from tests.bot.web.replies import ScriptedChatbot


@pytest.fixture
def chatbot() -> ScriptedChatbot:
    return ScriptedChatbot()


@pytest.fixture
def conversations(chatbot: ScriptedChatbot) -> Conversations:
    return Conversations(chatbot, SessionStore(turns=3))  # type: ignore[arg-type]


def outcome(conversations: Conversations, position: int = -1) -> Reply:
    reply = conversations.turns("s")[position].outcome
    assert isinstance(reply, Reply)
    return reply


def test_a_red_flag_has_its_card_before_any_answer_is_made(conversations: Conversations) -> None:
    conversations.hear("s", "What is CAR-T?", Where())
    conversations.hear("s", "he is having a fit", Where(Region.UK))
    assert conversations.turns("s")[0].outcome is None
    assert outcome(conversations).status is Status.EMERGENCY


def test_waiting_messages_are_answered_in_order_with_what_came_before(
    conversations: Conversations, chatbot: ScriptedChatbot
) -> None:
    conversations.hear("s", "one", Where())
    conversations.hear("s", "two", Where())
    conversations.answer("s", Where())
    assert chatbot.asked == [["one"], ["one", "two"]]
    assert outcome(conversations).status is Status.GROUNDED


def test_choosing_a_country_or_place_redoes_the_latest_card(conversations: Conversations) -> None:
    conversations.hear("s", "he is having a fit", Where())
    first = outcome(conversations)
    assert conversations.move("s", Where(Region.AU))
    assert first.guidance
    assert first.guidance.call is None
    moved = outcome(conversations).guidance
    assert moved
    assert moved.call
    assert moved.call.dial == "000"
    assert conversations.move("s", Where(Region.AU, Place.HOSPITAL))
    inside = outcome(conversations).guidance
    assert inside
    assert inside.call is None


def test_an_answer_is_not_redone(conversations: Conversations) -> None:
    conversations.hear("s", "one", Where())
    conversations.answer("s", Where())
    assert not conversations.move("s", Where(Region.UK))
    assert not conversations.move("nobody", Where(Region.UK))


def test_a_full_conversation_still_gets_a_card(conversations: Conversations) -> None:
    for message in ("one", "two", "three", "four"):
        conversations.hear("s", message, Where())
    assert conversations.turns("s")[-1] == Turn("four", Notice.TOO_MANY)
    conversations.hear("s", "now he is having a fit", Where())
    assert outcome(conversations).status is Status.EMERGENCY


def test_an_answer_that_did_not_arrive_is_said_so(conversations: Conversations) -> None:
    conversations.hear("s", "one", Where())
    conversations.give_up("s")
    assert conversations.turns("s")[0].outcome is Notice.FAILED
