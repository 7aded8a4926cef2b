"""One turn, from top to bottom: the messages of a family in, one `Reply` out.

triage     on every turn, first, on the whole text; an emergency or urgent sign is a card and nothing else
resolve    what is asked, each question made to stand alone
search     passages for each question
judge      answerable, not covered, about something else, or one for the child's own team
compose    the corpus's own sentences that answer it
verify     each of them found again in the corpus, or left out
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Protocol

from bot.compose.extractive import Chosen, choose, related
from bot.compose.verify import cited, located
from bot.dialogue import Dialogue, Question
from bot.evidence import Evidence
from bot.guidance.cards import packaged_book
from bot.guidance.languages import other_language_reply, packaged_texts, with_language
from bot.guidance.render import fail_safe, guidance_for, opener, reminder, unavailable
from bot.language import Language, detect_language
from bot.library import Library, LibraryUnavailable, Opened
from bot.reply import (
    Assessment,
    Citation,
    Guidance,
    Level,
    Part,
    Place,
    Region,
    Related,
    Reply,
    Sentence,
    Status,
)
from bot.scope import Scope, Verdict
from bot.settings import Settings
from bot.triage.assess import Triage
from bot.triage.guard import guarded
from bot.triage.layers import Deferred, LayeredTriage
from bot.triage.meaning import Meaning
from bot.wording import Wording, load_wording
from index.retriever import Hit

# As many passages as related sections and a second section for an answer could be taken from.
_PASSAGES = 10
_MOST_RELATED = 3


class Assesses(Protocol):
    """What a turn needs of triage."""

    def assess(self, messages: Sequence[str]) -> Assessment:
        """The assessment of a conversation, oldest message first."""


class GuardedTriage:
    """Triage that fails safe: if it raises, the conversation is an emergency until somebody has looked."""

    def __init__(self, triage: Assesses) -> None:
        self._triage = triage

    def assess(self, messages: Sequence[str]) -> Assessment:
        """The assessment, or one marked `failed` whose card sends every family for help."""
        return guarded(lambda: self._triage.assess(messages), _failed)


def _failed() -> Assessment:
    return Assessment(level=Level.EMERGENCY, now=Level.EMERGENCY, failed=True)


@dataclass(frozen=True)
class _Family:
    """For whom a turn is answered."""

    region: Region | None
    place: Place | None
    unit_number: str


@dataclass(frozen=True)
class _Answer:
    """What became of one question; `pointers` are sections the family may want next."""

    question: str
    status: Status
    text: str = ""
    sentences: tuple[Chosen, ...] = ()
    pointers: tuple[Hit, ...] = ()


@dataclass(frozen=True)
class _Found:
    """What a stand-alone form of a question found, and the verdict on it."""

    search: str
    hits: tuple[Hit, ...]
    verdict: Verdict


class Chatbot:
    """Nightlamp without a face. Safe to use from several threads; keeps nothing between turns.

    `reply` returns a `Reply` for any text and raises nothing a family could cause.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        triage: Assesses,
        dialogue: Dialogue,
        scope: Scope,
        wording: Wording,
        library: Library,
    ) -> None:
        self.triage = GuardedTriage(triage)
        self._settings = settings
        self._dialogue = dialogue
        self._scope = scope
        self._wording = wording
        self._library = library

    @classmethod
    def from_settings(cls, settings: Settings) -> Chatbot:
        """Load what a red flag needs now, and what an answer needs when first asked.

        Raises:
            RulesError, CardsError: rules, cards or fixed texts cannot be read. Nothing may start.
        """
        packaged_book()
        packaged_texts()
        library = Library(settings)
        meaning = Deferred(lambda: Meaning.load(library.encoder()))
        return cls(
            settings,
            triage=LayeredTriage(Triage.load(settings.fever_c), meaning),
            dialogue=Dialogue.load(),
            scope=Scope.load(),
            wording=load_wording(),
            library=library,
        )

    def warm(self) -> None:
        """Load index and model now, so that the first family does not wait for them.

        Raises:
            LibraryUnavailable: they cannot be used; red flags still get their cards.
        """
        self._library.open().search("warm", 1, None)

    def reply(
        self, messages: Sequence[str], *, region: Region | None = None, place: Place | None = None
    ) -> Reply:
        """The reply to the last of a family's messages, oldest first."""
        clock = _Clock()
        messages = tuple(messages) or ("",)
        family = _Family(region or self._settings.region, place, self._settings.unit_number)
        with clock.lap("triage"):
            assessment = self.triage.assess(messages)
        if assessment.failed or assessment.now.rank >= Level.URGENT.rank:
            reply = _also_in(detect_language(messages[-1]), _card_alone(assessment, family), family)
        elif language := detect_language(messages[-1]):
            reply = _not_in_english(language, messages[-1], _beside(assessment, family), family)
        else:
            reply = self._answered(messages, _beside(assessment, family), family, clock)
        return replace(reply, timings_ms=clock.timings())

    def _answered(self, messages: Sequence[str], reply: Reply, family: _Family, clock: _Clock) -> Reply:
        """`reply`, which holds what triage has to say, with an answer to the last message added."""
        message = messages[-1]
        limit = self._settings.message_limit
        if len(message) > limit:
            text = self._said(self._wording.refusals.too_long)
            return _assembled(reply, [_Answer(message[:limit], Status.INSUFFICIENT_EVIDENCE, text)], None)
        if not any(character.isalnum() for character in message):
            status = Status.INSUFFICIENT_EVIDENCE if message.strip() else Status.SMALL_TALK
            text = self._said(self._wording.talk["empty"])
            return _assembled(reply, [_Answer(message, status, text)], None)
        try:
            opened = self._library.open()
            # What is too long to answer is too long to look back to.
            recent = [text for text in messages[:-1] if len(text) <= limit]
            questions = self._dialogue.resolve((*recent, message), opened.topics.named_in)
            answers = [self._answer(question, opened, family.region, clock) for question in questions]
        except LibraryUnavailable:
            return _apology(reply, message, family)
        return _assembled(reply, answers, opened)

    def _answer(self, question: Question, opened: Opened, region: Region | None, clock: _Clock) -> _Answer:
        """Search, judge, compose and verify one question."""
        if question.talk is not None:
            return _Answer(question.text, Status.SMALL_TALK, self._said(self._wording.talk[question.talk]))
        with clock.lap("search"):
            found = self._found(question, opened, question.region or region)
        verdict = found.verdict
        text = self._said(self._wording.fixed(verdict.wording)) if verdict.wording else ""
        if not verdict.may_cite:
            return _Answer(question.text, verdict.status, text)
        with clock.lap("compose"):
            sentences = choose(found.search, found.hits, opened.corpus)
        with clock.lap("verify"):
            sentences = located(sentences, opened.corpus)
        if not sentences and verdict.status is Status.GROUNDED:
            text = self._said(self._wording.refusals.insufficient)
            return _Answer(question.text, Status.INSUFFICIENT_EVIDENCE, text)
        if sentences and text:
            text = f"{text} {self._wording.general_facts}"
        return _Answer(question.text, verdict.status, text, sentences, related(found.hits, sentences))

    def _found(self, question: Question, opened: Opened, region: Region | None) -> _Found:
        """Passages for the likeliest stand-alone form of a question that the guides answer."""
        found = []
        for text in question.searches:
            search = opened.topics.spelt(text)
            hits = tuple(opened.search(search, _PASSAGES, region))
            evidence = opened.evidence(search, hits[0]) if hits else Evidence()
            found.append(_Found(search, hits, self._scope.judge(question.text, search, hits, evidence)))
            if found[-1].verdict.may_cite:
                break
        return max(found, key=lambda candidate: candidate.verdict.may_cite)

    def _said(self, text: str) -> str:
        return self._wording.fill(text, self._settings.unit_number)


def _card_alone(assessment: Assessment, family: _Family) -> Reply:
    """The reply to a red flag: its card, and nothing beside it."""
    if assessment.failed:
        card = fail_safe(family.region, family.unit_number)
    else:
        card = guidance_for(assessment, family.region, family.place, family.unit_number)
    return Reply(region=family.region, made_by="card", triage=assessment, guidance=card)


def _also_in(language: Language | None, reply: Reply, family: _Family) -> Reply:
    """A card for a family who wrote in another language, with whom to call in their own words."""
    card = reply.guidance
    if language is None or card is None:
        return reply
    return replace(reply, guidance=with_language(card, language, family.region, family.unit_number))


def _not_in_english(language: Language, message: str, reply: Reply, family: _Family) -> Reply:
    """No search: the guides are in English, and a passage found by chance would answer another question."""
    text = other_language_reply(language, family.region, family.unit_number)
    return _assembled(reply, [_Answer(message, Status.OUT_OF_SCOPE, text)], None)


def _beside(assessment: Assessment, family: _Family) -> Reply:
    """What triage adds to an answer: a reminder, a same-day card, or a question about what it held back."""
    guidance: Guidance | None = None
    if assessment.level.rank >= Level.URGENT.rank:
        guidance = reminder(assessment, family.region, family.place, family.unit_number)
    elif assessment.now is Level.SAME_DAY:
        guidance = guidance_for(assessment, family.region, family.place, family.unit_number)
    opening = ""
    if assessment.suppressed:
        in_hospital = family.place is None and assessment.in_hospital
        place = Place.HOSPITAL if in_hospital else family.place
        rules = tuple(dict.fromkeys(held.rule for held in assessment.suppressed))
        opening = opener(family.region, place, family.unit_number, rules=rules)
    return Reply(region=family.region, made_by="fixed", triage=assessment, guidance=guidance, opening=opening)


def _apology(reply: Reply, message: str, family: _Family) -> Reply:
    """No answer can be given now. A reminder of an open red flag keeps its place; the numbers are said."""
    card = unavailable(family.region, family.unit_number)
    part = Part(message, Status.UNAVAILABLE, text="" if reply.guidance is None else card.text)
    return replace(reply, guidance=reply.guidance or card, parts=(part,))


def _assembled(reply: Reply, answers: Sequence[_Answer], opened: Opened | None) -> Reply:
    """The answers joined into one reply, with sentences and citations numbered through."""
    parts: list[Part] = []
    sentences: list[Sentence] = []
    citations: list[Citation] = []
    for answer in answers:
        places = tuple(range(len(sentences), len(sentences) + len(answer.sentences)))
        if answer.sentences and opened is not None:
            shown, carried = cited(answer.sentences, opened.corpus, len(citations) + 1)
            sentences.extend(shown)
            citations.extend(carried)
        parts.append(Part(answer.question, answer.status, places, answer.text))
    return replace(
        reply,
        made_by="extractive" if sentences else "fixed",
        parts=tuple(parts),
        sentences=tuple(sentences),
        citations=tuple(citations),
        related=_pointers(answers, citations),
        index_version=opened.index.version if opened else None,
    )


def _pointers(answers: Sequence[_Answer], citations: Sequence[Citation]) -> tuple[Related, ...]:
    """Related sections of all answers, each once and none that is already quoted."""
    quoted = {(citation.document, citation.section) for citation in citations}
    pointers = (
        Related(h.passage.document, h.passage.title, h.passage.section) for a in answers for h in a.pointers
    )
    fresh = dict.fromkeys(p for p in pointers if (p.document, p.section) not in quoted)
    return tuple(fresh)[:_MOST_RELATED]


class _Clock:
    """Milliseconds spent in each step of a turn; steps of several questions add up."""

    def __init__(self) -> None:
        self._started = time.perf_counter()
        self._laps = dict.fromkeys(("triage", "search", "compose", "verify"), 0.0)

    @contextmanager
    def lap(self, step: str) -> Iterator[None]:
        """Count what is done inside towards `step`."""
        started = time.perf_counter()
        yield
        self._laps[step] += (time.perf_counter() - started) * 1000

    def timings(self) -> dict[str, float]:
        """Every step and the total, so far."""
        total = (time.perf_counter() - self._started) * 1000
        return {step: round(spent, 2) for step, spent in (self._laps | {"total": total}).items()}
