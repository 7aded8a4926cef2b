"""The value every turn ends in: page, command line and evals all render this and nothing else.

Everything is frozen. What can be derived (a reply's status) is derived, never stored beside its parts.
Offsets count Unicode code points: of a message in its turn, or of a document in its canonical text.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Level(StrEnum):
    """How fast a family must act. Order matters: see `rank`."""

    NONE = "none"
    SAME_DAY = "same_day"
    URGENT = "urgent"
    EMERGENCY = "emergency"

    @property
    def rank(self) -> int:
        """0 for none up to 3 for emergency."""
        return list(Level).index(self)


class Status(StrEnum):
    """What kind of reply this is; the machine contract's words."""

    EMERGENCY = "emergency"
    URGENT = "urgent"
    GROUNDED = "grounded"
    INSUFFICIENT_EVIDENCE = "insufficient_evidence"
    OUT_OF_SCOPE = "out_of_scope"
    CARE_TEAM = "care_team"
    SMALL_TALK = "small_talk"
    UNAVAILABLE = "unavailable"


class Region(StrEnum):
    """Where the family is. `None` in a field of this type means they have not said."""

    UK = "uk"
    US = "us"
    EU = "eu"
    IE = "ie"
    AU = "au"
    NZ = "nz"
    CA = "ca"
    IN = "in"


class Place(StrEnum):
    """Where the child is now."""

    HOME = "home"
    HOSPITAL = "hospital"


@dataclass(frozen=True)
class Finding:
    """A live red flag: which rule, on which words of which user turn (0-based)."""

    rule: str
    text: str
    start: int
    end: int
    turn: int
    layer: str = "rules"
    level: Level = Level.EMERGENCY
    title: str = ""


@dataclass(frozen=True)
class Suppressed:
    """A sign that was found and held back, with the reason a person can check."""

    rule: str
    text: str
    start: int
    end: int
    turn: int
    why: str


@dataclass(frozen=True)
class Assessment:
    """Triage of a whole conversation.

    `level` covers everything unresolved in the conversation; `now` only what the last message says.
    `failed` is set when triage itself raised and the fail-safe card must be shown.
    """

    level: Level = Level.NONE
    now: Level = Level.NONE
    findings: tuple[Finding, ...] = ()
    suppressed: tuple[Suppressed, ...] = ()
    layers: tuple[str, ...] = ("rules",)
    in_hospital: bool = False
    failed: bool = False


@dataclass(frozen=True)
class PhoneNumber:
    """A number as shown and as dialled: `label` "999", `dial` "999", `use` what it is for."""

    label: str
    dial: str
    use: str
    region: str


@dataclass(frozen=True)
class Guidance:
    """A guidance card ready to show. `text` is its plain-text form, every line of it.

    `action` is the one thing to do first; `call` the number of the card's own call button (None in
    hospital, where the action is the call bell, and when there is no region yet); `numbers` all
    numbers the card shows, labelled by country when no region is chosen; `say`, `meanwhile` and
    `avoid` are short lists: what to tell the call handler, what to do while waiting, what not to do.
    """

    card: str
    level: Level
    region: str | None
    heading: str
    action: str
    call: PhoneNumber | None
    numbers: tuple[PhoneNumber, ...]
    say: tuple[str, ...] = ()
    meanwhile: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    reminder: bool = False
    text: str = ""


@dataclass(frozen=True)
class Citation:
    """A span of the corpus: `quote` equals the document's canonical text from `start` to `end`.

    `passage` and its offsets are the whole section the quote stands in, for showing it in context.
    """

    number: int
    document: str
    version: str
    title: str
    section: str
    quote: str
    start: int
    end: int
    passage: str = ""
    passage_start: int = 0


@dataclass(frozen=True)
class Sentence:
    """One sentence of an answer and the numbers of the citations that carry it.

    `kind` is "sentence", "item" (of a list) or "row" (of a table): how a page should set it.
    """

    text: str
    citations: tuple[int, ...]
    kind: str = "sentence"


@dataclass(frozen=True)
class Part:
    """One question of the message and what became of it.

    `sentences` are positions in `Reply.sentences`; `text` is the fixed wording of a part that is not
    an answer (refusal, greeting, "one for your team"), shown before its sentences if it has any.
    """

    question: str
    status: Status
    sentences: tuple[int, ...] = ()
    text: str = ""


@dataclass(frozen=True)
class Related:
    """A pointer to a section the family may want next; never a source of this answer."""

    document: str
    title: str
    section: str


@dataclass(frozen=True)
class Reply:
    """One turn's outcome. An emergency or urgent card stands alone; otherwise `parts` answer."""

    region: Region | None
    made_by: str
    triage: Assessment
    guidance: Guidance | None = None
    parts: tuple[Part, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    citations: tuple[Citation, ...] = ()
    related: tuple[Related, ...] = ()
    opening: str = ""
    index_version: str | None = None
    timings_ms: dict[str, float] = field(default_factory=dict)

    @property
    def status(self) -> Status:
        """A card's level when a card stands alone, else the best of the parts."""
        if self.guidance is not None and not self.parts:
            return Status.EMERGENCY if self.guidance.level is Level.EMERGENCY else Status.URGENT
        statuses = [part.status for part in self.parts]
        for status in _PRECEDENCE:
            if status in statuses:
                return status
        return Status.UNAVAILABLE

    @property
    def answer(self) -> str:
        """Plain text of the whole reply with [n] markers, as the machine form and terminals show it."""
        blocks = [self.opening] if self.opening else []
        if self.guidance is not None:
            blocks.append(self.guidance.text)
        for part in self.parts:
            if part.text:
                blocks.append(part.text)
            blocks.extend(_marked(self.sentences[i]) for i in part.sentences)
        return "\n".join(blocks)


_PRECEDENCE = (
    Status.GROUNDED,
    Status.CARE_TEAM,
    Status.UNAVAILABLE,
    Status.INSUFFICIENT_EVIDENCE,
    Status.OUT_OF_SCOPE,
    Status.SMALL_TALK,
)


def _marked(sentence: Sentence) -> str:
    marks = "".join(f"[{number}]" for number in sentence.citations)
    bullet = "- " if sentence.kind in ("item", "row") else ""
    return f"{bullet}{sentence.text} {marks}".rstrip()
