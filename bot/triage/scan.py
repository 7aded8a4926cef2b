"""One message against all rules: which signs it tells, on which words, and what held others back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bot.reply import Level
from bot.triage.context import Context, Cues, Sign, as_sign
from bot.triage.hit import Hit as Hit
from bot.triage.languages import LanguageRules
from bot.triage.phrases import Match, Matcher, Phrase, vocabulary
from bot.triage.rules import ContextBook, Owner, RuleBook, compile_rules
from bot.triage.spelling import Speller
from bot.triage.temperature import FEVER_C, HIGH_C, LOW_C, Reading, readings
from bot.triage.text import Text, parse

_FEVER_RULE, _LOW_RULE, _BREATH_RULE, _PRESSURE_RULE = "R08", "R09", "R02", "R10"
# Oxygen saturation at or under this is plainly dangerous in a child (below the usual 92 % line).
_LOW_OXYGEN = 92
_OXYGEN = re.compile(
    r"\b(?:sats?|saturations?|spo2|oxygen(?: levels?)?|o2)\b[^.!?\n\d]{0,25}(?P<value>\d{2})(?!\d|\.\d)\s*%?"
)
_PRESSURE = re.compile(r"\b(?:bp|blood pressure)\b[^.!?\n\d]{0,25}(?P<value>\d{2,3})\s*(?:/|over)\s*\d{2,3}")
# Systolic pressure under this is low at any age over one (older children's table: 70 + twice the age).
_LOW_SYSTOLIC = 72
# Short forms whose misspellings matter as much as those of whole words.
SHORT_FORMS = frozenset(("temp", "temps", "degrees", "thermometer"))
_NORMAL_C = (LOW_C, 37.5)
_PRONE_TO_READING = ("fever",)
# A family's own lower line told in the message: "our unit said ring at 37.5".
_OWN_LINE = re.compile(
    r"\b(?:ring|call|phone|threshold|limit|line|figure|number|told|said|says|come in|at)\b"
    r"[^.!?\n\d]{0,25}(?P<value>37[.,]\d)"
)


@dataclass(frozen=True)
class Scan:
    """Everything triage read in one message."""

    hits: tuple[Hit, ...]
    help_came: bool = False
    mistake: bool = False
    team_knows: bool = False
    in_hospital: bool = False
    left_hospital: bool = False


class Scanner:
    """Compiled rules and context; stateless between messages."""

    def __init__(self, book: RuleBook, context: ContextBook, fever_c: float = FEVER_C) -> None:
        phrases, self._owners = compile_rules(book)
        self._matcher = Matcher(phrases, book.fillers)
        self._context = Context(context.model_dump(exclude={"reviewed"}), book.words, book.fillers)
        signs = [phrase for phrase in phrases if not self._owners[phrase.owner].exclusion]
        # Words that stand only in look-alikes are ordinary words: no typo of a sign may become one.
        ordinary = _surface(phrases) - _surface(signs)
        known = _surface([*signs, *self._context.phrases]) | SHORT_FORMS
        self._speller = Speller(known, {*book.fillers, *ordinary})
        self.vocabulary = vocabulary(phrases)
        self._titles = {rule.id: rule.title for rule in book.rules}
        self._fever_c = fever_c
        self._languages = LanguageRules.load(book, fever_c)

    def scan(self, message: str) -> Scan:
        """Read one message. Work grows linearly with its length."""
        text = parse(message, self._speller.keys_for(message))
        cues = self._context.read(text)
        matches = self._matcher.find(text.tokens)
        heat = readings(text)
        hits = [*self._phrase_hits(matches, text, cues, heat), *self._number_hits(text, cues, heat)]
        hits += self._languages.find(text)
        return Scan(
            hits=tuple(sorted(hits, key=lambda hit: (hit.start, hit.end))),
            help_came=bool(cues.of("help_came")),
            mistake=bool(cues.of("mistake")),
            team_knows=bool(cues.of("team_knows")),
            in_hospital=bool(cues.of("in_hospital")) and not cues.of("not_in_hospital"),
            left_hospital=bool(cues.of("not_in_hospital")),
        )

    def _phrase_hits(self, matches: list[Match], text: Text, cues: Cues, heat: list[Reading]) -> list[Hit]:
        blocked: dict[str, list[Match]] = {}
        for match in matches:
            owner = self._owners[match.phrase.owner]
            if owner.exclusion and owner.rule:
                blocked.setdefault(owner.rule.id, []).append(match)
        hits = []
        for match in matches:
            owner = self._owners[match.phrase.owner]
            if not owner.exclusion:
                why = self._why(match, owner, blocked, text, cues, heat)
                hits.append(self._hit(match, owner, text, why))
        return hits

    def _why(
        self,
        match: Match,
        owner: Owner,
        blocked: dict[str, list[Match]],
        text: Text,
        cues: Cues,
        heat: list[Reading],
    ) -> str | None:
        rule = owner.rule
        held = blocked.get(rule.id, []) if rule else [other for found in blocked.values() for other in found]
        for other in held:
            if not set(other.used).isdisjoint(match.used):
                return f"look-alike: {other.phrase.source}"
        if owner.sign in _PRONE_TO_READING and self._normal_reading_with(match, text, heat):
            return "a normal reading"
        persists = rule.persists if rule else True
        life = rule.life_threat if rule else True
        others = rule.of_others if rule else False
        despair = rule.despair if rule else False
        return self._context.discount(as_sign(match, persists, life, others, despair), text, cues)

    def _normal_reading_with(self, match: Match, text: Text, heat: list[Reading]) -> bool:
        """ "Her temperature is 36.8": the word for fever and a normal reading in the same clause."""
        clause = text.tokens[match.last].clause
        starts = set()
        for token in text.tokens[match.last + 1 :]:
            if token.clause != clause or token.after_comma:
                break
            starts.add(token.start)
        near = [reading for reading in heat if reading.start in starts]
        low, high = _NORMAL_C
        return bool(near) and all(low <= r.celsius < min(high, self._fever_c) for r in near)

    def _hit(self, match: Match, owner: Owner, text: Text, why: str | None) -> Hit:
        return Hit(
            rule=owner.rule.id if owner.rule else None,
            sign=owner.sign,
            level=owner.level,
            title=owner.rule.title if owner.rule else owner.sign,
            start=text.tokens[match.first].start,
            end=text.tokens[match.last].end,
            phrase=match.phrase.source,
            why=why,
        )

    def _number_hits(self, text: Text, cues: Cues, heat: list[Reading]) -> list[Hit]:
        hits = []
        own = _OWN_LINE.search(text.clean)
        line = min(self._fever_c, float(own["value"].replace(",", "."))) if own else self._fever_c
        for reading in heat:
            if own and reading.clean_start == own.start("value"):
                continue
            made = self._temperature_hit(reading, line)
            if made:
                hits.append(self._with_context(*made, reading.start, reading.end, text, cues))
        for pattern, rule, limit in (
            (_OXYGEN, _BREATH_RULE, _LOW_OXYGEN),
            (_PRESSURE, _PRESSURE_RULE, _LOW_SYSTOLIC),
        ):
            for match in pattern.finditer(text.clean):
                if 20 <= int(match["value"]) <= limit:
                    start, end = text.at(match.start()), text.at(match.end() - 1) + 1
                    hits.append(self._with_context(rule, "reading", Level.EMERGENCY, start, end, text, cues))
        return hits

    def _temperature_hit(self, reading: Reading, line: float) -> tuple[str, str, Level] | None:
        # Rounding: 101.3 F is 38.5 C and 100.4 F is 38.0 C, to the tenth a thermometer shows.
        celsius = round(reading.celsius + 1e-9, 1)
        if celsius >= HIGH_C:
            return _FEVER_RULE, "fever", Level.EMERGENCY
        if celsius >= line:
            return _FEVER_RULE, "fever", Level.URGENT
        if round(reading.celsius, 2) < LOW_C:
            return _LOW_RULE, "low_temperature", Level.URGENT
        return None

    def _with_context(
        self, rule: str, sign: str, level: Level, start: int, end: int, text: Text, cues: Cues
    ) -> Hit:
        places = [n for n, token in enumerate(text.tokens) if token.start < end and token.end > start]
        why = None
        if places:
            used = frozenset(places)
            seen = Sign(places[0], places[-1], used, persists=True, life_threat=False, reading=True)
            why = self._context.discount(seen, text, cues)
        return Hit(rule, sign, level, self._titles[rule], start, end, "a reading", why)


def _surface(phrases: Sequence[Phrase]) -> set[str]:
    elements = (element for phrase in phrases for element in phrase.elements)
    return {word.lstrip("=") for element in elements for word in element.surface}
