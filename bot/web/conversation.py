"""One family's turn on the page: hear the message, show a card at once, answer afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.reply import Level, Reply
from bot.web.sessions import Notice, SessionStore, Turn, Where

if TYPE_CHECKING:
    from bot.chatbot import Chatbot


class Conversations:
    """Conversations on the server, in two steps so that triage never waits behind somebody's answer.

    `hear` runs outside the answer queue and shows a guidance card at once; `answer` may wait its turn.
    Both read what the family said from the store alone, never from the page.
    """

    def __init__(self, chatbot: Chatbot, store: SessionStore) -> None:
        self._chatbot = chatbot
        self._store = store

    def turns(self, session: str) -> tuple[Turn, ...]:
        """The conversation so far, oldest first."""
        return self._store.turns(session)

    def hear(self, session: str, message: str, where: Where) -> None:
        """Add a message to the conversation; a red flag in it gets its card before this returns."""
        full = self._store.is_full(session)
        messages = [*self._messages(session), message]
        assessment = self._chatbot.triage.assess(messages)
        outcome: Reply | Notice | None = None
        if assessment.failed or assessment.now.rank >= Level.URGENT.rank:
            outcome = self._reply(messages, where)
        elif full:
            outcome = Notice.TOO_MANY
        self._store.append(session, Turn(message, outcome))

    def answer(self, session: str, where: Where) -> None:
        """Answer every message of this conversation that has no outcome yet, oldest first."""
        turns = self._store.turns(session)
        for position, turn in enumerate(turns):
            if turn.outcome is None:
                messages = [earlier.message for earlier in turns[: position + 1]]
                self._store.resolve(session, position, self._reply(messages, where))

    def move(self, session: str, where: Where) -> bool:
        """Redo the latest card for a new country or place; whether there was one to redo."""
        turns = self._store.turns(session)
        last = turns[-1].outcome if turns else None
        if not isinstance(last, Reply) or last.guidance is None:
            return False
        self._store.resolve(session, len(turns) - 1, self._reply(self._messages(session), where))
        return True

    def give_up(self, session: str) -> None:
        """Say plainly that an answer did not arrive, for every message still waiting."""
        for position, turn in enumerate(self._store.turns(session)):
            if turn.outcome is None:
                self._store.resolve(session, position, Notice.FAILED)

    def forget(self, session: str) -> None:
        """Remove the conversation."""
        self._store.forget(session)

    def _messages(self, session: str) -> list[str]:
        return [turn.message for turn in self._store.turns(session)]

    def _reply(self, messages: list[str], where: Where) -> Reply:
        return self._chatbot.reply(messages, region=where.region, place=where.place)
