"""The red-flag rules as validated values, and the compiled form triage runs on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.errors import RulesError
from bot.reply import Level
from bot.triage.phrases import Phrase, PhraseError, compile_phrases


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


T = TypeVar("T", bound="_Strict")


class Sign(_Strict):
    """One thing a parent may see, its level, and the words it is told in."""

    sign: str
    level: Level
    phrases: list[str] = Field(min_length=1)


class Examples(_Strict):
    """Messages that must and must not raise the rule: run as tests."""

    match: list[str]
    no_match: list[str]


class Rule(_Strict):
    """One row of the red-flag table.

    `persists`: that it is over does not clear it. `life_threat`: counts for anybody, not only the child.
    `exclusions` (key `not` in the file) are look-alikes that hold a match back where they overlap it.
    """

    id: str = Field(pattern=r"^R\d\d$")
    title: str
    means: str
    hazard: str
    sources: list[str] = Field(min_length=1)
    life_threat: bool = False
    persists: bool = False
    signs: list[Sign] = Field(min_length=1)
    exclusions: list[str] = Field(default_factory=list, alias="not")
    examples: Examples


class Combination(_Strict):
    """Signs that together mean more than each alone."""

    id: str
    all: list[str] = Field(min_length=2)
    level: Level
    rule: str
    why: str


class RuleBook(_Strict):
    """The whole rules file."""

    reviewed: str | None
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


class ContextBook(_Strict):
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


@dataclass(frozen=True)
class Owner:
    """What a phrase belongs to: a rule's sign, a modifier (`rule` is None) or a rule's exclusion."""

    rule: Rule | None
    sign: str
    level: Level
    exclusion: bool = False


def load_rules(path: Path | None = None) -> RuleBook:
    """The rules, from `path` or the packaged file.

    Raises:
        RulesError: one line naming the file, the place and the remedy.
    """
    book = _load(RuleBook, "rules.yaml", path)
    known = {sign.sign for rule in book.rules for sign in rule.signs} | set(book.modifiers)
    ids = [rule.id for rule in book.rules]
    if len(ids) != len(set(ids)):
        raise RulesError(f"{path or 'rules.yaml'}: a rule id stands twice; give each rule its own id")
    for combination in book.combinations:
        missing = set(combination.all) - known
        if missing or combination.rule not in ids:
            raise RulesError(
                f"{path or 'rules.yaml'}: combination {combination.id} names unknown "
                f"{', '.join(sorted(missing)) or combination.rule}; use a sign or modifier of the file"
            )
    return book


def load_context(path: Path | None = None) -> ContextBook:
    """The context phrases; raises as `load_rules` does."""
    return _load(ContextBook, "context.yaml", path)


def _load(model: type[T], name: str, path: Path | None) -> T:
    where = str(path or f"bot/triage/{name}")
    try:
        raw = path.read_text("utf-8") if path else resources.files("bot.triage").joinpath(name).read_text("utf-8")
        return model.model_validate(_yaml(raw))
    except (OSError, UnicodeDecodeError) as error:
        raise RulesError(f"{where} cannot be read ({error}); restore the file") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" line {mark.line + 1}" if mark else ""
        raise RulesError(f"{where}{line} is not valid YAML ({getattr(error, 'problem', error)}); mend it") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise RulesError(f"{where}: {place}: {first['msg']} (got {str(first.get('input'))[:60]!r}); mend it") from None


def _yaml(raw: str) -> Any:
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(raw, Loader=loader)  # noqa: S506 - a safe loader


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
                raise RulesError(f"rules.yaml: {rule}: {error}; mend the phrase") from None
    return phrases, owners


def _owners(book: RuleBook) -> Iterator[tuple[Owner, list[str]]]:
    for rule in book.rules:
        for sign in rule.signs:
            yield Owner(rule, sign.sign, sign.level), sign.phrases
        yield Owner(rule, "", Level.NONE, exclusion=True), rule.exclusions
    for name, sources in book.modifiers.items():
        yield Owner(None, name, Level.NONE), sources
