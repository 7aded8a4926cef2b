"""Where an answer's sentences come from, and whether the quotes are really there."""

from __future__ import annotations

from bot.reply import Sentence, Status
from corpus.load import slug_of
from evals.outcome import Outcome
from evals.scorers.base import Mark


def accepted(outcome: Outcome, sentence: Sentence) -> bool:
    """Whether a sentence draws on a document or section the case accepts."""
    cites = outcome.case.expect.cites or ()
    return any(
        document in cites or f"{document}#{slug_of(section)}" in cites
        for document, section in outcome.citation_places(sentence)
    )


def unaccepted_share(outcome: Outcome) -> Mark | None:
    """Sentences from somewhere the case does not accept, of all sentences of answers.

    An answer that never came counts as one such sentence: silence must not look like precision.
    """
    if outcome.case.expect.cites is None:
        return None
    if outcome.reply is None or not outcome.reply.sentences:
        return Mark(0, 1)
    sentences = outcome.reply.sentences
    return Mark(sum(accepted(outcome, sentence) for sentence in sentences), len(sentences))


def verbatim_share(outcome: Outcome) -> Mark | None:
    """Sentences with citations that all quote the corpus to the character, of all sentences.

    A reply without sentences (a card, a refusal) says nothing; `grounded` without one is a miss.
    """
    if outcome.error is not None:
        return Mark(0, 1)
    if outcome.reply is None:
        return None
    if not outcome.reply.sentences:
        return Mark(0, 1) if outcome.reply.status is Status.GROUNDED else None
    good = sum(
        bool(sentence.citations) and outcome.verbatim.issuperset(sentence.citations)
        for sentence in outcome.reply.sentences
    )
    return Mark(good, len(outcome.reply.sentences))
