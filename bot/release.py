"""What stands between this deployment and the public: content and numbers nobody has signed off."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass

from bot.errors import NightlampError
from bot.guidance.cards import load_book
from bot.settings import Settings
from corpus.load import load_corpus
from corpus.model import Corpus


class NotReleasedError(NightlampError):
    """Unreviewed content would be served to other machines."""


@dataclass(frozen=True)
class Unsigned:
    """How many explainers and numbers still wait for a person's check."""

    explainers: int
    numbers: int

    @property
    def any(self) -> bool:
        """Something is unsigned."""
        return bool(self.explainers or self.numbers)


def unsigned(settings: Settings, corpus: Corpus | None = None) -> Unsigned:
    """Count what is unsigned in the deployment's corpus and numbers.

    Raises:
        CorpusError, CardsError: they cannot be read.
    """
    corpus = corpus or load_corpus(settings.corpus_dir)
    waiting = sum(1 for document in corpus.documents if document.front.reviewed is None)
    return Unsigned(waiting, len(load_book().numbers.unchecked()))


def is_loopback(host: str) -> bool:
    """Whether the address is this machine's own; unknown names count as public."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def require_release(settings: Settings) -> None:
    """Refuse a public address while anything is unsigned, unless the deployment says otherwise.

    Raises:
        NotReleasedError: naming the address, what is unsigned and the two ways on.
    """
    if is_loopback(settings.host) or settings.allow_unreviewed:
        return
    waiting = unsigned(settings)
    if waiting.any:
        raise NotReleasedError(
            f"refusing to serve on {settings.host}: {waiting.explainers} explainers are not reviewed by a "
            f"clinician and {waiting.numbers} phone numbers are unchecked; have them reviewed, or pass "
            "--allow-unreviewed (every page then shows a banner)"
        )
