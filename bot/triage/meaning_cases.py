"""What the meaning layer learns from: messages whose level is known, read from data files by path."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.reply import Level
from bot.triage.meaning import EMERGENCY, HARMLESS, UNCLEAR, URGENT, MeaningError

# Suites with this in their name measure the finished layer and must stay unseen by it.
UNSEEN = "held_apart"
_TARGETS = {Level.NONE: HARMLESS, Level.SAME_DAY: HARMLESS, Level.URGENT: URGENT, Level.EMERGENCY: EMERGENCY}
# Rules decided by a reading: their live messages that hold a figure teach words nothing.
_READ_OFF = frozenset(("R08", "R09"))
_FIGURE = re.compile(r"\d")
# The model reads English: of other languages the layer learns only not to speak up.
_NOT_ENGLISH = "languages"


@dataclass(frozen=True)
class Case:
    """A conversation with its class. `hard` marks those written to look like a red flag, or to be one."""

    name: str
    messages: tuple[str, ...]
    target: int
    rule: str
    cluster: str
    hard: bool
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Material:
    """All cases, and the SHA-256 of each file they came from."""

    cases: tuple[Case, ...]
    hashes: dict[str, str]


def read_material(suites: Path, rules: Path, explainers: Path) -> Material:
    """Cases of every suite that is not held apart, examples of the rules, headings of the explainers.

    Raises:
        MeaningError: a folder holds no such file, or a file cannot be read.
    """
    cases: list[Case] = []
    hashes: dict[str, str] = {}
    readers = (
        (suites, "**/*.yaml", _suite_cases),
        (rules, "*.yaml", _rule_cases),
        (explainers, "*.md", _headings),
    )
    for folder, pattern, read in readers:
        files = [file for file in sorted(folder.glob(pattern)) if UNSEEN not in file.name]
        if not files:
            raise MeaningError(f"{folder} holds no {pattern}; give the folder that does")
        for file in files:
            raw = file.read_bytes()
            hashes[f"{folder.name}/{file.name}"] = hashlib.sha256(raw).hexdigest()
            cases.extend(read(raw.decode("utf-8"), file))
    return Material(tuple(cases), hashes)


def titles(rules: Path) -> dict[str, str]:
    """What each rule is called, and what a finding without one is."""
    named = {
        rule["id"]: rule["title"]
        for file in sorted(rules.glob("*.yaml"))
        for rule in _yaml(file.read_text("utf-8"), file).get("rules", ())
    }
    return named | {UNCLEAR: "Sounds like a warning sign"}


def _suite_cases(raw: str, file: Path) -> Iterator[Case]:
    suite = _yaml(raw, file)
    # Suites about answers hold no live sign unless a case asks for a level.
    about_answers = any("status" in case["expect"] for case in suite["cases"])
    for case in suite["cases"]:
        expect = case["expect"]
        asked = {expect[key] for key in ("level", "max_level", "exact_level") if key in expect}
        if about_answers and asked:
            continue
        level = Level(expect.get("exact_level") or expect.get("level") or Level.NONE)
        read_off = case.get("rule") in _READ_OFF and _FIGURE.search(" ".join(case["messages"]))
        if _TARGETS[level] != HARMLESS and (read_off or suite["suite"] == _NOT_ENGLISH):
            continue
        cluster = case.get("cluster")
        yield Case(
            name=case["id"],
            messages=tuple(case["messages"]),
            target=_TARGETS[level],
            rule=case.get("rule", UNCLEAR),
            cluster=f"{suite['suite']}/{cluster}" if cluster else "",
            hard=not about_answers,
            tags=tuple(case.get("tags", ())),
        )


def _rule_cases(raw: str, file: Path) -> Iterator[Case]:
    for rule in _yaml(raw, file).get("rules", ()):
        levels = {Level(sign["level"]) for sign in rule["signs"]}
        matching = rule["examples"]["match"] if len(levels) == 1 else ()
        for place, text in enumerate(matching):
            target = _TARGETS[next(iter(levels))]
            yield Case(f"{rule['id']}-match-{place}", (text,), target, rule["id"], "", hard=True)
        for place, text in enumerate(rule["examples"]["no_match"]):
            yield Case(f"{rule['id']}-no-match-{place}", (text,), HARMLESS, rule["id"], "", hard=True)


def _headings(raw: str, file: Path) -> Iterator[Case]:
    """Each section of an explainer opens with a question that a parent asks in general."""
    lines = (line.removeprefix("## ") for line in raw.splitlines() if line.startswith("## "))
    for place, text in enumerate(lines):
        yield Case(f"{file.stem}-{place}", (text,), HARMLESS, UNCLEAR, "", hard=False)


def _yaml(raw: str, file: Path) -> dict[str, Any]:
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return dict(yaml.load(raw, Loader=loader))
    except yaml.YAMLError as error:
        raise MeaningError(f"{file} is not valid YAML ({str(error).splitlines()[0]}); mend it") from None
