"""`nightlamp doctor`: is everything there that a family will need, and what to do where it is not."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.errors import NightlampError
from bot.guidance.cards import load_book
from bot.release import unsigned
from bot.settings import Settings
from bot.triage.assess import Triage
from corpus.errors import CorpusError
from corpus.load import load_corpus
from index.encoder import model_identity
from index.errors import SearchIndexError
from index.manifest import IndexState, index_state


@dataclass(frozen=True)
class Check:
    """One thing looked at. `remedy` is empty when it is well or needs none."""

    name: str
    ok: bool
    detail: str
    remedy: str = ""
    warning: bool = False


def examine(settings: Settings) -> list[Check]:
    """Look at rules, cards, corpus, model, index, review state, port and browser, in that order."""
    checks = [
        _guard("red-flag rules", lambda: _rules(settings), "restore bot/triage/rules and context.yaml"),
        _guard("guidance cards", _cards, "restore bot/guidance/cards.yaml and numbers.yaml"),
        _guard("corpus", lambda: _corpus(settings), "run `nightlamp corpus check`"),
        _guard(
            "model", lambda: _model(settings), "run `make chat` again, or set NIGHTLAMP_MODEL to a folder"
        ),
        _guard("index", lambda: _index(settings), "run `nightlamp index build`"),
        _guard("review", lambda: _review(settings), "run `nightlamp corpus check`"),
    ]
    return [*checks, *_surroundings(settings)]


def _guard(name: str, look: Callable[[], Check], remedy: str) -> Check:
    try:
        return look()
    except (NightlampError, CorpusError, SearchIndexError, OSError) as error:
        return Check(name, False, str(error), remedy)


def _rules(settings: Settings) -> Check:
    triage = Triage.load(settings.fever_c)
    level = triage.assess(["she is not breathing"]).level
    ok = level.value == "emergency"
    return Check(
        "red-flag rules", ok, f"loaded; a test message is read as {level.value}",
        "" if ok else "restore bot/triage/rules",
    )  # fmt: skip


def _cards() -> Check:
    book = load_book()
    return Check("guidance cards", True, f"{len(book.numbers.regions)} regions loaded")


def _corpus(settings: Settings) -> Check:
    corpus = load_corpus(settings.corpus_dir)
    sections = sum(len(document.sections) for document in corpus.documents)
    return Check("corpus", True, f"{len(corpus.documents)} explainers, {sections} sections")


def _model(settings: Settings) -> Check:
    identity = model_identity(settings.model)
    return Check("model", True, f"{identity}")


def _index(settings: Settings) -> Check:
    state = index_state(settings.index_dir, load_corpus(settings.corpus_dir), model_identity(settings.model))
    ok = state is IndexState.FRESH
    return Check(
        "index", ok, f"{settings.index_dir}: {state.value}", "" if ok else "run `nightlamp index build`"
    )


def _review(settings: Settings) -> Check:
    waiting = unsigned(settings)
    detail = f"{waiting.explainers} explainers unreviewed, {waiting.numbers} phone numbers unchecked"
    remedy = "have a clinician review them before families use this" if waiting.any else ""
    return Check("review", True, detail, remedy, warning=waiting.any)


def _surroundings(settings: Settings) -> Iterator[Check]:
    with socket.socket(socket.AF_INET6 if ":" in settings.host else socket.AF_INET) as probe:
        probe.settimeout(1)
        taken = probe.connect_ex((settings.host, settings.port)) == 0
    detail = f"{settings.host}:{settings.port} is {'in use' if taken else 'free'}"
    yield Check(
        "port", True, detail, "stop the other program or set NIGHTLAMP_PORT" if taken else "", warning=taken
    )
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    yield Check(
        "browser for tests", True, found or "none", "" if found else "run `make test`", warning=not found
    )
