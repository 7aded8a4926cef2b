"""What the server remembers of a conversation, and how it forgets it.

The page is never asked what was said before: a forged history would reach triage. Everything lives in
memory, keyed by the browser tab's session, and is gone when the tab has been idle too long.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from threading import Lock
from typing import Protocol

from bot.reply import Place, Region, Reply


class Notice(StrEnum):
    """Why a turn has no reply; the value names the words in `strings.yaml`."""

    FAILED = "failed"
    TOO_MANY = "too_many"


@dataclass(frozen=True)
class Where:
    """Where the family says they are. `None` means they have not said."""

    region: Region | None = None
    place: Place | None = None


@dataclass(frozen=True)
class Turn:
    """One message and what became of it; `outcome` is None while the answer is being looked up."""

    message: str
    outcome: Reply | Notice | None = None


class SessionStore:
    """Conversations by session, oldest use first. Safe to call from several threads.

    `capacity` bounds the number of sessions (the least recently used goes first), `turns` the turns of one.
    """

    def __init__(
        self, *, capacity: int = 500, turns: int = 100, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._capacity = capacity
        self._turns = turns
        self._clock = clock
        self._lock = Lock()
        self._sessions: OrderedDict[str, tuple[Turn, ...]] = OrderedDict()
        self._used: dict[str, float] = {}

    def turns(self, session: str) -> tuple[Turn, ...]:
        """The conversation so far, oldest first; empty for a session never heard of."""
        with self._lock:
            return self._sessions.get(session, ())

    def is_full(self, session: str) -> bool:
        """Whether this conversation has reached the longest that is kept."""
        return len(self.turns(session)) >= self._turns

    def append(self, session: str, turn: Turn) -> int:
        """Add a turn and return its position (0-based)."""
        with self._lock:
            turns = (*self._sessions.get(session, ()), turn)
            self._keep(session, turns)
            return len(turns) - 1

    def resolve(self, session: str, position: int, outcome: Reply | Notice) -> None:
        """Give the turn at `position` its outcome; nothing happens if the session was cleared meanwhile."""
        with self._lock:
            turns = list(self._sessions.get(session, ()))
            if position >= len(turns):
                return
            turns[position] = Turn(turns[position].message, outcome)
            self._keep(session, tuple(turns))

    def forget(self, session: str) -> None:
        """Remove every trace of one session."""
        with self._lock:
            self._sessions.pop(session, None)
            self._used.pop(session, None)

    def idle(self, seconds: float) -> tuple[str, ...]:
        """Sessions not used for `seconds`."""
        limit = self._clock() - seconds
        with self._lock:
            return tuple(session for session, used in self._used.items() if used <= limit)

    def _keep(self, session: str, turns: tuple[Turn, ...]) -> None:
        self._sessions[session] = turns
        self._sessions.move_to_end(session)
        self._used[session] = self._clock()
        while len(self._sessions) > self._capacity:
            oldest, _ = self._sessions.popitem(last=False)
            self._used.pop(oldest, None)


class GradioSessions(Protocol):
    """The part of Gradio's state holder that keeps component values after a tab has closed."""

    session_data: OrderedDict[str, object]
    time_last_used: dict[str, object]


class Janitor:
    """Clears idle sessions out of our store and out of Gradio's own memory.

    Gradio keeps the last value of each component, the transcript among them, for as long as the
    process lives; its own expiry covers `gr.State` only.
    """

    def __init__(
        self,
        store: SessionStore,
        *,
        idle_seconds: float,
        age: Callable[[object], float],
    ) -> None:
        self._store = store
        self._gradio: GradioSessions | None = None
        self._idle_seconds = idle_seconds
        self._age = age

    def watch(self, gradio: GradioSessions) -> None:
        """Clear `gradio` too, from now on. Gradio makes its state holder only when it is mounted."""
        self._gradio = gradio

    def sweep(self) -> int:
        """Forget every idle session; how many were forgotten."""
        stale = set(self._store.idle(self._idle_seconds))
        if self._gradio is not None:
            stale.update(
                session
                for session, used in list(self._gradio.time_last_used.items())
                if self._age(used) >= self._idle_seconds and not self._store.turns(session)
            )
        self.forget(stale)
        return len(stale)

    def forget(self, sessions: Iterable[str]) -> None:
        """Remove these sessions from both places."""
        for session in sessions:
            self._store.forget(session)
            if self._gradio is not None:
                self._gradio.session_data.pop(session, None)
                self._gradio.time_last_used.pop(session, None)

    async def run(self, *, every_seconds: float = 60.0) -> None:
        """Sweep for as long as the app runs."""
        while True:
            await asyncio.sleep(every_seconds)
            self.sweep()
