"""The server's memory of a conversation, and its forgetting."""

from __future__ import annotations

from collections import OrderedDict
from types import SimpleNamespace

from bot.web.sessions import Janitor, Notice, SessionStore, Turn


class Clock:
    """A clock moved by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_sessions_do_not_mix() -> None:
    store = SessionStore()
    store.append("a", Turn("mine"))
    store.append("b", Turn("yours"))
    assert [turn.message for turn in store.turns("a")] == ["mine"]


def test_an_outcome_reaches_its_own_turn() -> None:
    store = SessionStore()
    store.append("a", Turn("one"))
    position = store.append("a", Turn("two"))
    store.resolve("a", position, Notice.FAILED)
    assert [turn.outcome for turn in store.turns("a")] == [None, Notice.FAILED]


def test_an_answer_that_comes_after_clearing_brings_nothing_back() -> None:
    store = SessionStore()
    position = store.append("a", Turn("one"))
    store.forget("a")
    store.resolve("a", position, Notice.FAILED)
    assert store.turns("a") == ()


def test_the_least_used_session_makes_room() -> None:
    store = SessionStore(capacity=2)
    for session in ("a", "b", "a", "c"):
        store.append(session, Turn(session))
    assert store.turns("b") == ()
    assert len(store.turns("a")) == 2


def test_a_conversation_has_a_longest_length() -> None:
    store = SessionStore(turns=2)
    store.append("a", Turn("one"))
    assert not store.is_full("a")
    store.append("a", Turn("two"))
    assert store.is_full("a")


def test_the_janitor_clears_idle_sessions_from_both_places() -> None:
    clock = Clock()
    store = SessionStore(clock=clock)
    gradio = SimpleNamespace(
        session_data=OrderedDict(old=1, fresh=2, looked=3),
        time_last_used={"old": 0, "fresh": 90, "looked": 0},
    )
    janitor = Janitor(store, idle_seconds=60, age=lambda used: clock.now - float(str(used)))
    janitor.watch(gradio)  # type: ignore[arg-type]
    store.append("old", Turn("secret"))
    clock.now = 90
    store.append("fresh", Turn("secret"))
    assert janitor.sweep() == 2
    assert list(gradio.session_data) == ["fresh"]
    assert list(gradio.time_last_used) == ["fresh"]
    assert store.turns("old") == ()
    assert store.turns("fresh")
