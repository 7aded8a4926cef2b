"""The core signs in other languages than English, always looked for, whatever language a message is in.

The words are data (`languages.yaml`) in the notation of `bot.triage.phrases`, with two additions:

    convuls*        any word that starts so
    .               (in `held` only) the end of the clause

Words match exactly, after accents, doubled letters and letters written one for another are folded away,
because parents type on phones; one slip in a long word is forgiven. A sign counts unless the words next
to it deny it, suppose it or ask what it is: unsure goes up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.errors import RulesError
from bot.reply import Level
from bot.triage.data import load_data
from bot.triage.folding import Folder, english_words
from bot.triage.guard import guarded
from bot.triage.hit import Hit
from bot.triage.language_words import Cue, LanguageFile, LanguageWords, compile_line, cues, keys_in
from bot.triage.phrases import Element, Match, Matcher, Phrase
from bot.triage.rules import Rule, RuleBook
from bot.triage.temperature import FEVER_C, HIGH_C, LOW_C
from bot.triage.text import Text, Token

PACKAGED = Path(__file__).with_name("languages.yaml")
# Words that may stand between a cue and its sign ("no ha tenido nunca mucha fiebre").
_REACH = 5
# Words between a number and the word for fever or temperature.
_HEAT_REACH = 5
_BODY_C, _BODY_F = (34.0, 43.0), (94.0, 109.9)
_FEVER, _LOW = "fever", "low_temperature"


@dataclass(frozen=True, slots=True)
class _Owner:
    """What a phrase leads to: a sign of a rule, or (`number` set) a temperature in words."""

    language: str
    rule: Rule
    sign: str
    level: Level
    deniable: bool = True
    number: float | None = None
    mention: bool = False


@dataclass(frozen=True)
class _Grammar:
    """One language's compiled word sets, and its cues by the word of theirs that is nearest to the sign."""

    before: Mapping[str, Sequence[Cue]]
    after: Mapping[str, Sequence[Cue]]
    carriers: frozenset[str]
    passed: frozenset[str]
    negations: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Reading:
    """A body temperature and the tokens it was told in."""

    celsius: float
    first: int
    last: int


class LanguageRules:
    """Compiled words of all languages; stateless between messages."""

    def __init__(self, file: LanguageFile, book: RuleBook, fever_c: float = FEVER_C) -> None:
        signs = {sign.sign: (rule, sign.level) for rule in book.rules for sign in rule.signs}
        self._fever_c = fever_c
        self._fever, self._low = signs[_FEVER][0], signs[_LOW][0]
        self._owners: list[_Owner] = []
        self._phrases: list[Phrase] = []
        self._grammars: dict[str, _Grammar] = {}
        for code, words in file.languages.items():
            self._add(code, words, signs)
        fillers = {key for words in file.languages.values() for key in keys_in(words.fillers, words)}
        heat = frozenset(k for words in file.languages.values() for k in keys_in(words.heat, words))
        # Next to "temperature" or "fever" the English rules read the number, and know what else it may be.
        self._heat = heat - english_words() - set(file.english)
        self._counted = frozenset(
            k for words in file.languages.values() for k in keys_in(words.counted, words)
        )
        self._matcher = Matcher(self._phrases, fillers)
        known = {key for phrase in self._phrases for e in phrase.elements for key in e.keys}
        known |= self._heat | self._counted
        for grammar in self._grammars.values():
            known |= grammar.carriers | grammar.passed | grammar.negations
            held = [
                cue
                for by_word in (grammar.before, grammar.after)
                for found in by_word.values()
                for cue in found
            ]
            known |= {key for cue in held for keys in cue.places for key in keys}
        self._folder = Folder(known, file.english)

    @classmethod
    def load(cls, book: RuleBook, fever_c: float = FEVER_C, path: Path | None = None) -> LanguageRules:
        """Read, check and compile the words.

        Raises:
            RulesError: one line naming the file, the place in it and the remedy.
        """
        path = path or PACKAGED
        file = load_data(LanguageFile, path)
        known = {sign.sign for rule in book.rules for sign in rule.signs}
        for code, words in file.languages.items():
            wrong = sorted(set(words.signs) - known) or sorted(set(file.required) - set(words.signs))
            if wrong:
                raise RulesError(
                    f"{path}: languages.{code}.signs: {wrong[0]!r} is unknown or missing; mend it"
                )
        try:
            return cls(file, book, fever_c)
        except ValueError as error:
            raise RulesError(f"{path}: {error}; mend the phrase") from None

    def find(self, text: Text) -> list[Hit]:
        """The signs told in `text`, those held back included; offsets are of the original message.

        A fault here must not cost what the English rules found, so it gives no hits.
        """
        return guarded(lambda: self._find(text), list)

    def _add(self, code: str, words: LanguageWords, signs: Mapping[str, tuple[Rule, Level]]) -> None:
        negations = keys_in(words.negations, words)
        told = [(sign, line, False) for sign, lines in words.signs.items() for line in lines]
        told += [(sign, line, True) for sign, lines in words.mentions.items() for line in lines]
        for sign, line, mention in told:
            rule, level = signs[sign]
            for elements in compile_line(line, words):
                keys = frozenset(key for e in elements if not e.optional for key in e.keys)
                deniable = keys.isdisjoint(negations)
                self._put(line, elements, _Owner(code, rule, sign, level, deniable, mention=mention))
        for number, lines in words.numbers.items():
            for line in lines:
                for elements in compile_line(line, words):
                    self._put(line, elements, _Owner(code, self._fever, _FEVER, Level.NONE, number=number))
        self._grammars[code] = _Grammar(
            before=_by_word(cues({why: held.before for why, held in words.held.items()}, words), -1),
            after=_by_word(cues({why: held.after for why, held in words.held.items()}, words), 0),
            carriers=keys_in(words.carriers, words),
            passed=keys_in(words.passed, words),
            negations=negations,
        )

    def _put(self, line: str, elements: tuple[Element, ...], owner: _Owner) -> None:
        self._phrases.append(Phrase(line, elements, len(self._owners)))
        self._owners.append(owner)

    def _find(self, text: Text) -> list[Hit]:
        tokens = self._folder.tokens(text)
        matches = [match for match in self._matcher.find(tokens) if not self._reaches_over(match, tokens)]
        readings = list(self._readings(tokens, matches))
        told = {reading.first: reading.celsius for reading in readings}
        hits = []
        for match in matches:
            owner = self._owners[match.phrase.owner]
            hit = self._phrase_hit(match, tokens, told) if owner.number is None else None
            if hit and (hit.why or not owner.mention):
                hits.append(hit)
        return _distinct([*hits, *self._reading_hits(tokens, readings)])

    def _reaches_over(self, match: Match, tokens: Sequence[Token]) -> bool:
        """Whether a denial stands between the words of the match without being one of them."""
        negations = self._grammars[self._owners[match.phrase.owner].language].negations
        between = set(range(match.first, match.last)) - set(match.used)
        return any(not tokens[place].keys.isdisjoint(negations) for place in between)

    def _phrase_hit(self, match: Match, tokens: Sequence[Token], told: Mapping[int, float]) -> Hit:
        owner = self._owners[match.phrase.owner]
        why = self._why(match.first, match.last, tokens, self._grammars[owner.language], owner.deniable)
        if why is None and owner.sign == _FEVER:
            window = range(match.last - _HEAT_REACH, match.last + _HEAT_REACH + 1)
            near = [told[place] for place in window if place in told]
            if near and all(LOW_C <= celsius < min(37.5, self._fever_c) for celsius in near):
                why = "a normal reading"
        start, end = tokens[match.first].start, tokens[match.last].end
        line = f"{owner.language}: {match.phrase.source}"
        return Hit(owner.rule.id, owner.sign, owner.level, owner.rule.title, start, end, line, why)

    def _why(
        self, first: int, last: int, tokens: Sequence[Token], grammar: _Grammar, deniable: bool
    ) -> str | None:
        """The cue next to the words from `first` to `last` that holds them back."""
        passed = any(not tokens[p].keys.isdisjoint(grammar.passed) for p in range(max(0, first - 4), first))
        for why in (*_reasons_before(first, tokens, grammar), *_reasons_after(last, tokens, grammar)):
            if why != "denied" or (deniable and not passed):
                return why
        return None

    def _readings(self, tokens: Sequence[Token], matches: Iterable[Match]) -> Iterator[_Reading]:
        heated = {
            (place, token.sentence)
            for n, token in enumerate(tokens)
            if not token.keys.isdisjoint(self._heat)
            for place in range(n - _HEAT_REACH, n + _HEAT_REACH + 1)
        }
        if not heated:
            return
        told = [
            (float(t.word.replace(",", ".")), n, n) for n, t in enumerate(tokens) if t.word[0].isdecimal()
        ]
        for match in matches:
            number = self._owners[match.phrase.owner].number
            if number is not None:
                told.append((number, match.first, match.last))
        for value, first, last in told:
            celsius = _celsius(value)
            near = not heated.isdisjoint((place, tokens[first].sentence) for place in (first, last))
            counts = last + 1 < len(tokens) and not tokens[last + 1].keys.isdisjoint(self._counted)
            if celsius is not None and near and not counts:
                yield _Reading(celsius, first, last)

    def _reading_hits(self, tokens: Sequence[Token], readings: Sequence[_Reading]) -> Iterator[Hit]:
        for reading in readings:
            # To the tenth a thermometer shows: 101.3 F is 38.5 C and 100.4 F is 38.0 C.
            celsius = round(reading.celsius + 1e-9, 1)
            rule, sign, level = self._fever, _FEVER, Level.URGENT
            if celsius >= HIGH_C:
                level = Level.EMERGENCY
            elif celsius < LOW_C:
                rule, sign = self._low, _LOW
            elif celsius < self._fever_c:
                continue
            # Somebody has measured, so only "what if" holds a reading back.
            whys = [self._why(reading.first, reading.last, tokens, g, False) for g in self._grammars.values()]
            why = next((why for why in whys if why == "hypothetical"), None)
            start, end = tokens[reading.first].start, tokens[reading.last].end
            yield Hit(rule.id, sign, level, rule.title, start, end, "a reading", why)


def _celsius(value: float) -> float | None:
    if _BODY_F[0] <= value <= _BODY_F[1]:
        return (value - 32.0) * 5.0 / 9.0
    return value if _BODY_C[0] <= value <= _BODY_C[1] else None


def _by_word(found: Iterable[Cue], nearest: int) -> dict[str, list[Cue]]:
    by_word: dict[str, list[Cue]] = {}
    for cue in found:
        for key in cue.places[nearest]:
            by_word.setdefault(key, []).append(cue)
    return by_word


def _cues_at(token: Token, by_word: Mapping[str, Sequence[Cue]]) -> Iterator[Cue]:
    return (cue for key in sorted(token.keys) for cue in by_word.get(key, ()))


def _reasons_before(first: int, tokens: Sequence[Token], grammar: _Grammar) -> Iterator[str]:
    """Reasons whose cue ends before `first` with nothing but carriers in between."""
    for place in range(first - 1, max(-1, first - 2 - _REACH), -1):
        following = tokens[place + 1]
        if following.after_comma or following.sentence != tokens[place].sentence:
            return
        for cue in _cues_at(tokens[place], grammar.before):
            start = place - len(cue.places) + 1
            if start >= 0 and _stands(cue.places, start, tokens):
                yield cue.why
        if tokens[place].keys.isdisjoint(grammar.carriers):
            return


def _reasons_after(last: int, tokens: Sequence[Token], grammar: _Grammar) -> Iterator[str]:
    """Reasons whose cue starts after `last` with nothing but carriers in between."""
    for place in range(last + 1, min(len(tokens), last + 2 + _REACH)):
        token = tokens[place]
        if token.after_comma or token.sentence != tokens[place - 1].sentence:
            return
        for cue in _cues_at(token, grammar.after):
            if _stands(cue.places, place, tokens):
                yield cue.why
        if token.keys.isdisjoint(grammar.carriers):
            return


def _stands(places: Sequence[frozenset[str]], start: int, tokens: Sequence[Token]) -> bool:
    for offset, keys in enumerate(places):
        place = start + offset
        ended = place >= len(tokens) or (
            place > 0 and (tokens[place].after_comma or tokens[place].sentence != tokens[place - 1].sentence)
        )
        if not keys:
            return ended
        if place >= len(tokens) or (ended and offset) or tokens[place].keys.isdisjoint(keys):
            return False
    return True


def _distinct(hits: Iterable[Hit]) -> list[Hit]:
    """One hit a sign and place.

    One held back goes first: the word stands in several languages, and only its own knows the cue.
    """
    best: dict[tuple[str, int, int], Hit] = {}
    for hit in hits:
        key = (hit.sign, hit.start, hit.end)
        if key not in best or (hit.why and not best[key].why):
            best[key] = hit
    return list(best.values())
