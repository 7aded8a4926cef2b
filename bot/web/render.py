"""Turn values into the page's HTML. Markup lives in `templates/`; every value goes through `escape`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from bot.guidance.cards import Book
from bot.reply import Guidance, Level, PhoneNumber, Region, Related, Reply
from bot.web import phones, view
from bot.web.escape import escape
from bot.web.sessions import Notice, Turn
from bot.web.strings import Strings

# The language the words of `strings.yaml` are written in; Gradio would claim the browser's.
LANGUAGE = "en-GB"
TEMPLATES = Path(__file__).with_name("templates")


@dataclass(frozen=True)
class CardLabels:
    """Headings of the blocks of a card."""

    numbers: str
    say: str
    meanwhile: str
    avoid: str
    notes: str


@dataclass(frozen=True)
class CardView:
    """A guidance card as its template needs it.

    With no country chosen there is no single number to call: `first` are the emergency numbers by
    country where the card sends to the ambulance first, `then` where it sends to the unit first.
    `others` are the remaining numbers.
    """

    level: Level
    heading: str
    action: str
    call: phones.Button | None
    call_words: str
    first: tuple[phones.Button, ...]
    then: tuple[phones.Button, ...]
    labels: CardLabels
    others: tuple[phones.Button, ...]
    say: tuple[str, ...]
    meanwhile: tuple[str, ...]
    avoid: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class TurnView:
    """One question and its outcome as the transcript's template needs it."""

    number: int
    message: str
    state: str
    notice: str = ""
    card: CardView | None = None
    reminder: CardView | None = None
    opening: str = ""
    parts: tuple[view.PartView, ...] = ()
    passages: tuple[view.Passage, ...] = ()
    related: tuple[Related, ...] = ()
    titles: dict[int, str] | None = None


class Renderer:
    """Renders the transcript, the parts around it and the emergency page for one deployment."""

    def __init__(
        self, strings: Strings, book: Book, *, unit_number: str = "", shown_limit: int = 2_000
    ) -> None:
        self._strings = strings
        self._numbers = book.numbers
        self._cards = book.cards
        self._shown_limit = shown_limit
        self._unit = phones.unit_button(unit_number)
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            finalize=escape,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )

    def transcript(self, turns: Sequence[Turn]) -> str:
        """The whole conversation as one line of HTML, so that Markdown passes it through untouched."""
        views = [self._turn(number, turn) for number, turn in enumerate(turns, start=1)]
        html = self._render("transcript.html", turns=views)
        return " ".join(line.strip() for line in html.splitlines() if line.strip())

    def head(self) -> str:
        """Links to our own style sheet, script and icon."""
        return self._render("head.html")

    def before_app(self) -> str:
        """Emergency strip, title and notice: what a family sees before, or without, any script."""
        return self._render(
            "before.html",
            numbers=phones.strip_any(self._numbers, self._strings),
            by_region=phones.strip_by_region(self._numbers, self._strings),
        )

    def after_app(self, *, region: Region | None, limit: int) -> str:
        """Status regions, footer, the confirmation dialogue and the words the script needs."""
        words = self._strings
        data = {
            "language": LANGUAGE,
            "region": region or "",
            "where": words.where.summary,
            "limit": limit,
            "counter": words.composer.counter,
            "pending": words.transcript.pending,
            "offline": words.offline,
            "cleared": words.tools.again_done,
            "lost": words.transcript.cleared,
            "printed": words.print.date,
        }
        # "<" cannot occur in the block, so no word of the interface can close it.
        return self._render("after.html", data=Markup(json.dumps(data).replace("<", "\\u003c")))

    def emergency_page(self, region: Region | None) -> str:
        """The static page of numbers: every country, or one."""
        return self._render("emergency.html", regions=phones.countries(self._numbers, self._strings, region))

    def _render(self, template: str, **values: object) -> str:
        return self._environment.get_template(template).render(
            words=self._strings, unit=self._unit, language=LANGUAGE, **values
        )

    def _turn(self, number: int, turn: Turn) -> TurnView:
        outcome = turn.outcome
        message = turn.message
        if len(message) > self._shown_limit:
            message = message[: self._shown_limit] + "…"
        if outcome is None:
            return TurnView(number, message, "pending")
        if isinstance(outcome, Notice):
            notice: str = getattr(self._strings.transcript, outcome.value)
            return TurnView(number, message, "notice", notice=notice)
        return self._reply(number, message, outcome)

    def _reply(self, number: int, message: str, reply: Reply) -> TurnView:
        guidance = reply.guidance
        card = self._card(guidance) if guidance else None
        is_reminder = guidance is not None and guidance.reminder
        return TurnView(
            number,
            message,
            state="card" if card and not is_reminder else "answer",
            card=None if is_reminder else card,
            reminder=card if is_reminder else None,
            opening=reply.opening,
            parts=view.parts(reply),
            passages=view.passages(reply.citations),
            related=reply.related,
            titles={citation.number: citation.title for citation in reply.citations},
        )

    def _card(self, guidance: Guidance) -> CardView:
        rest = [number for number in guidance.numbers if number != guidance.call]
        emergency: list[PhoneNumber] = []
        if guidance.region is None:
            emergency = [number for number in rest if self._is_emergency(number)]
            rest = [number for number in rest if number not in emergency]
        by_country = phones.by_dial(emergency, self._strings)
        # The buttons say what the heading's list of countries says, and can be pressed.
        heading = guidance.heading.removesuffix(f": {self._numbers.by_country()}")
        ambulance_first = heading != guidance.heading
        return CardView(
            level=guidance.level,
            heading=heading,
            action=guidance.action,
            call=phones.button(guidance.call) if guidance.call else None,
            call_words=self._call_words(guidance.call),
            first=by_country if ambulance_first else (),
            then=() if ambulance_first else by_country,
            labels=self._card_labels(guidance),
            others=tuple(map(phones.button, rest)),
            say=guidance.say,
            meanwhile=guidance.meanwhile,
            avoid=guidance.avoid,
            notes=guidance.notes,
        )

    def _card_labels(self, guidance: Guidance) -> CardLabels:
        labels = self._cards.labels
        in_hospital = guidance.heading == self._cards.hospital.heading
        say = labels.say_hospital if in_hospital else labels.say_home
        return CardLabels(labels.numbers, say, labels.meanwhile, labels.avoid, labels.notes)

    def _is_emergency(self, number: PhoneNumber) -> bool:
        return number.dial == self._numbers.emergency(Region(number.region)).dial

    def _call_words(self, number: PhoneNumber | None) -> str:
        if number is None:
            return ""
        is_unit = self._unit is not None and self._unit.href == phones.href(number)
        words = self._strings.card.call_unit if is_unit else self._strings.card.call
        return words.format(number=phones.unbroken(number.label))
