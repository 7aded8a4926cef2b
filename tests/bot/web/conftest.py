"""One app for all tests of the page: starting Gradio takes seconds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.settings import load_settings
from bot.web.app import create_app
from tests.bot.web.replies import ScriptedChatbot
from tests.bot.web.serving import CHROMIUM, chromium, running


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The app over replies made by hand: what the page does with a reply, whatever made it."""
    home: Path = tmp_path_factory.mktemp("home")
    return create_app(load_settings(home=home, body_limit=20_000), ScriptedChatbot())  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def url(app: Any) -> Iterator[str]:
    """The address the app is served at."""
    with running(app) as address:
        yield address


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Real Chromium, or a skip that says what is missing."""
    if CHROMIUM is None:
        pytest.skip("no `chromium` on the PATH: install it to run the browser tests")
    with chromium() as opened:
        yield opened
