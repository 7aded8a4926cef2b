"""Take pictures of the page: `python -m tests.bot.web.pictures OUT_DIR`.

Each state on a phone and a desktop, by day and by night, from the real chatbot in real Chromium.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from bot.web.app import create_app
from tests.bot.web.serving import DESKTOP, PHONE, ask, chromium, open_page, running
from tests.bot.web.whole import whole_chatbot

QUESTION = "What is CAR-T?"
FLAG = "She just had a seizure and now she won't wake up"
REFUSAL = "Which football team should he support?"


def take(browser: Any, url: str, out: Path) -> None:
    """All states in both sizes and both palettes, as `<state>-<size>-<palette>.png`."""
    for size_name, size in (("phone", PHONE), ("desktop", DESKTOP)):
        for scheme in ("light", "dark"):
            page = open_page(browser, url, size, scheme)
            states = _states(page, url)
            for state in states:
                page.wait_for_timeout(300)
                page.screenshot(path=out / f"{state}-{size_name}-{scheme}.png")
            page.context.close()


def _states(page: Any, url: str) -> Any:
    """Bring the page from state to state; gives each one's name when it is reached."""
    yield "start"
    ask(page, QUESTION)
    yield "answer"
    page.click(".chip >> nth=0")
    yield "source"
    ask(page, REFUSAL)
    yield "refusal"
    ask(page, FLAG)
    yield "emergency"
    page.click("#where-toggle")
    page.click("#country label:has-text('United Kingdom')")
    page.wait_for_selector(".card a.call[href='tel:999']")
    yield "emergency-uk"
    page.click("#hospital label")
    page.wait_for_selector("html[data-place=hospital] .turn-card:has-text('call bell')")
    yield "emergency-hospital"
    page.goto(f"{url}/emergency")
    yield "numbers"


def main(out: Path) -> None:
    """Serve the whole product on a free port and photograph it."""
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home:
        settings, chatbot = whole_chatbot(Path(home))
        with running(create_app(settings, chatbot)) as url, chromium() as browser:
            take(browser, url, out)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
