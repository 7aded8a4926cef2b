"""Many conversations from a JSON-lines file: one line in, one line out, in order."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.chatbot import Chatbot
from bot.errors import InputError
from bot.machine import reply_json
from bot.reply import Place, Region


class Turn(BaseModel):
    """A user turn. Only the family speaks in the input: Nightlamp's own turns are made here."""

    model_config = ConfigDict(extra="forbid")

    role: Literal["user"]
    content: str


class Request(BaseModel):
    """One line of the input."""

    model_config = ConfigDict(extra="forbid")

    id: str | int | None = None
    messages: list[Turn] = Field(min_length=1)
    region: Region | None = None
    place: Place | None = None


def run_batch(
    chatbot: Chatbot, source: Path, target: Path, progress: Callable[[int, int], None]
) -> tuple[int, int]:
    """Answer every line; returns (lines answered, lines that could not be read).

    The output is written beside the target and moved into place when complete, so an interrupted run
    leaves no half file under the target's name. `progress` is called with (lines done, lines in all).

    Raises:
        InputError: the input cannot be opened or the output cannot be written.
    """
    try:
        lines = source.read_bytes().split(b"\n")
    except OSError as error:
        raise InputError(
            f"cannot read {source}: {error.strerror}; give the path of a JSON-lines file"
        ) from None
    if lines and not lines[-1].strip():
        lines.pop()
    part = target.with_name(target.name + ".part")
    broken = 0
    try:
        with part.open("w", encoding="utf-8") as out:
            for number, result in enumerate(_results(chatbot, lines), 1):
                broken += "error" in result
                out.write(json.dumps(result, ensure_ascii=False) + "\n")
                progress(number, len(lines))
        part.replace(target)
    except OSError as error:
        raise InputError(
            f"cannot write {target}: {error.strerror}; choose a folder you may write to"
        ) from None
    return len(lines) - broken, broken


def _results(chatbot: Chatbot, lines: list[bytes]) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(lines, 1):
        request = _read(line)
        if isinstance(request, str):
            yield {"id": None, "line": number, "error": request}
            continue
        messages = [turn.content for turn in request.messages]
        reply = chatbot.reply(messages, region=request.region, place=request.place)
        yield reply_json(reply) | {"id": request.id}


def _read(line: bytes) -> Request | str:
    """The request, or one line saying what is wrong with it."""
    try:
        return Request.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        return f"{place + ': ' if place else ''}{first['msg']}"
