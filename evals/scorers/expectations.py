"""Every expectation of a case held against what came back."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from bot.reply import Reply
from evals.model import Expect
from evals.outcome import Outcome
from evals.scorers.base import Mark, whole
from evals.scorers.citations import accepted

_PLAIN = str.maketrans(
    {"\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u2010": "-", "\u2011": "-"}
)


@dataclass(frozen=True)
class Shortfall:
    """One expectation that did not hold, in words a nurse can read."""

    expected: str
    got: str


def pass_rate(outcome: Outcome) -> Mark | None:
    """Cases in which everything expected holds, of all cases."""
    return whole(not shortfalls(outcome))


def shortfalls(outcome: Outcome) -> tuple[Shortfall, ...]:
    """What did not hold. When only triage ran, only the levels are held against it."""
    if outcome.error is not None:
        return (Shortfall("a reply", f"error: {outcome.error}"),)
    found = list(_level_shortfalls(outcome))
    if outcome.reply is not None:
        found.extend(_reply_shortfalls(outcome.case.expect, outcome.reply))
        found.extend(_cites_shortfalls(outcome, outcome.reply))
        found.extend(_quote_shortfalls(outcome, outcome.reply))
    return tuple(found)


def _level_shortfalls(outcome: Outcome) -> Iterator[Shortfall]:
    expect = outcome.case.expect
    if expect.exact_level and not outcome.lowest == outcome.highest == expect.exact_level:
        yield Shortfall(f"level {expect.exact_level}", _levels(outcome))
    if expect.level and outcome.lowest.rank < expect.level.rank:
        yield Shortfall(f"level {expect.level} or above", _levels(outcome))
    if expect.max_level and outcome.highest.rank > expect.max_level.rank:
        yield Shortfall(f"level {expect.max_level} or below", _levels(outcome))


def _levels(outcome: Outcome) -> str:
    if outcome.assessment is None or outcome.reply is None:
        return f"level {outcome.highest}"
    guidance = outcome.reply.guidance
    shown = f"a card of level {guidance.level}" if guidance else "no card"
    return f"level {outcome.assessment.level}, {shown}"


def _reply_shortfalls(expect: Expect, reply: Reply) -> Iterator[Shortfall]:
    if expect.status and reply.status not in expect.status:
        yield Shortfall(f"status {' or '.join(expect.status)}", f"status {reply.status}")
    card = reply.guidance.card if reply.guidance else None
    if expect.card and card != expect.card:
        yield Shortfall(f"card {expect.card}", f"card {card}" if card else "no card")
    answer = _plain(reply.answer)
    for alternatives in expect.must_contain or ():
        if not any(_plain(phrase) in answer for phrase in alternatives):
            yield Shortfall(f"answer has {_either(alternatives)}", "it does not")
    for alternatives in expect.must_not_contain or ():
        for phrase in alternatives:
            if _plain(phrase) in answer:
                yield Shortfall(f"answer does not have {_either((phrase,))}", "it does")


def _cites_shortfalls(outcome: Outcome, reply: Reply) -> Iterator[Shortfall]:
    cites = outcome.case.expect.cites
    if cites and not any(accepted(outcome, sentence) for sentence in reply.sentences):
        drawn = {f"{c.document} ({c.section})" for c in reply.citations}
        yield Shortfall(
            f"a sentence from {' or '.join(cites)}", ", ".join(sorted(drawn)) or "no sentence cited"
        )


def _quote_shortfalls(outcome: Outcome, reply: Reply) -> Iterator[Shortfall]:
    """Asked of every case, whatever it expects: nothing reaches a family that the corpus does not say."""
    for sentence in reply.sentences:
        if not sentence.citations:
            yield Shortfall("every sentence cited", f"no citation: “{sentence.text}”")
    for citation in reply.citations:
        if citation.number not in outcome.verbatim:
            place = f"{citation.document} from {citation.start} to {citation.end}"
            yield Shortfall("every quote word for word in the corpus", f"not at {place}: “{citation.quote}”")


def _either(phrases: tuple[str, ...]) -> str:
    return " or ".join(f"“{phrase}”" for phrase in phrases)


def _plain(text: str) -> str:
    """Case, spacing and typographic quotes do not decide whether something was said."""
    return " ".join(unicodedata.normalize("NFKC", text).translate(_PLAIN).casefold().split())
