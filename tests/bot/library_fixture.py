"""A small real corpus with a real index, copied to a folder that a test may damage."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from bot.chatbot import Chatbot
from bot.settings import Settings, load_settings
from corpus.load import PACKAGED, load_corpus
from index.encoder import SentenceTransformerEncoder
from index.store import build_index

DOCUMENTS = (
    "cytokine-release-syndrome",
    "eating-sleep-mouth-and-hair",
    "fever-and-infection",
    "going-home",
    "how-well-it-works",
    "when-to-call-for-help",
)


@dataclass(frozen=True)
class Shelf:
    """Where a corpus and its index are."""

    corpus: Path
    home: Path

    @property
    def settings(self) -> Settings:
        """Settings that use them."""
        return load_settings(home=self.home, corpus_dir=self.corpus)

    def copy(self, folder: Path) -> Shelf:
        """The same, elsewhere."""
        shutil.copytree(self.corpus, folder / "corpus")
        shutil.copytree(self.home, folder / "home")
        return Shelf(folder / "corpus", folder / "home")

    def chatbot(self) -> Chatbot:
        """A chatbot on them."""
        return Chatbot.from_settings(self.settings)

    def rebuild(self) -> None:
        """Build the index anew from the corpus as it is."""
        build_index(load_corpus(self.corpus), SentenceTransformerEncoder(), self.home / "index")


def make_shelf(folder: Path) -> Shelf:
    """Some of the packaged explainers and their index."""
    explainers = folder / "corpus" / "explainers"
    explainers.mkdir(parents=True)
    for name in DOCUMENTS:
        shutil.copy(PACKAGED / "explainers" / f"{name}.md", explainers)
    for name in ("sources.yaml", "glossary.yaml"):
        shutil.copy(PACKAGED / name, folder / "corpus")
    shelf = Shelf(folder / "corpus", folder / "home")
    shelf.rebuild()
    return shelf
