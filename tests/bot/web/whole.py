"""The real chatbot over a real index built into a folder of one's own."""

from __future__ import annotations

from pathlib import Path

from bot.chatbot import Chatbot
from bot.settings import Settings, load_settings
from corpus.load import load_corpus
from index.encoder import SentenceTransformerEncoder
from index.store import build_index


def whole_chatbot(home: Path) -> tuple[Settings, Chatbot]:
    """Build the index under `home` and open a chatbot on it; embedding the corpus takes some seconds."""
    settings = load_settings(home=home)
    build_index(load_corpus(settings.corpus_dir), SentenceTransformerEncoder(), settings.index_dir)
    return settings, Chatbot.from_settings(settings)
