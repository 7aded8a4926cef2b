"""The index is built once for all tests of the bot."""

from __future__ import annotations

import pytest

from bot.chatbot import Chatbot
from tests.bot.library_fixture import Shelf, make_shelf


@pytest.fixture(scope="session")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """A small corpus and its index; not to be damaged: use `shelf.copy(tmp_path)`."""
    return make_shelf(tmp_path_factory.mktemp("shelf"))


@pytest.fixture(scope="session")
def chatbot(shelf: Shelf) -> Chatbot:
    """A chatbot on that corpus, warm."""
    chatbot = shelf.chatbot()
    chatbot.warm()
    return chatbot
