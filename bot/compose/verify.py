"""The last look before a family reads it: is every sentence really in the corpus, where it says?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.compose.extractive import Chosen
from bot.reply import Citation, Sentence
from corpus.errors import UnknownDocument
from corpus.model import Corpus


def located(chosen: Iterable[Chosen], corpus: Corpus) -> tuple[Chosen, ...]:
    """Those whose words stand at their place in that version of a document that is not withdrawn."""
    return tuple(sentence for sentence in chosen if is_located(sentence, corpus))


def is_located(sentence: Chosen, corpus: Corpus) -> bool:
    """Whether a sentence is a whole statement of the corpus as loaded, word for word."""
    try:
        document = corpus.document(sentence.document)
    except UnknownDocument:
        return False
    if document.version != sentence.version or document.front.status == "withdrawn":
        return False
    section = document.section_at(sentence.start)
    if section is None or not any(
        (s.start, s.end) == (sentence.start, sentence.end) for s in section.statements
    ):
        return False
    return bool(sentence.quote) and document.quote(sentence.start, sentence.end) == sentence.quote


def cited(
    sentences: Sequence[Chosen], corpus: Corpus, first_number: int
) -> tuple[tuple[Sentence, ...], tuple[Citation, ...]]:
    """Verified sentences as the reply shows them, with one citation each, numbered from `first_number`."""
    citations = tuple(_citation(s, corpus, n) for n, s in enumerate(sentences, first_number))
    shown = tuple(
        Sentence(s.quote, (citation.number,), s.kind.value)
        for s, citation in zip(sentences, citations, strict=True)
    )
    return shown, citations


def _citation(sentence: Chosen, corpus: Corpus, number: int) -> Citation:
    section = sentence.section
    return Citation(
        number=number,
        document=sentence.document,
        version=sentence.version,
        title=sentence.title,
        section=section.heading,
        quote=sentence.quote,
        start=sentence.start,
        end=sentence.end,
        passage=corpus.document(sentence.document).quote(section.start, section.end),
        passage_start=section.start,
    )
