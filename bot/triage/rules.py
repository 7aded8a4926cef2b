"""The red-flag rules as validated values, and the compiled form triage runs on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import Field

from bot.errors import RulesError
from bot.reply import Level
from bot.triage.data import Strict, load_data
from bot.triage.phrases import Phrase, PhraseError, compile_phrases

_COMMON = "common.yaml"
# The rows of the red-flag table: a rule that is not there can never fire, so its absence stops the start.
_WANTED = frozenset(f"R{number:02}" for number in range(1, 37))


class Sign(Strict):
    """One thing a parent may see, its level, and the words it is told in."""

    sign: str
    level: Level
    phrases: list[str] = Field(min_length=1)


class Examples(Strict):
    """Messages that must and must not raise the rule: run as tests."""

    match: list[str]
    no_match: list[str]


class Rule(Strict):
    """One row of the red-flag table.

    `persists`: that it is over does not clear it. `of_others`: told of other people by its nature.
    `despair`: live however it is asked.
    `life_threat`: counts for anybody, not only the child.
    `exclusions` (key `not` in the file) are look-alikes that hold a match back where they overlap it.
    """

    id: str = Field(pattern=r"^R\d\d$")
    title: str
    means: str
    hazard: str
    sources: list[str] = Field(min_length=1)
    life_threat: bool = False
    persists: bool = False
    of_others: bool = False
    despair: bool = False
    signs: list[Sign] = Field(min_length=1)
    exclusions: list[str] = Field(default_factory=list, alias="not")
    examples: Examples


class Combination(Strict):
    """Signs that together mean more than each alone."""

    id: str
    all: list[str] = Field(min_length=2)
    level: Level
    rule: str
    why: str


class Common(Strict):
    """`common.yaml`: word lists, fillers, modifiers and combinations that all rules share."""

    reviewed: str | None
    words: dict[str, list[str]]
    fillers: list[str]
    modifiers: dict[str, list[str]]
    combinations: list[Combination]


class RuleFile(Strict):
    """One file of rules that belong together."""

    reviewed: str | None
    rules: list[Rule] = Field(min_length=1)


class RuleBook(Strict):
    """All rules, with what they share."""

    words: dict[str, list[str]]
    fillers: list[str]
    modifiers: dict[str, list[str]]
    combinations: list[Combination]
    rules: list[Rule] = Field(min_length=1)

    def rule(self, rule_id: str) -> Rule:
        """The rule with this id; KeyError when there is none."""
        for rule in self.rules:
            if rule.id == rule_id:
                return rule
        raise KeyError(rule_id)


class ContextBook(Strict):
    """The whole context file: phrases by kind, and the word lists context needs."""

    reviewed: str | None
    negation: list[str]
    no_negation: list[str]
    denied_after: list[str]
    conditional: list[str]
    hypothetical: list[str]
    no_hypothetical: list[str]
    affirms: list[str]
    warned: list[str]
    long_past: list[str]
    live: list[str]
    passed: list[str]
    team_knows: list[str]
    help_came: list[str]
    mistake: list[str]
    in_hospital: list[str]
    not_in_hospital: list[str]
    child_words: list[str]
    other_people: list[str]
    question_words: list[str]
    greetings: list[str]
    specific: list[str]
    between: list[str]
    present: list[str]
    finite: list[str]
    reports: list[str]
    auxiliaries: list[str]
    after_auxiliary: list[str]
    asking: list[str]
    perfect: list[str]
    asked_of: list[str]
    things: list[str]
    links: list[str]
    prepositions: list[str]
    persons: list[str]
    having: list[str]


@dataclass(frozen=True)
class Owner:
    """What a phrase belongs to: a rule's sign, a modifier (`rule` is None) or a rule's exclusion."""

    rule: Rule | None
    sign: str
    level: Level
    exclusion: bool = False


def load_rules(folder: Path | None = None) -> RuleBook:
    """The rules, from `folder` or the packaged one.

    Raises:
        RulesError: one line naming the file, the place and the remedy.
    """
    place = folder or Path(__file__).with_name("rules")
    files = sorted(file for file in place.glob("*.yaml") if file.name != _COMMON)
    if not files:
        raise RulesError(f"{place} holds no rules; restore the folder or reinstall Nightlamp")
    common = load_data(Common, place / _COMMON)
    rules = [rule for file in files for rule in load_data(RuleFile, file).rules]
    book = RuleBook(
        words=common.words,
        fillers=common.fillers,
        modifiers=common.modifiers,
        combinations=common.combinations,
        rules=sorted(rules, key=lambda rule: rule.id),
    )
    _check(book, place)
    return book


def _check(book: RuleBook, place: Path) -> None:
    known = {sign.sign for rule in book.rules for sign in rule.signs} | set(book.modifiers)
    ids = [rule.id for rule in book.rules]
    missing_rules = sorted(_WANTED - set(ids))
    if missing_rules:
        raise RulesError(f"{place}: rule {missing_rules[0]} is missing; restore the file that held it")
    if len(ids) != len(set(ids)):
        raise RulesError(f"{place}: a rule id stands twice; give each rule its own id")
    for combination in book.combinations:
        unknown = sorted(set(combination.all) - known) or [combination.rule] * (combination.rule not in ids)
        if unknown:
            raise RulesError(
                f"{place / _COMMON}: combination {combination.id} names the unknown {unknown[0]!r}; "
                "use a sign, modifier or rule of the files"
            )


def load_context(path: Path | None = None) -> ContextBook:
    """The context phrases; raises as `load_rules` does."""
    return load_data(ContextBook, path or Path(__file__).with_name("context.yaml"))


def compile_rules(book: RuleBook) -> tuple[list[Phrase], list[Owner]]:
    """Every phrase of the rules with its owner's number.

    Raises:
        RulesError: a phrase that cannot be read.
    """
    owners: list[Owner] = []
    phrases: list[Phrase] = []
    for owner, sources in _owners(book):
        owners.append(owner)
        for source in sources:
            try:
                phrases.extend(compile_phrases(source, len(owners) - 1, book.words))
            except PhraseError as error:
                rule = owner.rule.id if owner.rule else owner.sign
                raise RulesError(f"rules: {rule}: {error}; mend the phrase") from None
    return phrases, owners


def _owners(book: RuleBook) -> Iterator[tuple[Owner, list[str]]]:
    for rule in book.rules:
        for sign in rule.signs:
            yield Owner(rule, sign.sign, sign.level), sign.phrases
        yield Owner(rule, "", Level.NONE, exclusion=True), rule.exclusions
    for name, sources in book.modifiers.items():
        yield Owner(None, name, Level.NONE), sources
