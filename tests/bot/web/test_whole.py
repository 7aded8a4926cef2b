"""The page over the real chatbot and a real index: question to marked words, red flag to card."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bot.web.app import create_app
from tests.bot.web.serving import PHONE, ask, open_page, running
from tests.bot.web.whole import whole_chatbot

pytestmark = [pytest.mark.browser, pytest.mark.model]


@pytest.fixture(scope="module")
def whole_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The whole product at a loopback address."""
    settings, chatbot = whole_chatbot(tmp_path_factory.mktemp("whole"))
    chatbot.warm()
    with running(create_app(settings, chatbot)) as url:
        yield url


@pytest.fixture
def page(browser: Any, whole_url: str) -> Iterator[Any]:
    """A phone."""
    opened = open_page(browser, whole_url, PHONE)
    yield opened
    opened.context.close()


def test_each_sentence_leads_to_the_same_words_in_the_guide(page: Any) -> None:
    ask(page, "What is CAR-T?")
    said = page.locator(".said").count()
    assert said
    for chip in page.locator(".chip").all():
        chip.click()
        assert page.locator("mark.current").inner_text().strip()
        assert page.locator(chip.get_attribute("href")).is_visible()
    assert page.locator(".end").is_visible()


def test_a_red_flag_is_a_card_and_a_later_question_keeps_a_reminder(page: Any) -> None:
    ask(page, "My son is having a fit")
    assert page.locator(".card-emergency .call").first.is_visible()
    assert page.locator(".chip").count() == 0
    ask(page, "What is CAR-T?")
    assert page.locator("#t2 .reminder").is_visible()
    assert page.locator("#t2 .said").count()


def test_a_question_about_something_else_shows_no_sources(page: Any) -> None:
    ask(page, "Which football team should he support?")
    assert page.locator(".fixed").is_visible()
    assert page.locator(".sources").count() == 0


def test_a_very_long_message_is_refused_kindly_but_still_read_for_signs(page: Any) -> None:
    ask(page, "We had a quiet day. " * 150)
    assert "too long" in page.inner_text("#t1 .reply")
    ask(page, "We had a quiet day. " * 150 + "My son is having a fit.")
    assert page.locator("#t2 .card-emergency").is_visible()
