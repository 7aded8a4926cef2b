"""Replies made by hand, to test the page's parts without an index; and a chatbot that gives them back."""

from __future__ import annotations

from collections.abc import Sequence

from bot.guidance.render import guidance_for
from bot.reply import (
    Assessment,
    Citation,
    Finding,
    Level,
    Part,
    Place,
    Region,
    Related,
    Reply,
    Sentence,
    Status,
)
from bot.triage.assess import Triage

PASSAGE = (
    "What is CAR-T?\n\nCAR-T is a treatment made from your child's own T cells. T cells are white blood "
    "cells that fight infection. The steps are:\n- collect the cells\n- change them in a laboratory\n"
    "- give them back through a drip"
)
OFFSET = 100


def citation(number: int, quote: str, **changes: object) -> Citation:
    """A citation of `quote` in the sample passage."""
    start = OFFSET + PASSAGE.index(quote)
    values: dict[str, object] = {
        "number": number,
        "document": "what-is-car-t",
        "version": "sha256:0",
        "title": "What CAR-T is",
        "section": "What is CAR-T?",
        "quote": quote,
        "start": start,
        "end": start + len(quote),
        "passage": PASSAGE,
        "passage_start": OFFSET,
    }
    return Citation(**{**values, **changes})  # type: ignore[arg-type]


def answer(region: Region | None = None) -> Reply:
    """A grounded answer with a paragraph, a list and two citations of one passage."""
    first, item = "CAR-T is a treatment made from your child's own T cells.", "collect the cells"
    return Reply(
        region=region,
        made_by="extractive",
        triage=Assessment(),
        parts=(Part("What is CAR-T?", Status.GROUNDED, (0, 1)),),
        sentences=(Sentence(first, (1,)), Sentence(item, (2,), "item")),
        citations=(citation(1, first), citation(2, item)),
        related=(Related("what-is-car-t", "What CAR-T is", "How are the cells given back?"),),
    )


def card(region: Region | None = None, place: Place | None = None, rule: str = "R05") -> Reply:
    """An emergency card with the packaged words."""
    assessment = urgent(rule)
    return Reply(
        region=region, made_by="card", triage=assessment, guidance=guidance_for(assessment, region, place)
    )


def urgent(rule: str = "R05") -> Assessment:
    """An assessment with one live emergency."""
    finding = Finding(rule, "a fit", 0, 5, 0)
    return Assessment(level=Level.EMERGENCY, now=Level.EMERGENCY, findings=(finding,))


def refusal() -> Reply:
    """A reply that says the guides do not cover the question."""
    part = Part("Which school is best?", Status.INSUFFICIENT_EVIDENCE, text="Our guides do not cover this.")
    return Reply(region=None, made_by="fixed", triage=Assessment(), parts=(part,))


class ScriptedChatbot:
    """Gives replies made by hand, over the real triage; keeps what it was asked."""

    def __init__(self) -> None:
        self.triage = Triage.load()
        self.asked: list[list[str]] = []

    def reply(
        self, messages: Sequence[str], *, region: Region | None = None, place: Place | None = None
    ) -> Reply:
        """A card for a fit, a refusal about schools, a failure when told to break, else an answer."""
        self.asked.append(list(messages))
        if "break" in messages[-1]:
            raise RuntimeError("asked to break")
        if " fit" in messages[-1]:
            return card(region, place)
        return refusal() if "school" in messages[-1] else answer(region)
