"""How families phrase things: the patterns of `dialogue.yaml`, compiled."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from bot.guidance.data import read_model
from bot.reply import Region

PACKAGED = Path(__file__).with_name("dialogue.yaml")
_SENTENCE = re.compile(r"[^.?!\n]+(?:\.(?=\d)[^.?!\n]+)*[.?!]*", re.UNICODE)
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00-\x08\x0b-\x1f\x7f]")
_LIST_MARK = re.compile(r"^\s*(?:[-*•]|\(?\d{1,2}[.)](?!\d)|\(?[a-e]\))\s*")


def _compiles(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"not a regular expression ({error}): {pattern[:60]!r}") from None
    return pattern


Pattern = Annotated[str, AfterValidator(_compiles)]


class DialogueData(BaseModel):
    """`dialogue.yaml`: regular expressions, each explained where it stands."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    talk: dict[str, tuple[Pattern, ...]]
    asks: tuple[Pattern, ...]
    fillers: tuple[Pattern, ...]
    depends: tuple[Pattern, ...]
    not_depends: tuple[Pattern, ...]
    whole_depends: tuple[Pattern, ...]
    about: tuple[Pattern, ...]
    same_for: tuple[Pattern, ...]
    correction: tuple[Pattern, ...]
    ordinals: dict[str, int]
    around_place: tuple[Pattern, ...]
    regions: dict[Region, tuple[Pattern, ...]]


class Phrasing:
    """Compiled patterns and the small questions they answer about one sentence."""

    def __init__(self, data: DialogueData) -> None:
        self._talk = {key: _whole(patterns) for key, patterns in data.talk.items()}
        fillers = _any(data.fillers)
        self._filler = re.compile(rf"^(?:{fillers}\b[\s,:;.!-]*)+", re.IGNORECASE)
        self._asks = re.compile(rf"^{_any(data.asks)}\b", re.IGNORECASE)
        asks_again = r"(?:how|what|when|where|who|which|why|can|will|does|do|is|are|should|could|would)'?s?"
        self._joined = re.compile(
            rf"(?:,\s*|\s+)(?:and|also|or)\s+(?:also\s+|then\s+)?(?={asks_again}\s+\w+\s+\w+)", re.IGNORECASE
        )
        self._depends = re.compile(_any(data.depends), re.IGNORECASE)
        self._not_depends = re.compile(_any(data.not_depends), re.IGNORECASE)
        self.whole_depends = _whole(data.whole_depends)
        self.about = [_whole((pattern,)) for pattern in (*data.about, *data.same_for)]
        self.correction = [_whole((pattern,)) for pattern in data.correction]
        self.ordinals = data.ordinals
        self.ordinal = re.compile(rf"\bthe ({'|'.join(data.ordinals)})(?: ones?| two)?\b", re.IGNORECASE)
        self._regions = _region_patterns(data.regions)
        self._around_place = re.compile(rf"\b{_any(data.around_place)}\b", re.IGNORECASE)

    @classmethod
    def load(cls, path: Path = PACKAGED) -> Phrasing:
        """Read and validate the patterns.

        Raises:
            CardsError: naming the file, the place in it and the remedy.
        """
        return cls(read_model(path, DialogueData))

    def pieces(self, message: str) -> list[str]:
        """Sentences of a message, and the questions that "and" joins."""
        text = _INVISIBLE.sub("", message).replace("’", "'")
        pieces: list[str] = []
        for match in _SENTENCE.finditer(text):
            sentence = _LIST_MARK.sub("", match.group()).strip()
            if not re.search(r"\w", sentence):
                continue
            parts = self._joined.split(sentence) if self.is_asking(sentence) else [sentence]
            pieces.extend(part.strip(" ,") for part in parts)
        return pieces

    def talk_of(self, piece: str) -> str | None:
        """The fixed text that answers a sentence of small talk; None if it is something else."""
        plain = " ".join(piece.strip(" .!?,;:-").split())
        return next((key for key, pattern in self._talk.items() if pattern.match(plain)), None)

    def is_asking(self, piece: str) -> bool:
        """Whether a sentence asks, with or without a question mark."""
        return piece.rstrip().endswith("?") or bool(self._asks.match(self._filler.sub("", piece)))

    def asks(self, text: str) -> bool:
        """Whether a text begins as questions do."""
        return bool(self._asks.match(text))

    def bare(self, piece: str) -> str:
        """A sentence without "and", "hi" or "please" before it."""
        bare = " ".join(self._filler.sub("", piece).strip().split())
        return bare or piece.strip()

    def is_dependent(self, bare: str) -> bool:
        """Whether a question only makes sense with what was said before."""
        if self.whole_depends.match(bare.strip(" .?!")):
            return True
        return bool(self._depends.search(bare)) and not self._not_depends.search(bare)

    def region_in(self, text: str) -> Region | None:
        """The country a text asks about."""
        return next((region for pattern, region in self._regions if pattern.search(text)), None)

    def is_only_region(self, text: str) -> bool:
        """Whether nothing is said but a place: "in America?", "we're in the US"."""
        rest = self.without_region(text)
        return rest != text and not re.search(r"\w{2,}", self._around_place.sub("", rest))

    def without_region(self, text: str) -> str:
        """A text without the places it names."""
        for pattern, _ in self._regions:
            text = pattern.sub("", text)
        return " ".join(text.split())


_BEFORE_PLACE = "(?:in|for|from|about|within|to|across|on)"


def _any(patterns: Iterable[str]) -> str:
    return "(?:" + "|".join(f"(?:{pattern})" for pattern in patterns) + ")"


def _whole(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"^{_any(patterns)}[\s.?!,]*$", re.IGNORECASE)


def _region_patterns(regions: dict[Region, tuple[str, ...]]) -> list[tuple[re.Pattern[str], Region]]:
    """Longest names first, so that Northern Ireland is not Ireland."""
    named = [(name, region) for region, names in regions.items() for name in names]
    return [
        (
            re.compile(rf"\b(?:in|for|from|about|within|to|across|on)\s+(?:{name})(?!\w)", re.IGNORECASE),
            region,
        )
        for name, region in sorted(named, key=lambda pair: -len(pair[0]))
    ]
