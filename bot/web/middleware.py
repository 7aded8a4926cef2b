"""What stands between the network and Gradio. Pure ASGI, so streamed answers pass through untouched.

Outermost first: `SecurityHeaders` (also rewrites the HTML page), `OnlyKnownPaths`, `BodyLimit`.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
_POLICY = (
    "default-src 'self'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; form-action 'self'; "
    "base-uri 'self'; object-src 'none'; frame-ancestors 'none'"
)

# Everything the page asks for, found by recording it; whatever else Gradio offers (uploads, deep
# links that write transcripts to disk, a proxy, monitoring, API pages) stays closed.
_EXACT = frozenset(
    {
        "/",
        "/config",
        "/emergency",
        "/favicon.ico",
        "/gradio_api/cancel",
        "/gradio_api/heartbeat",
        "/gradio_api/queue/data",
        "/gradio_api/queue/join",
        "/gradio_api/run/predict",
        "/gradio_api/startup-events",
        "/robots.txt",
        "/theme.css",
    }
)
_UNDER = ("/assets/", "/emergency/", "/gradio_api/heartbeat/", "/staff", "/static/", "/ui/")
# Gradio reads a transcript from disk when the page is asked for with this parameter.
_DEEP_LINK = re.compile(rb"(^|&)deep_link=")


class SecurityHeaders:
    """Adds the security headers to every answer and hands HTML pages of Gradio to `rewrite`.

    `rewrite(html, nonce)` gives the page back with our own parts in it and the nonce on its scripts.
    """

    def __init__(self, app: ASGIApp, rewrite: Callable[[str, str], str]) -> None:
        self._app = app
        self._rewrite = rewrite

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(18)
        if scope["path"] != "/":
            await self._app(scope, receive, _Page(send, nonce, None).send)
            return
        # A compressed page could not be rewritten.
        headers = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        page = _Page(send, nonce, self._rewrite)
        await self._app({**scope, "headers": headers}, receive, page.send)


class _Page:
    """One response on its way out; holds an HTML body back until it is whole."""

    def __init__(self, send: Send, nonce: str, rewrite: Callable[[str, str], str] | None) -> None:
        self._send = send
        self._nonce = nonce
        self._rewrite = rewrite
        self._start: Message | None = None
        self._body: list[bytes] = []

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = self._headers(message["headers"])
            is_html = any(name == b"content-type" and b"text/html" in value for name, value in headers)
            message = {**message, "headers": headers}
            if is_html and self._rewrite is not None:
                self._start = message
                return
        elif self._start is not None and message["type"] == "http.response.body":
            self._body.append(message.get("body", b""))
            if not message.get("more_body", False):
                await self._send_page(self._start)
            return
        await self._send(message)

    async def _send_page(self, start: Message) -> None:
        body = b"".join(self._body)
        if body and self._rewrite is not None:
            body = self._rewrite(body.decode("utf-8"), self._nonce).encode("utf-8")
        headers = [(name, value) for name, value in start["headers"] if name != b"content-length"]
        headers.append((b"content-length", str(len(body)).encode()))
        headers.append((b"cache-control", b"no-store"))
        await self._send({**start, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})

    def _headers(self, headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        ours = {**_HEADERS, "content-security-policy": _POLICY.format(nonce=self._nonce)}
        kept = [(name, value) for name, value in headers if name.decode("latin-1").lower() not in ours]
        return kept + [(name.encode(), value.encode()) for name, value in ours.items()]


class OnlyKnownPaths:
    """Answers 404 to everything the page does not need."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not _is_known(scope):
            await _answer(send, 404, {"detail": "Not found"})
            return
        await self._app(scope, receive, send)


def _is_known(scope: Scope) -> bool:
    path: str = scope["path"]
    if ".." in path.split("/") or _DEEP_LINK.search(scope.get("query_string", b"")):
        return False
    return path in _EXACT or path.startswith(_UNDER)


class BodyLimit:
    """Refuses a request body larger than `limit` bytes with status 413 and `detail` for the family."""

    def __init__(self, app: ASGIApp, limit: int, detail: str) -> None:
        self._app = app
        self._limit = limit
        self._detail = detail

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        body = await self._read(receive)
        if body is None:
            await _answer(send, 413, {"detail": self._detail, "error": self._detail})
            return
        await self._app(scope, _replay(body, receive), send)

    async def _read(self, receive: Receive) -> bytes | None:
        """The whole body, or None once it is too large."""
        chunks: list[bytes] = []
        size = 0
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return b"".join(chunks)
            chunks.append(message.get("body", b""))
            size += len(chunks[-1])
            if size > self._limit:
                return None
            if not message.get("more_body", False):
                return b"".join(chunks)


def _replay(body: bytes, receive: Receive) -> Receive:
    """A `receive` that gives `body` once, then whatever the connection says next."""
    pending = [body]

    async def replay() -> Message:
        if pending:
            return {"type": "http.request", "body": pending.pop(), "more_body": False}
        return await receive()

    return replay


async def _answer(send: Send, status: int, content: dict[str, str]) -> None:
    body = json.dumps(content).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
