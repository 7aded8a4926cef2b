"""Run the page with uvicorn."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from bot.errors import NightlampError
from bot.library import LibraryUnavailable
from bot.settings import Settings
from bot.web.strings import load_strings

if TYPE_CHECKING:
    from bot.chatbot import Chatbot


class PortInUseError(NightlampError):
    """Another program listens on the address the settings name."""


def serve(settings: Settings, chatbot: Chatbot, *, say: Callable[[str], object]) -> None:
    """Serve the page until interrupted. `say` is told where to look and how to stop.

    Raises:
        PortInUseError: when another program already listens on the port.
        CardsError: when the cards or emergency numbers cannot be read.
    """
    import uvicorn

    from bot.web.app import create_app

    strings = load_strings()
    listener = _listen(settings, strings.port_in_use)
    app = create_app(settings, chatbot)
    config = uvicorn.Config(
        app, server_header=False, access_log=False, log_level="warning", timeout_graceful_shutdown=3
    )
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    threading.Thread(target=_warm, args=(chatbot, say), daemon=True).start()
    say(strings.serving.format(url=f"http://{host}:{settings.port}"))
    # uvicorn has shut down in order by then; a traceback after Ctrl+C would look like a crash.
    with listener, suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listener])


def _warm(chatbot: Chatbot, say: Callable[[str], object]) -> None:
    """Load index and model while the page is already up: cards need neither, and a family may need one."""
    try:
        chatbot.warm()
    except LibraryUnavailable as error:
        say(str(error))


def _listen(settings: Settings, in_use: str) -> socket.socket:
    """A socket bound to the settings' address, taken before the slow imports so the error comes at once."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
    except OSError as error:
        listener.close()
        remedy = in_use.format(port=settings.port, host=settings.host)
        raise PortInUseError(f"{remedy} ({error.strerror})") from None
    return listener
