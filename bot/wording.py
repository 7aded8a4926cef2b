"""Fixed texts: what is said when the reply is neither an answer nor a guidance card."""

from __future__ import annotations

import string
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from bot.guidance.data import read_model

PACKAGED = Path(__file__).with_name("wording.yaml")
_PLACEHOLDERS = frozenset(["unit", "number"])


def _known_placeholders(text: str) -> str:
    unknown = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None} - _PLACEHOLDERS
    if unknown:
        raise ValueError(f"unknown placeholder {sorted(unknown)[0]!r}: use {{unit}} only")
    return text


Text = Annotated[str, Field(min_length=1, max_length=600), AfterValidator(_known_placeholders)]


_TALK = ("empty", "greeting", "thanks", "goodbye", "who", "private", "how_are_you", "acknowledged")


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Refusals(_Data):
    """What the corpus does not cover; each says who can tell."""

    too_long: Text
    insufficient: Text
    other_condition: Text
    out_of_scope: Text
    myth: Text


class CareTeam(_Data):
    """Questions only the child's own team can answer, by topic."""

    dose: Text
    decision: Text
    result: Text
    prognosis: Text
    disagreement: Text
    diagnosis: Text


class Wording(_Data):
    """Every fixed text. `reviewed` stays None until a clinician has read them."""

    reviewed: str | None
    reviewer: str | None
    unit: Text
    unit_with_number: Text
    talk: dict[str, Text]
    refusals: Refusals
    care_team: CareTeam
    general_facts: Text

    @model_validator(mode="after")
    def _talk_is_complete(self) -> Wording:
        if wrong := sorted(set(_TALK) ^ set(self.talk)):
            raise ValueError(f"talk must have exactly {', '.join(_TALK)}: see {wrong[0]!r}")
        return self

    def fixed(self, key: str) -> str:
        """The refusal or the text for a care-team topic of that name."""
        texts = {**dict(self.refusals), **dict(self.care_team)}
        return str(texts[key])

    def fill(self, text: str, unit_number: str = "") -> str:
        """A text with the way to reach the team filled in."""
        unit = self.unit_with_number.format(number=unit_number, unit="") if unit_number else self.unit
        return text.format(unit=unit, number=unit_number)


def load_wording(path: Path = PACKAGED) -> Wording:
    """Read and validate the fixed texts.

    Raises:
        CardsError: naming the file, the place in it and the remedy.
    """
    return read_model(path, Wording)
