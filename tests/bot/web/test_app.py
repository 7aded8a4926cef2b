"""What the app answers over plain HTTP: headers, closed routes, limits, pages without scripts."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import httpx
import pytest

from bot.settings import load_settings
from bot.web.serve import PortInUseError, serve
from tests.bot.web.replies import ScriptedChatbot

CLOSED = [
    "/docs",
    "/openapi.json",
    "/gradio_api/openapi.json",
    "/gradio_api/info",
    "/gradio_api/deep_link?session_hash=a",
    "/gradio_api/upload",
    "/gradio_api/upload_progress",
    "/gradio_api/file=/etc/passwd",
    "/gradio_api/proxy=http://example.invalid",
    "/gradio_api/runs",
    "/gradio_api/call/hear",
    "/gradio_api/token",
    "/gradio_api/vibe-code",
    "/monitoring",
    "/manifest.json",
    "/login",
    "/?deep_link=abc",
    "/?__theme=light&deep_link=abc",
]


def test_every_answer_carries_the_security_headers(url: str) -> None:
    for path in ("/", "/emergency", "/ui/app.js", "/config", "/docs"):
        headers = httpx.get(url + path).headers
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
        assert "unsafe-eval" not in headers["content-security-policy"]
        assert "script-src 'self' 'nonce-" in headers["content-security-policy"]
        assert "server" not in headers
        assert "set-cookie" not in headers


def test_each_page_has_its_own_nonce_on_every_script(url: str) -> None:
    pages = [httpx.get(url) for _ in range(2)]
    nonces = [re.search(r"'nonce-([^']+)'", page.headers["content-security-policy"]) for page in pages]
    found = [match.group(1) for match in nonces if match]
    assert len(set(found)) == 2
    scripts = re.findall(r"<script\b[^>]*>", pages[0].text)
    theirs = [tag for tag in scripts if "application/json" not in tag and "/ui/" not in tag]
    assert theirs
    assert all(f'nonce="{found[0]}"' in tag for tag in theirs)


@pytest.mark.parametrize("path", CLOSED)
def test_what_the_page_does_not_need_is_closed(url: str, path: str) -> None:
    assert httpx.get(url + path).status_code == 404
    assert httpx.post(url + path, json={}).status_code == 404


def test_the_numbers_stand_in_the_page_before_any_script_runs(url: str) -> None:
    html = httpx.get(url).text
    assert html.index('href="tel&#58;999"') < html.index("<gradio-app")
    assert "<noscript>" in html
    assert '<html lang="en-GB" dir="ltr" data-region=""' in html
    assert "githubusercontent" not in html
    assert "og:" not in html


def test_a_body_over_the_limit_is_refused_with_kind_words(url: str) -> None:
    answer = httpx.post(f"{url}/gradio_api/queue/join", content=b"x" * 20_001)
    assert answer.status_code == 413
    assert "shorten" in answer.json()["detail"]


def test_a_body_without_a_length_is_counted_too(url: str) -> None:
    chunks = (b"x" * 5_000 for _ in range(5))
    assert httpx.post(f"{url}/gradio_api/queue/join", content=chunks).status_code == 413


def test_the_emergency_page_needs_no_script(url: str) -> None:
    page = httpx.get(f"{url}/emergency")
    assert page.status_code == 200
    assert "<script" not in page.text
    assert "tel&#58;000" in page.text
    one = httpx.get(f"{url}/emergency/au").text
    assert "tel&#58;000" in one
    assert "tel&#58;999" not in one
    assert httpx.get(f"{url}/emergency/xx").status_code == 404


def test_a_port_in_use_is_one_clear_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        settings = load_settings(home=tmp_path, port=port)
        with pytest.raises(PortInUseError, match=f"port {port}.*in use.*NIGHTLAMP_PORT") as raised:
            serve(settings, ScriptedChatbot(), say=lambda _line: None)  # type: ignore[arg-type]
    assert "\n" not in str(raised.value)
