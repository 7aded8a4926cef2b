"""Rules first, then layers that may only raise what the rules say; a layer that fails changes nothing."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from bot.reply import Assessment, Finding, Level
from bot.triage.assess import Triage
from bot.triage.guard import guarded
from bot.triage.meaning import MeaningError

# Findings above the rules' own for a conversation and the rules' assessment of it.
Layer = Callable[[Sequence[str], Assessment], Sequence[Finding]]


class LayeredTriage:
    """Triage by rules and, where it can be used, by meaning. `assess` raises only what the rules raise."""

    def __init__(self, triage: Triage, meaning: Layer | None = None) -> None:
        self._triage = triage
        self._meaning = meaning

    def assess(self, messages: Sequence[str]) -> Assessment:
        """The rules' assessment, raised where meaning says so; `layers` names those that took part.

        When the last message is an emergency already there is nothing to raise, and nobody waits for a
        model.
        """
        rules = self._triage.assess(messages)
        meaning = self._meaning
        if meaning is None or rules.now is Level.EMERGENCY:
            return rules
        return guarded(lambda: self._with(meaning(messages, rules), messages, rules), lambda: rules)

    def _with(self, found: Sequence[Finding], messages: Sequence[str], rules: Assessment) -> Assessment:
        last = len(messages) - 1
        found = [f for f in found if f.turn == last or f.turn >= self._first_open(messages)]
        now = [finding.level for finding in found if finding.turn == last]
        return replace(
            rules,
            level=_highest((rules.level, *(finding.level for finding in found))),
            now=_highest((rules.now, *now)),
            findings=tuple(sorted((*rules.findings, *found), key=lambda f: (f.turn, f.start, f.rule))),
            layers=(*rules.layers, "meaning"),
        )

    def _first_open(self, messages: Sequence[str]) -> int:
        """The first turn since help came or a sign proved a mistake: what was said before is settled."""
        for turn in range(len(messages) - 1, 0, -1):
            scan = self._triage.scan(messages[turn])
            flagged = any(hit.why is None and hit.level is not Level.NONE for hit in scan.hits)
            if (scan.help_came or scan.mistake) and not flagged:
                return turn
        return 0


class Deferred:
    """A layer made when first needed, so that rules can answer before a model is loaded.

    It is tried once: a missing model is not looked for on every message of a frightened family.
    """

    def __init__(self, make: Callable[[], Layer]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._layer: Layer | None = None

    def __call__(self, messages: Sequence[str], rules: Assessment) -> Sequence[Finding]:
        """What the layer finds."""
        with self._lock:
            if self._layer is None:
                make, self._make = self._make, _given_up
                self._layer = make()
            layer = self._layer
        return layer(messages, rules)


def _given_up() -> Layer:
    raise MeaningError("the meaning layer could not be loaded when first needed: run `nightlamp doctor`")


def _highest(levels: Iterable[Level]) -> Level:
    return max(levels, key=lambda level: level.rank)
