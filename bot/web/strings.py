"""The words of the interface, checked once when the app starts."""

from __future__ import annotations

from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.errors import NightlampError
from bot.reply import Level, Region

PATH = Path(__file__).with_name("strings.yaml")


class StringsError(NightlampError):
    """The interface's words cannot be read."""


class _Words(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_min_length=1)


class Strip(_Words):
    """Words of the always-visible emergency strip."""

    label: str
    title: str
    action: str
    unit: str
    call: str
    call_unit: str
    hospital_title: str
    hospital_action: str
    more: str


class Where(_Words):
    """Words of the region choice."""

    label: str
    summary: str
    none: str
    hint: str
    regions: dict[Region, str]

    def name(self, region: Region | None) -> str:
        """A region's name, or the words for "not chosen"."""
        return self.none if region is None else self.regions[region]


class Transcript(_Words):
    """Words around questions and answers."""

    label: str
    asked: str
    answer: str
    guidance: str
    welcome: str
    welcome_more: str
    pending: str
    cut_off: str
    failed: str
    too_many: str
    end: str
    chip: str
    sources: str
    sources_hint: str
    quoted: str
    back: str
    related: str
    opening: str
    cleared: str


class CardWords(_Words):
    """Words the page adds to a guidance card; what a card says is the card's own data."""

    prefix: dict[Level, str]
    call: str
    call_unit: str


class Composer(_Words):
    """Words of the question box."""

    label: str
    placeholder: str
    send: str
    counter: str


class Examples(_Words):
    """The questions offered to somebody who does not know where to begin."""

    label: str
    questions: tuple[str, ...] = Field(min_length=3, max_length=3)


class Tools(_Words):
    """Words of print and start again."""

    print: str
    again: str
    again_question: str
    again_more: str
    again_yes: str
    again_no: str
    again_done: str


class Footer(_Words):
    """Words below the conversation."""

    numbers: str
    privacy: str


class EmergencyPage(_Words):
    """Words of the static page of numbers."""

    title: str
    intro: str
    back: str
    unit: str
    choose: str


class Print(_Words):
    """Words that only paper shows."""

    date: str
    warning: str


class Strings(_Words):
    """All words of the page; `load_strings` reads them from `strings.yaml`."""

    title: str
    tagline: str
    notice: str
    not_for_emergencies: str
    strip: Strip
    noscript: str
    loading: str
    where: Where
    hospital: str
    transcript: Transcript
    card: CardWords
    composer: Composer
    examples: Examples
    tools: Tools
    offline: str
    too_large: str
    footer: Footer
    emergency: EmergencyPage
    print: Print
    port_in_use: str
    serving: str


def load_strings(path: Path = PATH) -> Strings:
    """Read and check the interface's words.

    Raises:
        StringsError: naming the file and the first entry that is missing, unknown or empty.
    """
    try:
        strings = Strings.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        entry = ".".join(str(part) for part in first["loc"])
        raise StringsError(f"{path}: {entry}: {first['msg']} (mend this entry of the file)") from None
    except (OSError, yaml.YAMLError) as error:
        reason = str(error).splitlines()[0]
        raise StringsError(f"{path}: cannot be read: {reason} (reinstall the package)") from None
    missing = [region.value for region in Region if region not in strings.where.regions]
    if missing:
        raise StringsError(f"{path}: where.regions: {', '.join(missing)} missing (add a name for each)")
    return strings
