"""How a sign is meant: denied, feared, asked about in general, long past, somebody else's, over.

Every reason to hold a sign back is a phrase in `context.yaml`. When none applies the sign is live:
unsure goes up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bot.triage.phrases import NEGATIONS, Match, Matcher, Phrase, compile_phrases
from bot.triage.text import Text

# How many words may stand between a cue and the sign it speaks of.
REACH = 16
NEGATION_REACH = 8
# A list with "or" in it is denied whole.
LIST_REACH = 16
# A noun phrase that a "no" denies is at most this many words longer than the sign itself.
DENIED_NOUN = 3
# How many small words may join a thing to what is said of it.
THING_REACH = 5

_KINDS = (
    "negation", "no_negation", "denied_after", "conditional", "hypothetical", "no_hypothetical",
    "affirms", "warned", "long_past", "live", "passed", "team_knows", "help_came", "mistake",
    "in_hospital", "not_in_hospital", "other_people",
)  # fmt: skip


@dataclass(frozen=True)
class Cue:
    """A context phrase found, as positions of its first and last token."""

    kind: str
    first: int
    last: int


@dataclass(frozen=True)
class Cues:
    """All cues of one message, by kind."""

    by_kind: Mapping[str, tuple[Cue, ...]] = field(default_factory=dict)

    def of(self, kind: str) -> tuple[Cue, ...]:
        """Cues of one kind, in order."""
        return self.by_kind.get(kind, ())


@dataclass(frozen=True)
class Sign:
    """What context needs to know of a sign: where it stands and how the rule treats it."""

    first: int
    last: int
    used: frozenset[int]
    persists: bool
    life_threat: bool
    # A number read off an instrument: somebody has measured, so a question about it is not general.
    reading: bool = False
    # The sign is about other people from the start: contact with somebody who is ill.
    of_others: bool = False
    # Words of despair are a sign however they are asked: "what's the point of living".
    despair: bool = False


class Context:
    """Reads cues out of a message and gives the reason, if any, why a sign is not live."""

    def __init__(
        self, data: Mapping[str, Sequence[str]], classes: Mapping[str, Sequence[str]], fillers: Sequence[str]
    ) -> None:
        self.phrases: list[Phrase] = []
        for owner, kind in enumerate(_KINDS):
            for source in data[kind]:
                self.phrases.extend(compile_phrases(source, owner, classes))
        self._matcher = Matcher(self.phrases, fillers)
        self._between = frozenset(data["between"])
        self._questions = frozenset(data["question_words"])
        self._greetings = frozenset(data["greetings"])
        self._specific = frozenset(data["specific"])
        self._child = frozenset(data["child_words"])
        self._present = frozenset(data["present"])
        self._finite = frozenset(data["finite"])
        self._auxiliaries = frozenset(data["auxiliaries"])
        self._after_auxiliary = frozenset(data["after_auxiliary"])
        self._asking = frozenset(data["asking"])
        self._perfect = frozenset(data["perfect"])
        self._things = frozenset(data["things"])
        self._links = frozenset(data["links"])
        self._prepositions = frozenset(data["prepositions"])
        self._persons = frozenset(data["persons"])
        self._having = frozenset(data["having"])
        self._asked_of = frozenset(data["asked_of"])
        self._reports = frozenset(data["reports"])

    def read(self, text: Text) -> Cues:
        """All cues of the message."""
        found: dict[str, list[Cue]] = {}
        for match in self._matcher.find(text.tokens):
            kind = _KINDS[match.phrase.owner]
            found.setdefault(kind, []).append(Cue(kind, match.first, match.last))
        return Cues({kind: tuple(cues) for kind, cues in found.items()})

    def discount(self, sign: Sign, text: Text, cues: Cues) -> str | None:
        """Why the sign is not live, or None when it is."""
        if self._negated(sign, text, cues):
            return "denied"
        if self._cancelled_as_live(sign, text, cues):
            return self._other_person(sign, text, cues)
        if self._ahead(sign, text, cues, "conditional"):
            return "hypothetical"
        if not (sign.reading or sign.despair) and self._ahead(sign, text, cues, "hypothetical"):
            return "a general question or a fear"
        if self._ahead(sign, text, cues, "warned"):
            return "a warning repeated"
        if self._long_past(sign, text, cues):
            return "long past"
        if not (sign.reading or sign.despair) and self._general_question(sign, text, cues):
            return "general question"
        if self._over(sign, text, cues):
            return "over, and the team knows" if sign.persists else "over"
        if not sign.reading and self._of_a_thing(sign, text):
            return "look-alike: said of a thing"
        return self._other_person(sign, text, cues)

    def _of_a_thing(self, sign: Sign, text: Text) -> bool:
        """The subject is a toy, a film, the weather: "the balloon has gone all floppy".

        Only when the thing stands right before the sign, joined by nothing but a verb and small
        words, with no preposition before it ("after his bath shaking") and no person in the clause.
        """
        tokens = text.tokens
        place = sign.first
        while place > 0 and sign.first - place < THING_REACH and tokens[place - 1].word in self._links:
            place -= 1
        subject = place - 1 if place else -1
        if subject < 0 or tokens[subject].sentence != tokens[sign.first].sentence:
            return False
        if tokens[subject].word not in self._things:
            return False
        before = tokens[max(0, subject - 3) : subject]
        return not any(t.word in self._prepositions or t.word in self._persons for t in before)

    def _ahead(self, sign: Sign, text: Text, cues: Cues, kind: str) -> bool:
        """A cue of this kind stands before the sign and reaches it."""
        real = _covered(cues.of("no_hypothetical"))
        # "not sure if he is": the "if" supposes nothing.
        unsure = _covered(cues.of("no_negation"))
        for cue in cues.of(kind):
            if (kind == "hypothetical" and cue.first in real) or self._affirmed(sign, text, cues):
                continue
            asked = kind == "conditional" and cue.first in real
            if kind != "hypothetical" and (cue.first in unsure or asked):
                continue
            near = cue.first < sign.first and cue.last < sign.last and sign.first - cue.last <= REACH
            within = sign.used.issuperset(range(cue.first, cue.last + 1))
            if near and not within and self._reaches(cue, sign, text):
                return True
        return False

    def _reaches(self, cue: Cue, sign: Sign, text: Text) -> bool:
        """No new statement begins between cue and sign."""
        tokens = text.tokens
        if tokens[cue.last].sentence != tokens[sign.first].sentence:
            return False
        for place in range(cue.last + 1, sign.first + 1):
            if tokens[place].clause != tokens[place - 1].clause and self._states(place, sign.first, text):
                return False
        return True

    def _states(self, place: int, end: int, text: Text) -> bool:
        """The clause starting here names the child, or says is/has/keeps: a statement of its own."""
        words = [token.word for token in text.tokens[place : end + 1]]
        return any(word in self._specific or word in self._present or word == "now" for word in words)

    def _affirmed(self, sign: Sign, text: Text, cues: Cues) -> bool:
        """The next sentence says that it is so: "... cause chest pain? She's got it now"."""
        sentence = text.tokens[sign.first].sentence
        return any(
            0 < text.tokens[cue.first].sentence - sentence <= 2
            or (cue.first > sign.last and text.tokens[cue.first].clause > text.tokens[sign.last].clause)
            for cue in cues.of("affirms")
        )

    def _cancelled_as_live(self, sign: Sign, text: Text, cues: Cues) -> bool:
        """A word such as "now" stands with the sign, after any "if"."""
        clause = text.tokens[sign.first].clause
        over = _covered(cues.of("passed"))
        for cue in cues.of("live"):
            if cue.first in sign.used or cue.first in over:
                continue
            if text.tokens[cue.first].clause != clause and cue.first <= sign.last:
                continue
            if text.tokens[cue.first].sentence != text.tokens[sign.first].sentence:
                continue
            if cue.first > sign.first and self._names_child(sign, text):
                return True
        return False

    def _names_child(self, sign: Sign, text: Text) -> bool:
        sentence = text.tokens[sign.first].sentence
        place = sign.first
        while place >= 0 and text.tokens[place].sentence == sentence:
            if text.tokens[place].word in self._specific:
                return True
            place -= 1
        return False

    def _negated(self, sign: Sign, text: Text, cues: Cues) -> bool:
        tokens = text.tokens
        cancelled = _covered(cues.of("no_negation"))
        for cue in cues.of("negation"):
            if cue.first in sign.used or cue.first in cancelled or not cue.last < sign.first:
                continue
            if tokens[cue.last].clause != tokens[sign.first].clause or sign.first - cue.last > LIST_REACH:
                continue
            if self._denies_noun(cue, sign, text) or self._spans_only_links(cue.last + 1, sign.first, text):
                return True
        for cue in cues.of("denied_after"):
            if tokens[cue.first].clause == tokens[sign.last].clause and 0 < cue.first - sign.last <= 2:
                return True
        return False

    def _denies_noun(self, cue: Cue, sign: Sign, text: Text) -> bool:
        """ "no red dots", "denies any chest pain": a denial and the noun phrase right after it."""
        between = list(text.tokens[cue.last + 1 : sign.first])
        if text.tokens[cue.last].word in ("not", "never", "nor"):
            # "did not have any abdominal pain": the verb of having turns it into a denied noun.
            if not between or between[0].word not in self._having:
                return False
            while between and between[0].word in self._having:
                between.pop(0)
        return (
            len(between) <= DENIED_NOUN
            and not any(t.after_comma or t.word in self._finite or t.word in self._specific for t in between)
            and not text.tokens[sign.first].after_comma
        )

    def _spans_only_links(self, first: int, end: int, text: Text) -> bool:
        words = [token.word for token in text.tokens[first:end]]
        if len(words) > NEGATION_REACH and not self._or_follows(end, text):
            return False
        listed = "or" in words or "nor" in words
        commas = any(text.tokens[place].after_comma for place in range(first, end + 1))
        or_follows = commas and self._or_follows(end, text)
        if commas and not listed and not or_follows:
            return False
        return listed or or_follows or all(word in self._between for word in words)

    def _or_follows(self, place: int, text: Text) -> bool:
        clause = text.tokens[place].clause
        for token in text.tokens[place : place + NEGATION_REACH]:
            if token.clause != clause:
                return False
            if token.word in ("or", "nor"):
                return True
        return False

    def _long_past(self, sign: Sign, text: Text, cues: Cues) -> bool:
        tokens = text.tokens
        sentence, clause = tokens[sign.first].sentence, tokens[sign.first].clause
        close = [p for p in range(max(0, sign.first - 3), sign.first) if tokens[p].clause == clause]
        span = range(sign.first, sign.last + 1)
        if {tokens[p].word for p in (*close, *span)} & {"is", "are", "am", "keeps", "again", "now"}:
            return False
        for cue in cues.of("long_past"):
            if tokens[cue.first].sentence != sentence:
                continue
            if tokens[cue.first].clause == clause or (
                cue.last < sign.first and tokens[sign.first].clause - tokens[cue.last].clause == 1
            ):
                return True
        return False

    def is_question(self, place: int, text: Text) -> bool:
        """The sentence at this token asks."""
        sentence = text.tokens[place].sentence
        first = place
        while first > 0 and text.tokens[first - 1].sentence == sentence:
            first -= 1
        while first < place and text.tokens[first].word in self._greetings:
            first += 1
        follows = text.tokens[first + 1].word if first + 1 < len(text.tokens) else ""
        # "can not speak", "has stopped breathing" and "is turning blue" open statements that leave
        # their subject out; a question names it: "has he", "is my", "can CAR-T".
        opens = text.tokens[first].word in self._questions and follows != "not"
        if opens and (sentence in text.questions or not self._subjectless(first, text)):
            return True
        if sentence not in text.questions:
            return False
        return not any(t.word in self._finite for t in text.tokens[first : place + 1])

    def _subjectless(self, first: int, text: Text) -> bool:
        opening, *rest = [t.word for t in text.tokens[first:] if t.sentence == text.tokens[first].sentence]
        follows = rest[0] if rest else ""
        if opening in self._perfect:
            return follows not in self._asked_of
        states = follows.endswith(("ed", "ing")) or follows in self._after_auxiliary
        return opening in self._auxiliaries and states and self._asking.isdisjoint(rest)

    def _general_question(self, sign: Sign, text: Text, cues: Cues) -> bool:
        if not self.is_question(sign.first, text):
            return False
        sentence = text.tokens[sign.first].sentence
        if self._own_statement(sign, text):
            return False
        if self._affirmed(sign, text, cues) or any(
            text.tokens[cue.first].sentence == sentence for cue in cues.of("no_hypothetical")
        ):
            return False
        return not any(
            token.word in self._specific or _looks_like_name(token.start, token.end, text)
            for token in text.tokens[max(0, sign.first - REACH) : sign.last + REACH]
            if token.sentence == sentence
        )

    def _own_statement(self, sign: Sign, text: Text) -> bool:
        """A clause after the question says it for itself: "what is CPR, amelia has stopped breathing"."""
        tokens, place = text.tokens, sign.first
        while place > 0 and tokens[place - 1].clause == tokens[sign.first].clause:
            place -= 1
        within = place > 0 and tokens[place - 1].sentence == tokens[place].sentence
        return within and self._states(place, sign.last, text)

    def _over(self, sign: Sign, text: Text, cues: Cues) -> bool:
        sentence = text.tokens[sign.first].sentence
        over = [
            cue
            for cue in cues.of("passed")
            if cue.last >= sign.first
            and sign.used.isdisjoint(range(cue.first, cue.last + 1))
            and text.tokens[cue.first].sentence - sentence in (0, 1)
        ]
        known = any(not self._denied_cue(cue, text) for cue in cues.of("team_knows"))
        return bool(over) and (known or not sign.persists)

    def _denied_cue(self, cue: Cue, text: Text) -> bool:
        before = text.tokens[max(0, cue.first - 3) : cue.last]
        return any(token.word in NEGATIONS for token in before)

    def _other_person(self, sign: Sign, text: Text, cues: Cues) -> str | None:
        """The nearest person named before the sign is not the child, and it is no matter of life now."""
        tokens = text.tokens
        sentence = tokens[sign.first].sentence
        others = [
            cue
            for cue in cues.of("other_people")
            if cue.first < sign.first and tokens[cue.first].sentence == sentence and cue.last not in sign.used
        ]
        span = {token.word for token in tokens[sign.first : sign.last + 1]}
        if not others or sign.of_others or span & {"him", "her", "he", "she"}:
            return None
        nearest = max(cue.last for cue in others)
        if sign.first - nearest > NEGATION_REACH:
            return None
        for place in range(nearest + 1, sign.first):
            if tokens[place].word in self._child and tokens[place].clause != tokens[nearest].clause:
                return None
            if tokens[place].word in ("he", "she") and (
                tokens[place - 1].word in self._reports or tokens[place + 1].word in self._finite
            ):
                return None
        words = {tokens[p].word for p in range(nearest, min(len(tokens), sign.last + 1))}
        if sign.life_threat and not words & {"had", "was", "were", "died", "did"}:
            return None
        return "somebody else"


def _covered(cues: Sequence[Cue]) -> set[int]:
    return {place for cue in cues for place in range(cue.first, cue.last + 1)}


def _looks_like_name(start: int, end: int, text: Text) -> bool:
    """A capitalised word inside a sentence: perhaps the child's name, so the question is not general."""
    word = text.original[start:end]
    before = text.original[:start].rstrip()[-1:]
    return word.istitle() and len(word) > 2 and before not in ("", ".", "!", "?", "\n", ":")


def as_sign(match: Match, persists: bool, life_threat: bool, of_others: bool, despair: bool = False) -> Sign:
    """A phrase match as context sees it."""
    return Sign(
        match.first,
        match.last,
        frozenset(match.used),
        persists,
        life_threat,
        of_others=of_others,
        despair=despair,
    )
