"""The web app: Gradio mounted at `/` inside a small FastAPI app that guards and completes it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, HTTPException
from fastapi.responses import FileResponse, HTMLResponse
from fastapi.staticfiles import StaticFiles
from starlette.middleware import Middleware

from bot.guidance.cards import load_book
from bot.reply import Region
from bot.settings import Settings
from bot.web.conversation import Conversations
from bot.web.middleware import BodyLimit, OnlyKnownPaths, SecurityHeaders
from bot.web.page import PageParts, rewrite
from bot.web.render import LANGUAGE, Renderer
from bot.web.sessions import Janitor, SessionStore
from bot.web.strings import Strings, load_strings

if TYPE_CHECKING:
    from bot.chatbot import Chatbot

STATIC = Path(__file__).with_name("static")
_SESSIONS = 500


def create_app(settings: Settings, chatbot: Chatbot) -> FastAPI:
    """The page, ready for uvicorn.

    Raises:
        StringsError: when the interface's words cannot be read.
        CardsError: when the cards or emergency numbers cannot be read.
    """
    strings = load_strings()
    renderer = Renderer(
        strings, load_book(), unit_number=settings.unit_number, shown_limit=settings.message_limit
    )
    store = SessionStore(capacity=_SESSIONS)
    conversations = Conversations(chatbot, store)
    janitor = Janitor(store, idle_seconds=settings.session_minutes * 60, age=_age)
    app = FastAPI(
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        lifespan=partial(_lifespan, janitor),
        middleware=_middleware(settings, renderer, strings),
    )
    _add_static(app, renderer)
    blocks = _blocks(settings, renderer, strings, conversations, janitor)
    _mount(app, settings, blocks)
    janitor.watch(blocks.state_holder)
    app.state.janitor = janitor
    return app


@asynccontextmanager
async def _lifespan(janitor: Janitor, _app: FastAPI) -> AsyncIterator[None]:
    task = asyncio.create_task(janitor.run())
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def _age(used: object) -> float:
    """Seconds since Gradio last saw a session; it stores local time without a zone."""
    return (datetime.now() - used).total_seconds() if isinstance(used, datetime) else 0.0


def _middleware(settings: Settings, renderer: Renderer, strings: Strings) -> list[Middleware]:
    parts = PageParts(
        head=renderer.head(),
        before_app=renderer.before_app(),
        after_app=renderer.after_app(region=settings.region, limit=settings.message_limit),
        language=LANGUAGE,
        region=settings.region or "",
    )
    return [
        Middleware(SecurityHeaders, rewrite=partial(rewrite, parts)),
        Middleware(OnlyKnownPaths),
        Middleware(BodyLimit, limit=settings.body_limit, detail=strings.too_large),
    ]


def _add_static(app: FastAPI, renderer: Renderer) -> None:
    """Our own files and the pages that need no script."""
    app.mount("/ui", StaticFiles(directory=STATIC))

    @app.get("/favicon.ico")
    def favicon() -> FileResponse:
        return FileResponse(STATIC / "favicon.svg", media_type="image/svg+xml")

    @app.get("/emergency")
    def emergency() -> HTMLResponse:
        return HTMLResponse(renderer.emergency_page(None))

    @app.get("/emergency/{region}")
    def emergency_in(region: str) -> HTMLResponse:
        if region not in {each.value for each in Region}:
            raise HTTPException(404, f"no region {region!r}: choose one of {', '.join(Region)}")
        return HTMLResponse(renderer.emergency_page(Region(region)))


def _blocks(
    settings: Settings, renderer: Renderer, strings: Strings, conversations: Conversations, janitor: Janitor
) -> Any:
    """The Gradio components. Gradio reads its switches from the environment while it is imported."""
    scratch = settings.home / "gradio"
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    os.environ["HF_HUB_OFFLINE"] = "1"
    os.environ["GRADIO_TEMP_DIR"] = str(scratch.resolve())

    from bot.web.layout import Handlers, Workers, build

    workers = Workers(ThreadPoolExecutor(2, "triage"), ThreadPoolExecutor(4, "answer"))
    handlers = Handlers(conversations, renderer, workers, lambda session: janitor.forget([session]))
    return build(handlers, renderer, strings, settings.region)


def _mount(app: FastAPI, settings: Settings, blocks: Any) -> None:
    import gradio as gr

    blocks.state_session_capacity = _SESSIONS
    gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        server_name=settings.host,
        server_port=settings.port,
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        ssr_mode=False,
        show_error=False,
        max_file_size="1kb",
        app_kwargs={"openapi_url": None, "docs_url": None, "redoc_url": None},
        theme=gr.themes.Base(font=["Arial", "sans-serif"], font_mono=["monospace"]),
    )
