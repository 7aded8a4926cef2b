"""What breaks: a red flag still gets its card, everything else an apology with the numbers."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.chatbot import Chatbot
from bot.errors import RulesError
from bot.reply import Region, Reply, Status
from bot.settings import load_settings
from bot.triage.assess import Triage
from tests.bot.library_fixture import Shelf

pytestmark = pytest.mark.model
QUESTION, FLAG = "What is CRS?", "she is having a fit"


def assert_apology(reply: Reply) -> None:
    assert reply.status is Status.UNAVAILABLE
    assert (reply.sentences, reply.citations) == ((), ())
    assert reply.guidance is not None
    assert "999" in reply.answer


def assert_only_red_flags_are_answered(chatbot: Chatbot) -> None:
    assert_apology(chatbot.reply([QUESTION], region=Region.UK))
    assert_apology(chatbot.reply(["hello"], region=Region.UK))
    assert chatbot.reply([FLAG], region=Region.UK).status is Status.EMERGENCY


def test_index_never_built(shelf: Shelf, tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path, corpus_dir=shelf.corpus)
    assert_only_red_flags_are_answered(Chatbot.from_settings(settings))


def test_index_deleted_while_running(shelf: Shelf, tmp_path: Path) -> None:
    own = shelf.copy(tmp_path)
    chatbot = own.chatbot()
    assert chatbot.reply([QUESTION]).status is Status.GROUNDED
    shutil.rmtree(own.home / "index")
    assert_only_red_flags_are_answered(chatbot)


def test_vectors_damaged(shelf: Shelf, tmp_path: Path) -> None:
    own = shelf.copy(tmp_path)
    for file in (own.home / "index").rglob("*.faiss"):
        file.write_bytes(b"\0" * 64)
    assert_only_red_flags_are_answered(own.chatbot())


def test_model_missing(shelf: Shelf, tmp_path: Path) -> None:
    settings = load_settings(home=shelf.home, corpus_dir=shelf.corpus, model=str(tmp_path / "no-model"))
    assert_only_red_flags_are_answered(Chatbot.from_settings(settings))


def test_model_broken_at_first_search(shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("out of memory")

    chatbot = shelf.chatbot()
    monkeypatch.setattr("index.encoder.SentenceTransformerEncoder.encode_queries", broken)
    assert_apology(chatbot.reply([QUESTION], region=Region.UK))
    assert chatbot.reply([FLAG]).status is Status.EMERGENCY


def test_explainer_changed_after_the_index_was_built(shelf: Shelf, tmp_path: Path) -> None:
    own = shelf.copy(tmp_path)
    chatbot = own.chatbot()
    assert chatbot.reply([QUESTION]).status is Status.GROUNDED
    file = own.corpus / "explainers" / "cytokine-release-syndrome.md"
    text = file.read_text("utf-8")
    file.write_text(text.replace("is a strong reaction", "was once called a strong reaction", 1), "utf-8")
    assert_only_red_flags_are_answered(chatbot)
    own.rebuild()
    reply = chatbot.reply([QUESTION])
    assert reply.status is Status.GROUNDED
    assert "was once called" in reply.answer


def test_a_reminder_survives_an_apology(tmp_path: Path, shelf: Shelf) -> None:
    chatbot = Chatbot.from_settings(load_settings(home=tmp_path, corpus_dir=shelf.corpus))
    reply = chatbot.reply([FLAG, QUESTION], region=Region.UK)
    assert_apology(reply)
    assert reply.guidance is not None
    assert reply.guidance.reminder


def test_triage_that_raises_is_a_card_for_every_message(
    chatbot: Chatbot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Triage, "assess", broken)
    for message in (QUESTION, FLAG, "hello", ""):
        reply = chatbot.reply([message], region=Region.UK)
        assert reply.status is Status.EMERGENCY
        assert reply.triage.failed
        assert reply.guidance is not None
        assert "999" in reply.answer


def test_broken_rules_stop_the_start(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RulesError("rules.yaml: cannot be read")

    monkeypatch.setattr(Triage, "load", broken)
    with pytest.raises(RulesError):
        shelf.chatbot()
