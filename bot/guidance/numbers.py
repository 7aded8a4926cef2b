"""Emergency, poison and crisis numbers by country, from `numbers.yaml`.

Every entry carries the date somebody compared it with the official page. A wrong number costs a child
minutes, so `Numbers.unchecked` lists what nobody has compared yet and serving a public address asks it.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.guidance.data import read_model
from bot.reply import PhoneNumber, Region

Kind = Literal["emergency", "unit", "poison", "crisis", "urgent"]
NUMBERS_PATH = Path(__file__).with_name("numbers.yaml")

_STRICT = ConfigDict(extra="forbid", frozen=True, defer_build=True)
_Text = Annotated[str, Field(min_length=1)]


class Entry(BaseModel):
    """One phone line: `label` as shown, `dial` as dialled (digits), `use` who answers and when."""

    model_config = _STRICT

    label: _Text
    dial: Annotated[str, Field(pattern=r"^\+?[0-9]{3,15}$")]
    use: _Text
    sources: Annotated[tuple[str, ...], Field(min_length=1)]
    checked: date | None


class Line(BaseModel):
    """A sentence about reaching help another way (text relay, interpreter)."""

    model_config = _STRICT

    text: _Text
    sources: Annotated[tuple[str, ...], Field(min_length=1)]
    checked: date | None


class Words(BaseModel):
    """How people in a country say it; filled into the cards."""

    model_config = _STRICT

    ring: _Text
    fever_medicine: _Text
    pee: _Text
    alert_card: _Text
    leukaemia: _Text


class Country(BaseModel):
    """All the numbers of one region."""

    model_config = _STRICT

    country: _Text
    words: Words
    emergency: Annotated[tuple[Entry, ...], Field(min_length=1)]
    urgent: tuple[Entry, ...] = ()
    poison: tuple[Entry, ...] = ()
    crisis: Annotated[tuple[Entry, ...], Field(min_length=1)]
    relay: tuple[Line, ...] = ()
    interpreter: Line

    def entries(self, kind: Kind) -> tuple[Entry, ...]:
        """The lines of one kind, best first. The unit's own line is a setting, so it is never here."""
        return () if kind == "unit" else getattr(self, kind)


class Anywhere(BaseModel):
    """Words for a family who has not said where they are."""

    model_config = _STRICT

    country: None = None
    words: Words
    interpreter: Line


class Numbers(BaseModel):
    """Every region's numbers; a region missing from the file is an error."""

    model_config = _STRICT

    anywhere: Anywhere
    regions: dict[Region, Country]

    @model_validator(mode="after")
    def _every_region(self) -> Numbers:
        missing = [region.value for region in Region if region not in self.regions]
        if missing:
            raise ValueError(f"no numbers for region {', '.join(missing)}")
        return self

    def emergency(self, region: Region) -> PhoneNumber:
        """The number for a life in danger in `region`."""
        return _number(self.regions[region].emergency[0], region)

    def of_kind(self, kind: Kind, region: Region | None) -> tuple[PhoneNumber, ...]:
        """The lines of one kind, best first; with no region, the first of each country, labelled by it."""
        if region is not None:
            return tuple(_number(entry, region) for entry in self.regions[region].entries(kind))
        firsts = ((key, country, country.entries(kind)[:1]) for key, country in self.regions.items())
        return tuple(
            _number(entry, key, country.country) for key, country, first in firsts for entry in first
        )

    def for_region(self, region: Region | None) -> tuple[PhoneNumber, ...]:
        """All lines of a region, emergency first; with no region, each country's emergency number."""
        if region is None:
            return self.of_kind("emergency", None)
        kinds: tuple[Kind, ...] = ("emergency", "urgent", "poison", "crisis")
        return tuple(number for kind in kinds for number in self.of_kind(kind, region))

    def by_country(self) -> str:
        """One phrase with every emergency number: "999 (UK), 911 (US, Canada), ..."."""
        countries: dict[str, list[str]] = {}
        for country in self.regions.values():
            countries.setdefault(country.emergency[0].label, []).append(country.country)
        return ", ".join(f"{label} ({', '.join(names)})" for label, names in countries.items())

    def words(self, region: Region | None) -> Words:
        """The region's own words, or words understood everywhere."""
        return self.anywhere.words if region is None else self.regions[region].words

    def access_notes(self, region: Region | None) -> tuple[str, ...]:
        """How to reach help without hearing, speech or the country's language."""
        if region is None:
            return (self.anywhere.interpreter.text,)
        country = self.regions[region]
        return (*(line.text for line in country.relay), country.interpreter.text)

    def unchecked(self) -> tuple[str, ...]:
        """Entries nobody has compared with the official page, as "uk 999"."""
        kinds: tuple[Kind, ...] = ("emergency", "urgent", "poison", "crisis")
        found = ["anywhere interpreter"] if self.anywhere.interpreter.checked is None else []
        for region, country in self.regions.items():
            entries = [entry for kind in kinds for entry in country.entries(kind)]
            found += [f"{region.value} {entry.label}" for entry in entries if entry.checked is None]
            found += [f"{region.value} relay" for line in country.relay if line.checked is None]
            if country.interpreter.checked is None:
                found.append(f"{region.value} interpreter")
        return tuple(found)


def load_numbers(path: Path | None = None) -> Numbers:
    """Numbers from `path`, by default the packaged file.

    Raises:
        CardsError: one line naming the file and what is wrong in it.
    """
    return read_model(path or NUMBERS_PATH, Numbers)


def _number(entry: Entry, region: Region, country: str = "") -> PhoneNumber:
    label = f"{entry.label} ({country})" if country else entry.label
    return PhoneNumber(label=label, dial=entry.dial, use=entry.use, region=region.value)
