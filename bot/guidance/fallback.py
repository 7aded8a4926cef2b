"""The fail-safe card with nothing to read: words and numbers as constants.

Content belongs in data files, and the card's reviewed words are in `cards.yaml`. These few lines repeat
them because this card answers when something has already failed: a file lost or damaged while the app
runs must not leave a family without a number to call. Nothing is imported here but the reply's types.
"""

from __future__ import annotations

from bot.reply import Guidance, Level, PhoneNumber, Region

EMERGENCY_NUMBERS = {
    Region.UK: ("999", "999", "UK"),
    Region.US: ("911", "911", "US"),
    Region.EU: ("112", "112", "EU"),
    Region.IE: ("112 or 999", "112", "Ireland"),
    Region.AU: ("000", "000", "Australia"),
    Region.NZ: ("111", "111", "New Zealand"),
    Region.CA: ("911", "911", "Canada"),
    Region.IN: ("112", "112", "India"),
}
HEADING = "We could not check this message for danger signs"
UNIT = "If you are worried, ring {unit} now, day or night."
EMERGENCY = (
    "If your child is hard to wake, confused, fitting, struggling to breathe or bleeding a lot, "
    "or somebody is not safe, call {emergency} now. In hospital, press the call bell."
)


def minimal_fail_safe(
    region: Region | None, unit_number: str = "", level: Level = Level.EMERGENCY
) -> Guidance:
    """The fail-safe card from constants alone; cannot fail."""
    numbers = tuple(_number(key, region is None) for key in Region if region in (None, key))
    unit = f"your unit on {unit_number}" if unit_number else "the 24-hour number on your alert card"
    emergency = "your emergency number" if region is None else numbers[0].label
    action = f"{UNIT} {EMERGENCY}".format(unit=unit, emergency=emergency)
    listed = ", ".join(number.label for number in numbers)
    return Guidance(
        card="fail_safe",
        level=level,
        region=region.value if region else None,
        heading=HEADING,
        action=action,
        call=numbers[0] if region else None,
        numbers=numbers,
        text=f"{HEADING}\n{action}\nEmergency: {listed}",
    )


def _number(region: Region, with_country: bool) -> PhoneNumber:
    label, dial, country = EMERGENCY_NUMBERS[region]
    shown = f"{label} ({country})" if with_country else label
    return PhoneNumber(label=shown, dial=dial, use="Ambulance", region=region.value)
