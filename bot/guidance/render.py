"""A guidance card as the reply shows it: words filled for the country, the place and the unit.

Every function answers even when the packaged files cannot be read: then with the fail-safe card, because
a red flag must never go unanswered over a lost file. (`load_book` at start refuses such files early.)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.errors import CardsError
from bot.guidance.cards import (
    FAIL_SAFE,
    UNAVAILABLE,
    Book,
    Card,
    choose_card,
    first_call,
    matching_cards,
    packaged_book,
)
from bot.guidance.fallback import minimal_fail_safe
from bot.guidance.numbers import Kind
from bot.reply import Assessment, Guidance, Level, PhoneNumber, Place, Region

# More than this on a phone pushes the call button out of sight.
_MOST_AVOID = 6


@dataclass(frozen=True)
class _Setting:
    """For whom a card is filled."""

    book: Book
    region: Region | None
    unit_number: str
    hospital: bool = False

    def fill(self, text: str) -> str:
        """`text` with its placeholders in this country's words."""
        words = self.book.numbers.words(self.region).model_dump()
        ring = words["ring"]
        return text.format_map({**words, **self._numbers(words["alert_card"]), "Ring": ring.capitalize()})

    def fill_all(self, *lists: Iterable[str]) -> tuple[str, ...]:
        """All lines of the lists, filled, each once."""
        return tuple(dict.fromkeys(self.fill(line) for lines in lists for line in lines))

    def of_kind(self, kind: Kind) -> tuple[PhoneNumber, ...]:
        """The numbers of a kind; the unit's is the deployment's own."""
        if kind != "unit":
            return self.book.numbers.of_kind(kind, self.region)
        if not self.unit_number:
            return ()
        dial = "".join(char for char in self.unit_number if char in "+0123456789")
        region = self.region.value if self.region else ""
        return (PhoneNumber(self.unit_number, dial, "Your unit's 24-hour line", region),)

    def _numbers(self, alert_card: str) -> dict[str, str]:
        unit = f"the 24-hour number on your {alert_card}"
        if self.unit_number:
            unit = f"your unit on {self.unit_number}"
        if self.region is None:
            emergency, poison, crisis = "your emergency number", "your poison line", "a crisis line"
        else:
            emergency = self.book.numbers.emergency(self.region).label
            # Where there is no poison or crisis line to name, the emergency number is the one that answers.
            poison, crisis = (
                next((number.label for number in self.book.numbers.of_kind(kind, self.region)), emergency)
                for kind in ("poison", "crisis")
            )
        return {"emergency": emergency, "unit": unit, "poison": poison, "crisis": crisis}


def guidance_for(
    assessment: Assessment,
    region: Region | None,
    place: Place | None = None,
    unit_number: str = "",
    *,
    card: str | None = None,
    book: Book | None = None,
) -> Guidance:
    """The card for an assessment, at the assessment's level.

    Other live signs add their "do not" lines to it. `card` names another card than the findings choose
    (`other_person`). A place the family has not chosen is taken from their words
    (`assessment.in_hospital`).
    """
    level = _level(assessment)
    setting = _setting(region, unit_number, _in_hospital(assessment, place), book)
    if setting is None:
        return minimal_fail_safe(region, unit_number, level)
    if card is not None:
        return _render(card, level, setting)
    chosen = choose_card(assessment, setting.book)
    cards = setting.book.cards
    also = [cards.cards[other].avoid for other in matching_cards(assessment, cards) if other != chosen]
    return _render(chosen, level, setting, also)


def reminder(
    assessment: Assessment,
    region: Region | None,
    place: Place | None = None,
    unit_number: str = "",
    *,
    book: Book | None = None,
) -> Guidance:
    """One line for a later, unrelated question while an earlier red flag is still open."""
    hospital = _in_hospital(assessment, place)
    setting = _setting(region, unit_number, hospital, book)
    if setting is None:
        return replace(minimal_fail_safe(region, unit_number, _level(assessment)), reminder=True)
    cards = setting.book.cards
    card = cards.cards[choose_card(assessment, setting.book)]
    lines = cards.lines
    words = {"unit": lines.reminder_unit, "crisis": lines.reminder_crisis}
    line = lines.reminder_hospital if hospital else words.get(card.first, lines.reminder_emergency)
    heading = _with_countries(line, setting)
    kinds: tuple[Kind, ...] = ("emergency",) if hospital else tuple(dict.fromkeys((card.first, "emergency")))
    return Guidance(
        card="reminder",
        level=_level(assessment),
        region=region.value if region else None,
        heading=heading,
        action=heading,
        call=_call(card, setting),
        numbers=tuple(number for kind in kinds for number in setting.of_kind(kind)),
        reminder=True,
        text=heading,
    )


def opener(
    region: Region | None,
    place: Place | None = None,
    unit_number: str = "",
    *,
    rules: Sequence[str] = (),
    book: Book | None = None,
) -> str:
    """The line that opens a reply to signs held back as a question or a story; `rules` are theirs."""
    setting = _setting(region, unit_number, place is Place.HOSPITAL, book)
    if setting is None:
        return minimal_fail_safe(region, unit_number).action
    cards = setting.book.cards
    if setting.hospital:
        return setting.fill(cards.lines.opener_hospital)
    unit_first = first_call(rules, cards) == "unit"
    return _with_countries(cards.lines.opener_unit if unit_first else cards.lines.opener_emergency, setting)


def fail_safe(region: Region | None, unit_number: str = "", *, book: Book | None = None) -> Guidance:
    """The card for a message triage could not check. Never fails: see `fallback`."""
    setting = _setting(region, unit_number, False, book)
    if setting is None:
        return minimal_fail_safe(region, unit_number)
    return _render(FAIL_SAFE, Level.EMERGENCY, setting)


def unavailable(region: Region | None, unit_number: str = "", *, book: Book | None = None) -> Guidance:
    """An apology with the numbers, for when the index or the model is gone. Its level is none."""
    setting = _setting(region, unit_number, False, book)
    if setting is None:
        return minimal_fail_safe(region, unit_number, Level.NONE)
    return _render(UNAVAILABLE, Level.NONE, setting)


def _setting(region: Region | None, unit_number: str, hospital: bool, book: Book | None) -> _Setting | None:
    try:
        return _Setting(book or packaged_book(), region, unit_number.strip(), hospital)
    except CardsError:
        return None


def _in_hospital(assessment: Assessment, place: Place | None) -> bool:
    return assessment.in_hospital if place is None else place is Place.HOSPITAL


def _level(assessment: Assessment) -> Level:
    if assessment.failed:
        return Level.EMERGENCY
    levels = [assessment.level, *(finding.level for finding in assessment.findings)]
    highest = max(levels, key=lambda level: level.rank)
    return Level.EMERGENCY if highest is Level.NONE else highest


def _render(name: str, level: Level, setting: _Setting, also_avoid: Sequence[Sequence[str]] = ()) -> Guidance:
    cards = setting.book.cards
    card = cards.cards[name]
    # The fail-safe card names the call bell itself: nothing is known, not even the place.
    hospital = setting.hospital and name != FAIL_SAFE
    home_say = cards.home.say if card.say_default else ()
    kinds: tuple[Kind, ...] = ("emergency",) if hospital else (*card.numbers, "unit")
    avoid = setting.fill_all(card.avoid, () if hospital else card.avoid_home, *also_avoid)
    access = () if hospital else setting.book.numbers.access_notes(setting.region)
    guidance = Guidance(
        card=name,
        level=level,
        region=setting.region.value if setting.region else None,
        heading=cards.hospital.heading if hospital else _with_countries(card.heading, setting),
        action=setting.fill(
            f"{cards.hospital.action} {card.hospital_action}".strip() if hospital else card.action
        ),
        call=None if hospital else _call(card, setting),
        numbers=tuple(dict.fromkeys(number for kind in kinds for number in setting.of_kind(kind))),
        say=setting.fill_all(card.say_first, cards.hospital.say if hospital else home_say),
        meanwhile=setting.fill_all(card.meanwhile, () if hospital else card.meanwhile_home),
        avoid=avoid[:_MOST_AVOID],
        notes=(*setting.fill_all(cards.hospital.notes if hospital else card.notes_home), *access),
    )
    return replace(guidance, text=_text(guidance, setting, hospital))


def _call(card: Card, setting: _Setting) -> PhoneNumber | None:
    if setting.hospital:
        return None
    if card.first == "unit":
        return next(iter(setting.of_kind("unit")), None)
    if setting.region is None:
        return None
    lines = setting.of_kind(card.first) or setting.of_kind("emergency")
    return lines[0]


def _with_countries(text: str, setting: _Setting) -> str:
    """`text` filled; with no country known, the numbers of all follow it."""
    filled = setting.fill(text)
    if setting.region is not None or "{emergency}" not in text:
        return filled
    return f"{filled.rstrip('.')}: {setting.book.numbers.by_country()}"


def _text(guidance: Guidance, setting: _Setting, hospital: bool) -> str:
    labels = setting.book.cards.labels
    numbers = [f"{number.label}: {number.use}" for number in guidance.numbers]
    blocks = (
        (labels.numbers, numbers),
        (labels.say_hospital if hospital else labels.say_home, guidance.say),
        (labels.meanwhile, guidance.meanwhile),
        (labels.avoid, guidance.avoid),
        (labels.notes, guidance.notes),
    )
    lines = [guidance.heading, guidance.action]
    for label, items in blocks:
        if items:
            lines += [f"{label}:", *(f"- {item}" for item in items)]
    return "\n".join(lines)
