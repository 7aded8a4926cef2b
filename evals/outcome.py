"""What came back for one case, before anything is scored."""

from __future__ import annotations

from dataclasses import dataclass

from bot.reply import Assessment, Level, Reply, Sentence
from evals.model import Case


@dataclass(frozen=True)
class Outcome:
    """One case and what Nightlamp made of it.

    `reply` is None when only triage ran; `assessment` too when the case broke, and `error` says how.
    `verbatim` holds the numbers of the citations whose quote stands in the corpus where it says it does.
    """

    case: Case
    assessment: Assessment | None = None
    reply: Reply | None = None
    error: str | None = None
    verbatim: frozenset[int] = frozenset()
    seconds: float = 0.0

    @property
    def lowest(self) -> Level:
        """The level to hold against a floor: a sign that was seen but got no card was not answered."""
        return min(self._levels(), key=lambda level: level.rank)

    @property
    def highest(self) -> Level:
        """The level to hold against a ceiling: card and assessment must both stay below it."""
        return max(self._levels(), key=lambda level: level.rank)

    def _levels(self) -> tuple[Level, ...]:
        if self.assessment is None:
            return (Level.NONE,)
        if self.reply is None:
            return (self.assessment.level,)
        guidance = self.reply.guidance
        return (self.assessment.level, guidance.level if guidance else Level.NONE)

    def citation_places(self, sentence: Sentence) -> list[tuple[str, str]]:
        """(document, section heading) of every citation of a sentence of the reply."""
        citations = self.reply.citations if self.reply else ()
        return [(c.document, c.section) for c in citations if c.number in sentence.citations]
