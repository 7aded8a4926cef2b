"""What a run can test: the whole of Nightlamp, or its triage alone."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.settings import Settings
from evals.runner import Subject

if TYPE_CHECKING:
    from bot.reply import Assessment, Reply
    from evals.model import Case


class Layers(StrEnum):
    """Which layers of triage decide: the rules, or all that families get."""

    RULES = "rules"
    ALL = "all"


def triage_by_rules(settings: Settings) -> Subject:
    """The rules alone: no model, no index, a few milliseconds a case."""
    from bot.triage.assess import Triage

    triage = Triage.load(settings.fever_c)

    def assess(case: Case) -> Assessment:
        return triage.assess(case.messages)

    return assess


def whole(settings: Settings) -> Callable[[Case], Reply]:
    """One turn exactly as a family gets it."""
    from bot.chatbot import Chatbot

    chatbot = Chatbot.from_settings(settings)

    def reply(case: Case) -> Reply:
        return chatbot.reply(case.messages, region=case.region, place=case.place)

    return reply


def triage_by_all(settings: Settings) -> Subject:
    """All layers of triage, as the whole of Nightlamp runs them, without scoring the answer."""
    reply = whole(settings)
    return lambda case: reply(case).triage


def subject_for(settings: Settings, layers: Layers, level_only: bool) -> Subject:
    """What a run with these options tests."""
    if layers is Layers.RULES:
        return triage_by_rules(settings)
    return triage_by_all(settings) if level_only else whole(settings)
