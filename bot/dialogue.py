"""From a conversation to questions that stand alone.

What the family writes is only ever text to be searched for: nothing in it can instruct Nightlamp.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.phrasing import PACKAGED, Phrasing
from bot.reply import Region

MOST_PARTS = 5
# How many messages back something may be what "it" is about.
_MEMORY = 6
_STAND_IN = re.compile(r"\b(it|this|that|they|them|these|those)\b", re.IGNORECASE)
_PREPOSITION = re.compile(
    r"(?:at|with|without|after|before|for|in|on|during|by|from|under|over|if|when)\b", re.I
)
_ADDS = re.compile(r"\s*(?:and|but|so|also|or)\b", re.IGNORECASE)

TopicsIn = Callable[[str], Sequence[str]]


@dataclass(frozen=True)
class Question:
    """One question of the last message.

    `text` is as the family wrote it; `searches` are stand-alone forms of it, the likeliest first;
    `talk` names the fixed text that answers it instead; `region` is where it asks about, if it says.
    """

    text: str
    searches: tuple[str, ...]
    region: Region | None = None
    talk: str | None = None


class Dialogue:
    """Reads conversations. Pure: the same conversation gives the same questions."""

    def __init__(self, phrasing: Phrasing) -> None:
        self._phrasing = phrasing

    @classmethod
    def load(cls, path: Path = PACKAGED) -> Dialogue:
        """Read and validate the patterns.

        Raises:
            CardsError: naming the file, the place in it and the remedy.
        """
        return cls(Phrasing.load(path))

    def resolve(self, messages: Sequence[str], topics_in: TopicsIn) -> tuple[Question, ...]:
        """The questions of the last message, made to stand alone with what was asked before.

        Args:
            messages: the family's, oldest first.
            topics_in: the things (illnesses, medicines, ...) a text names, in order: what "it" can mean.
        """
        follow_ups = _FollowUps(self._phrasing, topics_in)
        asked: list[Question] = []
        for message in messages[-_MEMORY:-1]:
            asked.extend(q for q in self._questions(message, asked, follow_ups) if q.talk is None)
        return self._questions(messages[-1], asked, follow_ups)[:MOST_PARTS]

    def _questions(
        self, message: str, asked: Sequence[Question], follow_ups: _FollowUps
    ) -> tuple[Question, ...]:
        pieces = [(piece, self._phrasing.talk_of(piece)) for piece in self._phrasing.pieces(message)]
        about_us = [Question(piece, (), talk=key) for piece, key in pieces if key in ("who", "private")]
        plain = [piece for piece, key in pieces if key is None]
        asking = [piece for piece in plain if self._phrasing.is_asking(piece)]
        if not plain:
            return tuple(about_us or [Question(piece, (), talk=key) for piece, key in pieces[:1]])
        before = list(asked)
        told = " ".join(piece for piece in plain if piece not in asking)
        if told and asking:
            before.append(Question(told, (told,)))
        found = []
        for piece in asking or [told]:
            found.append(follow_ups.resolved(piece, before))
            before.append(found[-1])
        return (*found, *about_us)


class _FollowUps:
    """Puts into a question what it leaves to the conversation."""

    def __init__(self, phrasing: Phrasing, topics_in: TopicsIn) -> None:
        self._phrasing = phrasing
        self._topics_in = topics_in

    def resolved(self, piece: str, asked: Sequence[Question]) -> Question:
        """A sentence as a question that stands alone; `asked` came before it."""
        region = self._phrasing.region_in(piece)
        last = asked[-1] if asked else None
        if last is None or not last.searches:
            return Question(piece, (self._phrasing.bare(piece),), region)
        bare = self._phrasing.bare(piece)
        for pattern in self._phrasing.correction:
            if match := pattern.match(bare):
                return self._with_topic(piece, match["topic"], last, region)
        for pattern in self._phrasing.about:
            if match := pattern.match(bare):
                return self._with_topic(piece, match["topic"], last, region)
        if place := self._only_place(bare):
            return self._elsewhere(piece, place, last)
        if self._phrasing.is_dependent(bare):
            return Question(piece, self._joined_with(bare, asked), region or last.region)
        if _ADDS.match(piece):
            return Question(piece, (bare, f"{last.searches[0]} {bare}"), region)
        return Question(piece, (bare,), region)

    def _with_topic(self, piece: str, topic: str, last: Question, region: Region | None) -> Question:
        """The last question asked again about something else: a place, an earlier item or a new thing."""
        topic = topic.strip(" .?!,")
        earlier = last.searches[0]
        if place := self._only_place(topic):
            return self._elsewhere(piece, place, last)
        if _PREPOSITION.match(topic):
            return Question(piece, (f"{earlier.rstrip('?. ')} {topic}?", topic), region or last.region)
        if named := self._ordinal_topic(topic, last):
            return Question(piece, (f"What is {named}?", named), region or last.region)
        topics = self._topics_in(earlier)
        swapped = _swap(earlier, topics[-1], topic) if topics else f"{earlier.rstrip('?. ')} {topic}?"
        searches = (topic, swapped) if self._phrasing.asks(topic) else (swapped, topic)
        return Question(piece, searches, region or last.region)

    def _only_place(self, text: str) -> str | None:
        """The text with "in" before it, if it says nothing but a place."""
        forms = (text, f"in {text}")
        return next((form for form in forms if self._phrasing.is_only_region(form)), None)

    def _elsewhere(self, piece: str, place: str, last: Question) -> Question:
        """The last question asked again about another place."""
        earlier = self._phrasing.without_region(last.searches[0]).rstrip("?. ")
        region = self._phrasing.region_in(place)
        return Question(piece, (f"{earlier} {place.strip(' .?!')}?", earlier), region)

    def _ordinal_topic(self, text: str, last: Question) -> str | None:
        match = self._phrasing.ordinal.search(text)
        names = list(self._topics_in(last.searches[0]))
        if match is None or len(names) < 2:
            return None
        place = self._phrasing.ordinals[match[1].casefold()]
        return names[place] if -len(names) <= place < len(names) else None

    def _joined_with(self, bare: str, asked: Sequence[Question]) -> tuple[str, ...]:
        """A dependent question with what it depends on put in."""
        last = asked[-1]
        if named := self._ordinal_topic(bare, last):
            return (self._phrasing.ordinal.sub(named, bare), bare)
        for earlier in reversed(asked):
            topics = self._topics_in(earlier.searches[0]) if earlier.searches else ()
            if topics:
                named, count = _STAND_IN.subn(topics[-1], bare, count=1)
                together = named if count else f"{bare.rstrip('?. ')} {topics[-1]}?"
                return (together, f"{earlier.searches[0]} {bare}", bare)
        return (f"{last.searches[0]} {bare}", bare)


def _swap(question: str, old: str, new: str) -> str:
    """A question with one of its topics, as it is written there, replaced."""
    swapped = re.sub(re.escape(old), lambda _: new, question, count=1, flags=re.IGNORECASE)
    return swapped if swapped != question else f"{question.rstrip('?. ')} {new}?"
