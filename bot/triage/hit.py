"""A sign told in one message: what every layer of triage that reads words hands on."""

from __future__ import annotations

from dataclasses import dataclass

from bot.reply import Level


@dataclass(frozen=True, slots=True)
class Hit:
    """A sign told in one message. `why` is set when it is held back."""

    rule: str | None
    sign: str
    level: Level
    title: str
    start: int
    end: int
    phrase: str
    why: str | None = None
