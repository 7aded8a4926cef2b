"""What a family who does not write in English is told, in their language and in English."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from bot.guidance.cards import packaged_book
from bot.guidance.data import read_model
from bot.language import Language
from bot.reply import Guidance, Region

PACKAGED = Path(__file__).with_name("languages.yaml")
_STRICT = ConfigDict(extra="forbid", frozen=True)


def _exactly(*wanted: str) -> AfterValidator:
    """A text left without its number would send nobody anywhere."""

    def check(text: str) -> str:
        names = {name for _, name, _, _ in Formatter().parse(text) if name is not None}
        if names != set(wanted):
            raise ValueError(f"must have the placeholders {sorted(wanted)} and no others: {text!r}")
        return text

    return AfterValidator(check)


class Words(BaseModel):
    """One language's text and its two ways to name the unit."""

    model_config = _STRICT

    text: Annotated[str, _exactly("unit", "emergency")]
    unit: Annotated[str, Field(min_length=1), _exactly()]
    unit_with_number: Annotated[str, _exactly("number")]

    def filled(self, emergency: str, unit_number: str) -> str:
        """The text with the numbers in it."""
        unit = self.unit_with_number.format(number=unit_number) if unit_number else self.unit
        return self.text.format(unit=unit, emergency=emergency)


class Translation(Words):
    """A language's text and who has read it: null until a clinician who speaks it natively has."""

    name: Annotated[str, Field(min_length=1)]
    reviewed: str | None
    reviewer: str | None


class Texts(BaseModel):
    """The whole of `languages.yaml`."""

    model_config = _STRICT

    english: Words
    languages: dict[Language, Translation]

    @model_validator(mode="after")
    def _every_language(self) -> Texts:
        missing = [language.name for language in Language if language not in self.languages]
        if missing != [Language.OTHER.name]:
            raise ValueError(f"texts must be there for every language but OTHER: see {missing or 'OTHER'}")
        return self


def load_texts(path: Path | None = None) -> Texts:
    """Texts from `path`, by default the packaged file.

    Raises:
        CardsError: one line naming the file and what is wrong in it.
    """
    return read_model(path or PACKAGED, Texts)


def unreviewed() -> tuple[str, ...]:
    """Languages whose text no clinician who speaks them has read."""
    return tuple(code.value for code, text in packaged_texts().languages.items() if text.reviewed is None)


def other_language_reply(language: Language, region: Region | None, unit_number: str = "") -> str:
    """That only English is answered and whom to call, in `language` and then in English.

    A language without a text of its own gets the English one alone. With no region the emergency number
    of every country is named.
    """
    own = _own_text(language, region, unit_number)
    english = packaged_texts().english.filled(_emergency(region), unit_number)
    return f"{own}\n\n{english}" if own else english


def with_language(
    card: Guidance, language: Language, region: Region | None, unit_number: str = ""
) -> Guidance:
    """The card, which is in English, with the same text in `language` as its first note."""
    own = _own_text(language, region, unit_number)
    if not own:
        return card
    return replace(card, notes=(own, *card.notes), text=f"{card.text}\n{own}")


@cache
def packaged_texts() -> Texts:
    """The packaged texts, read once; raises as `load_texts` does."""
    return load_texts()


def _own_text(language: Language, region: Region | None, unit_number: str) -> str:
    own = packaged_texts().languages.get(language)
    return own.filled(_emergency(region), unit_number) if own else ""


def _emergency(region: Region | None) -> str:
    numbers = packaged_book().numbers
    return numbers.emergency(region).label if region else numbers.by_country()
