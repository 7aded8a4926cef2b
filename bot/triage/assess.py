"""Triage of a conversation: the first thing done on every turn, needing no index, network or model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bot.reply import Assessment, Finding, Level, Suppressed
from bot.triage.rules import Combination, RuleBook, load_context, load_rules
from bot.triage.scan import Hit, Scan, Scanner
from bot.triage.temperature import FEVER_C


class Triage:
    """Compiled rules. `assess` is pure: the same conversation gives the same assessment."""

    def __init__(self, book: RuleBook, scanner: Scanner) -> None:
        self._book = book
        self._scanner = scanner

    @classmethod
    def load(cls, fever_c: float = FEVER_C, rules: Path | None = None, context: Path | None = None) -> Triage:
        """Read and validate the rules.

        Raises:
            RulesError: the rules or context file cannot be read; nothing may start without them.
        """
        book = load_rules(rules)
        return cls(book, Scanner(book, load_context(context), fever_c))

    def scan(self, message: str) -> Scan:
        """Everything read in one message, for explaining a result to a person."""
        return self._scanner.scan(message)

    def assess(self, messages: Sequence[str]) -> Assessment:
        """The level of the conversation and of its last message, with what was found and held back.

        Earlier findings count until help has come or the sign proved a mistake.
        """
        scans = [self._scanner.scan(message) for message in messages]
        live: list[tuple[int, Hit]] = []
        suppressed: list[Suppressed] = []
        for turn, scan in enumerate(scans):
            here = [hit for hit in scan.hits if hit.why is None]
            flagged = any(hit.level is not Level.NONE for hit in here)
            if (scan.help_came or scan.mistake) and not flagged and turn > 0:
                why = "help has come" if scan.help_came else "a mistake"
                suppressed.extend(_held(old, old_turn, messages, why) for old_turn, old in live if old.rule)
                live = []
            live.extend((turn, hit) for hit in here)
            suppressed.extend(
                _held(hit, turn, messages, hit.why) for hit in scan.hits if hit.why and _matters(hit)
            )
        return self._assessment(messages, scans, live, suppressed)

    def _assessment(
        self,
        messages: Sequence[str],
        scans: Sequence[Scan],
        live: Sequence[tuple[int, Hit]],
        suppressed: Sequence[Suppressed],
    ) -> Assessment:
        last = len(messages) - 1
        signs = [(turn, hit) for turn, hit in live if hit.rule and hit.level is not Level.NONE]
        findings = [_finding(hit, turn, messages) for turn, hit in signs]
        findings.extend(self._combined(live, messages))
        findings = _distinct(findings)
        return Assessment(
            level=_highest(findings),
            now=_highest([finding for finding in findings if finding.turn == last]),
            findings=tuple(findings),
            suppressed=tuple(_distinct_suppressed(suppressed, findings)),
            in_hospital=_in_hospital(scans),
        )

    def _combined(self, live: Sequence[tuple[int, Hit]], messages: Sequence[str]) -> list[Finding]:
        """Findings that only the signs together give, placed at the latest of them."""
        latest: dict[str, tuple[int, Hit]] = {}
        for turn, hit in live:
            latest[hit.sign] = (turn, hit)
        found = []
        for combination in self._book.combinations:
            if all(sign in latest for sign in combination.all):
                found.append(_joint(combination, latest, messages, self._book))
        return found


def _joint(
    combination: Combination,
    latest: dict[str, tuple[int, Hit]],
    messages: Sequence[str],
    book: RuleBook,
) -> Finding:
    turn, hit = max((latest[sign] for sign in combination.all), key=lambda pair: (pair[0], pair[1].start))
    finding = _finding(hit, turn, messages)
    title = f"{book.rule(combination.rule).title} ({combination.why})"
    return replace(finding, rule=combination.rule, level=combination.level, title=title)


def _finding(hit: Hit, turn: int, messages: Sequence[str]) -> Finding:
    return Finding(
        rule=hit.rule or "",
        text=messages[turn][hit.start : hit.end],
        start=hit.start,
        end=hit.end,
        turn=turn,
        level=hit.level,
        title=hit.title,
    )


def _held(hit: Hit, turn: int, messages: Sequence[str], why: str | None) -> Suppressed:
    return Suppressed(
        hit.rule or "", messages[turn][hit.start : hit.end], hit.start, hit.end, turn, why or ""
    )


def _matters(hit: Hit) -> bool:
    """Look-alikes and modifiers are no signs, so there is nothing to ask the family about."""
    return (
        hit.rule is not None
        and hit.level is not Level.NONE
        and hit.why is not None
        and not hit.why.startswith(("look-alike", "a normal reading"))
    )


def _distinct(findings: Sequence[Finding]) -> list[Finding]:
    """One finding a rule and turn: the highest, then the longest."""
    best: dict[tuple[str, int], Finding] = {}
    for finding in findings:
        key = (finding.rule, finding.turn)
        old = best.get(key)
        if old is None or (finding.level.rank, len(finding.text)) > (old.level.rank, len(old.text)):
            best[key] = finding
    return sorted(best.values(), key=lambda f: (f.turn, f.start, f.rule))


def _distinct_suppressed(suppressed: Sequence[Suppressed], findings: Sequence[Finding]) -> list[Suppressed]:
    live = {(finding.rule, finding.turn) for finding in findings}
    seen: dict[tuple[str, int, str], Suppressed] = {}
    for held in suppressed:
        if (held.rule, held.turn) not in live:
            seen.setdefault((held.rule, held.turn, held.why), held)
    return sorted(seen.values(), key=lambda s: (s.turn, s.start, s.rule))


def _highest(findings: Sequence[Finding]) -> Level:
    return max((finding.level for finding in findings), key=lambda level: level.rank, default=Level.NONE)


def _in_hospital(scans: Sequence[Scan]) -> bool:
    """The latest word on it counts."""
    place = False
    for scan in scans:
        if scan.in_hospital:
            place = True
        elif scan.left_hospital:
            place = False
    return place
