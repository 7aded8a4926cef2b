"""Small real values for the tests here: cases, replies and a corpus of one document."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import yaml

from bot.reply import Assessment, Citation, Guidance, Level, Part, Reply, Sentence, Status
from corpus.load import parse_document
from corpus.model import Corpus
from evals.load import SuiteFile
from evals.model import Case, Expect, Suite
from evals.outcome import Outcome

EXPLAINER = """\
---
id: fever
title: Fever
summary: What a fever means.
audience: parent
jurisdiction: [all]
topics: [fever]
sources: [A]
written: 2026-11-22
reviewed: null
reviewer: null
review_due: 2027-05-22
status: draft
---

## What counts as a fever?

A fever is 38.0 C or above. Ring your unit at once.

## Can we give medicine?

Ask your unit first.
"""
CORPUS = Corpus((parse_document(EXPLAINER, "fever.md"),))
DOCUMENT = CORPUS.documents[0]


def case(case_id: str = "c1", messages: tuple[str, ...] = ("hello",), **fields: Any) -> Case:
    """A case; keys of `Expect` may stand among `fields`."""
    expect = {name: fields.pop(name) for name in Expect.model_fields if name in fields}
    return Case.model_validate({"id": case_id, "messages": messages, "expect": expect, **fields})


def suite_file(*cases: Case, bar: Any = None) -> SuiteFile:
    """A suite in memory."""
    fields = {"suite": "s", "title": "A suite", "bar": bar or {"metric": "pass_rate", "at_least": 1}}
    suite = Suite.model_validate({**fields, "cases": cases})
    return SuiteFile(
        Path("s.yaml"), hashlib.sha256(b"").hexdigest(), suite, yaml.compose("{}", yaml.SafeLoader)
    )


def citation(number: int, words: str, **changes: Any) -> Citation:
    """A citation of words that stand in `DOCUMENT`."""
    start = DOCUMENT.text.index(words)
    section = DOCUMENT.section_at(start)
    assert section is not None
    fields = {"document": DOCUMENT.id, "version": DOCUMENT.version, "title": DOCUMENT.title, "quote": words}
    place = {"section": section.heading, "start": start, "end": start + len(words)}
    return Citation(**{"number": number, **fields, **place, **changes})


def answer(*citations: Citation, status: Status = Status.GROUNDED, level: Level = Level.NONE) -> Reply:
    """A reply with one sentence per citation."""
    sentences = tuple(Sentence(c.quote, (c.number,)) for c in citations)
    part = Part("q", status, tuple(range(len(sentences))), "" if sentences else "Sorry.")
    return Reply(
        None, "extractive", Assessment(level), None, (part,), sentences, tuple(citations), index_version="v"
    )


def card(level: Level, name: str = "breathing", shown: Level | None = None) -> Reply:
    """A card that stands alone; `shown` when the card's level is not the assessment's."""
    guidance = Guidance(name, shown or level, "uk", "Call 999", "Call 999", None, (), text="Call 999 now.")
    return Reply(None, "card", Assessment(level), guidance)


def seen(of: Case, result: Reply | Assessment | str, verbatim: bool = True) -> Outcome:
    """An outcome; a string is the error the case broke with."""
    if isinstance(result, str):
        return Outcome(of, error=result)
    if isinstance(result, Assessment):
        return Outcome(of, result)
    found = frozenset(c.number for c in result.citations) if verbatim else frozenset()
    return Outcome(of, result.triage, result, None, found)
