"""Phone numbers as the page shows them: the strip, the cards' buttons, the emergency page."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.guidance.numbers import Numbers
from bot.reply import PhoneNumber, Region
from bot.web.strings import Strings


@dataclass(frozen=True)
class Button:
    """One number to press. `codes` are short country codes, `names` the countries in words."""

    label: str
    href: str
    use: str = ""
    codes: str = ""
    names: str = ""
    region: str = ""


@dataclass(frozen=True)
class CountryNumbers:
    """One country of the emergency page."""

    code: str
    name: str
    emergency: tuple[Button, ...]
    lines: tuple[Button, ...]
    notes: tuple[str, ...]


def href(number: PhoneNumber) -> str:
    """What pressing the number does: a text message where the line takes only texts, else a call."""
    scheme = "sms" if number.label.lower().startswith("text ") else "tel"
    return f"{scheme}:{number.dial}"


def unbroken(label: str) -> str:
    """A label kept on one line: a number broken over two is hard to read back to somebody."""
    return label.replace(" ", "\u00a0")


def button(number: PhoneNumber) -> Button:
    """A number with its label, link and use."""
    return Button(number.label, href(number), number.use, region=number.region)


def unit_button(number: str) -> Button | None:
    """The unit's own line from the settings, or None when the deployment has not set one."""
    dial = re.sub(r"[^0-9+]", "", number)
    return Button(unbroken(number.strip()), f"tel:{dial}") if dial else None


def strip_any(numbers: Numbers, strings: Strings) -> tuple[Button, ...]:
    """Every country's emergency number, one button per number dialled."""
    return by_dial((numbers.emergency(region) for region in Region), strings)


def strip_by_region(numbers: Numbers, strings: Strings) -> tuple[Button, ...]:
    """One button per region, of which the page shows the chosen one."""
    return tuple(_strip_button(numbers.emergency(region).dial, [region], strings) for region in Region)


def by_dial(numbers: Iterable[PhoneNumber], strings: Strings) -> tuple[Button, ...]:
    """One button per number dialled, naming every country it serves."""
    regions: dict[str, list[Region]] = {}
    for number in numbers:
        regions.setdefault(number.dial, []).append(Region(number.region))
    return tuple(_strip_button(dial, served, strings) for dial, served in regions.items())


def countries(numbers: Numbers, strings: Strings, only: Region | None = None) -> tuple[CountryNumbers, ...]:
    """The emergency page's countries: all of them, or one."""
    return tuple(_country(numbers, strings, region) for region in ([only] if only else Region))


def _strip_button(dial: str, regions: list[Region], strings: Strings) -> Button:
    return Button(
        label=dial,
        href=f"tel:{dial}",
        codes=" ".join(region.value.upper() for region in regions),
        names=", ".join(strings.where.name(region) for region in regions),
        region=regions[0].value,
    )


def _country(numbers: Numbers, strings: Strings, region: Region) -> CountryNumbers:
    lines = [number for kind in ("urgent", "poison", "crisis") for number in numbers.of_kind(kind, region)]
    return CountryNumbers(
        code=region.value,
        name=strings.where.name(region),
        emergency=tuple(map(button, numbers.of_kind("emergency", region))),
        lines=tuple(map(button, lines)),
        notes=numbers.access_notes(region),
    )
