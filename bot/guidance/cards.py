"""Guidance cards as data (`cards.yaml`) and the choice of one for an assessment.

How urgent a message is comes from triage. The card decides the route: who is called first. A fever can
be an emergency whose first call is the unit's own line, so a card's level may be lower than the message's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.guidance.data import read_model
from bot.guidance.numbers import Kind, Numbers, load_numbers
from bot.reply import Assessment, Level

CARDS_PATH = Path(__file__).with_name("cards.yaml")
FAIL_SAFE = "fail_safe"
UNAVAILABLE = "unavailable"
PLACEHOLDERS = frozenset(
    {"emergency", "unit", "crisis", "poison", "ring", "Ring"}
    | {"fever_medicine", "pee", "alert_card", "leukaemia"}
)

_STRICT = ConfigDict(extra="forbid", frozen=True, defer_build=True)


def _known_placeholders(text: str) -> str:
    names = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
    if unknown := sorted(names - PLACEHOLDERS):
        raise ValueError(f"unknown placeholder {{{unknown[0]}}} in {text!r}")
    return text


def _do_not(text: str) -> str:
    # Each line is heard on its own by a screen reader: without "Do not" it turns into an instruction.
    if not text.startswith("Do not "):
        raise ValueError(f"must start with 'Do not ': {text!r}")
    return _known_placeholders(text)


class Card(BaseModel):
    """One card's words.

    `hospital_action` is added to the shared call-bell action. Lists ending in `_home` are left out in
    hospital. `say_default` false leaves out the shared lines about the child's treatment.
    """

    model_config = _STRICT

    level: Level
    heading: str
    action: str
    hospital_action: str = ""
    first: Kind
    numbers: tuple[Kind, ...] = ("emergency",)
    say_first: tuple[str, ...] = ()
    say_default: bool = True
    meanwhile: tuple[str, ...] = ()
    meanwhile_home: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    avoid_home: tuple[str, ...] = ()
    notes_home: tuple[str, ...] = ()
    sources: Annotated[tuple[str, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _words(self) -> Self:
        for text in (self.heading, self.action, self.hospital_action):
            _known_placeholders(text)
        for text in (*self.say_first, *self.meanwhile, *self.meanwhile_home, *self.notes_home):
            _known_placeholders(text)
        for text in (*self.avoid, *self.avoid_home):
            _do_not(text)
        if " if " in f" {self.heading.lower()} ":
            # A conditional heading makes a frightened parent decide whether the card is meant for them.
            raise ValueError(f"heading must be a statement: {self.heading!r}")
        return self


class Labels(BaseModel):
    """Headings of a card's blocks in its plain-text form."""

    model_config = _STRICT

    numbers: str
    say_home: str
    say_hospital: str
    meanwhile: str
    avoid: str
    notes: str


class Home(BaseModel):
    """What every card outside hospital shares."""

    model_config = _STRICT

    say: tuple[str, ...]


class Hospital(BaseModel):
    """What every card in hospital shares."""

    model_config = _STRICT

    heading: str
    action: str
    say: tuple[str, ...]
    notes: tuple[str, ...]


class Lines(BaseModel):
    """One-line texts: what opens a reply to a sign held back, and what reminds of an open flag."""

    model_config = _STRICT

    opener_emergency: str
    opener_unit: str
    opener_hospital: str
    reminder_emergency: str
    reminder_unit: str
    reminder_crisis: str
    reminder_hospital: str


class Together(BaseModel):
    """Rules that, live in one conversation, need another card than either alone."""

    model_config = _STRICT

    rules: Annotated[frozenset[str], Field(min_length=2)]
    card: str


class Cards(BaseModel):
    """The whole of `cards.yaml`."""

    model_config = _STRICT

    reviewed: date | None
    reviewer: str | None
    labels: Labels
    home: Home
    hospital: Hospital
    lines: Lines
    priority: tuple[str, ...]
    generic: dict[Level, str]
    routes: dict[str, dict[Level, str]]
    together: tuple[Together, ...]
    cards: dict[str, Card]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        routed = [card for levels in self.routes.values() for card in levels.values()]
        named = {*routed, *self.generic.values(), *(pair.card for pair in self.together)}
        named |= {FAIL_SAFE, UNAVAILABLE}
        if missing := sorted(named - self.cards.keys()):
            raise ValueError(f"no card named {missing[0]}")
        if unranked := sorted(set(self.cards) ^ set(self.priority)):
            raise ValueError(f"priority and cards differ on {unranked[0]}")
        if lost := [level.value for level in list(Level)[1:] if level not in self.generic]:
            raise ValueError(f"no generic card for level {lost[0]}")
        shared = (*self.home.say, *self.hospital.say, *self.hospital.notes, self.hospital.heading)
        for text in (*shared, self.hospital.action, *self.lines.model_dump().values()):
            _known_placeholders(text)
        return self

    def route(self, rule: str, level: Level) -> str:
        """The card for a rule at a level: its own, else its next higher one, else the generic card."""
        levels = self.routes.get(rule, {})
        higher = [candidate for candidate in list(Level)[level.rank :] if candidate in levels]
        # A finding is never "none"; were one, silence would be the wrong guess.
        return levels[higher[0]] if higher else self.generic.get(level, FAIL_SAFE)

    def rank(self, card: str) -> tuple[int, int]:
        """Sort key, most pressing first: the card's route, then its place in `priority`."""
        return -self.cards[card].level.rank, self.priority.index(card)


@dataclass(frozen=True)
class Book:
    """Cards and numbers together: all that rendering needs."""

    cards: Cards
    numbers: Numbers


def load_cards(path: Path | None = None) -> Cards:
    """Cards from `path`, by default the packaged file.

    Raises:
        CardsError: one line naming the file and what is wrong in it.
    """
    return read_model(path or CARDS_PATH, Cards)


def load_book(cards: Path | None = None, numbers: Path | None = None) -> Book:
    """Cards and numbers from files; start with this to refuse broken data before the first family.

    Raises:
        CardsError: one line naming the file and what is wrong in it.
    """
    return Book(cards=load_cards(cards), numbers=load_numbers(numbers))


@cache
def packaged_book() -> Book:
    """The packaged cards and numbers, read once."""
    return load_book()


def matching_cards(assessment: Assessment, cards: Cards) -> tuple[str, ...]:
    """Every card the findings ask for, most pressing first; empty only when there is nothing live."""
    if assessment.failed:
        return (FAIL_SAFE,)
    live = frozenset(finding.rule for finding in assessment.findings)
    chosen = {cards.route(finding.rule, finding.level) for finding in assessment.findings}
    chosen |= {pair.card for pair in cards.together if pair.rules <= live}
    if not chosen and assessment.level is not Level.NONE:
        chosen = {cards.generic[assessment.level]}
    return tuple(sorted(chosen, key=cards.rank))


def choose_card(assessment: Assessment, book: Book | None = None) -> str:
    """The id of the card to show first.

    The most pressing route wins, so a sign that needs an ambulance beats a fever whatever their order.
    Nothing live means something went wrong before this was called, so it gives the fail-safe card.
    """
    matches = matching_cards(assessment, (book or packaged_book()).cards)
    return matches[0] if matches else FAIL_SAFE


def first_call(rules: Iterable[str], cards: Cards) -> Kind:
    """Whom to call about these rules when nothing is known of their level: emergency unless all say unit."""
    routes = {cards.cards[card].first for rule in rules for card in cards.routes.get(rule, {}).values()}
    return "unit" if routes == {"unit"} else "emergency"
