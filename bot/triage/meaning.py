"""What a message means, whatever its words: sentence embeddings against many messages whose level is known.

A second opinion beside the rules. It reads a message in pieces, gives each piece the probability of an
emergency, of an urgent sign and of neither, and may only raise a level. Weights, thresholds and measured
figures are data in `meaning/`, made by `python -m bot.triage.train_meaning`.
"""

from __future__ import annotations

import hashlib
import json
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.errors import NightlampError
from bot.reply import Assessment, Finding, Level
from index.encoder import Encoder

FOLDER = Path(__file__).with_name("meaning")
LAYER = "meaning"
# The rule of a finding whose nearest known messages do not agree on one: it gets its level's general card.
UNCLEAR = "M00"
HARMLESS, URGENT, EMERGENCY = range(3)

# In words. A clause that tells a sign seldom needs more than WINDOW; twice as many dilute it.
WINDOW, STEP, LONGEST_WHOLE = 18, 9, 60
# Of one conversation, newest first: bounds the time a very long text can take.
MOST_WINDOWS = 64
_NEIGHBOURS = 5
_LEAST_LIKENESS = 0.45
_AGAIN = "Run `python -m bot.triage.train_meaning` or reinstall Nightlamp"

_WORD = re.compile(r"\S+")
_ENDS = re.compile(r"[.!?…][\"')\]]*$")
_TOKEN = re.compile(r"n't|[a-z']+|\?|\d+|[^\w\s]")
_APOSTROPHES = str.maketrans("’‘`´", "''''")
# "38.6", "day 9", "thirty nine point one": readings are for the rules to judge, so all figures look alike.
_FIGURE = re.compile(
    r"\d+(?:[.,:]\d+)*|\b(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred)"
    r"(?:[\s-]+(?:and|a|point|half|zero|one|two|three|four|five|six|seven|eight|nine)\b)*",
    re.IGNORECASE,
)
FIGURE = "some"
_JOINED = {"n't": " n't", "cant ": "ca n't ", "wont ": "wo n't ", "isnt": "is n't", "doesnt": "does n't"}

Floats = NDArray[np.float32]
Span = tuple[int, int]


class MeaningError(NightlampError):
    """The meaning layer's files cannot be used; the rules stand without it."""


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Thresholds(_Data):
    """Probabilities from which a piece of a message raises a level.

    `live`: to urgent at least. `doubted`: the same on words that the rules have `settled`.
    `emergency`: of an emergency, where the rules already say urgent. `emergency_share`: an
    emergency's part of what is live, where the rules say less.
    """

    live: float
    doubted: float
    emergency: float
    emergency_share: float


class MeaningCard(_Data):
    """`card.json`: how the weights were made, what they need, what was measured.

    `files`, `encoder_sha256` and `data` are SHA-256 hashes. `buckets` is the number of hashed word
    features and `word_weight` their scale beside the embedding; `temperature` divides the scores so
    that probabilities mean what they say. `bank_rules` names the rule of each row of the bank.
    """

    format: Literal[1] = 1
    encoder: str
    encoder_sha256: str
    files: dict[str, str]
    buckets: Annotated[int, Field(ge=1)]
    word_weight: float
    temperature: Annotated[float, Field(gt=0)]
    thresholds: Thresholds
    titles: dict[str, str]
    bank_rules: tuple[str, ...]
    seed: int
    data: dict[str, str]
    figures: dict[str, Any]


@dataclass(frozen=True, eq=False)
class Piece:
    """A part of one turn and its probabilities: harmless, urgent, emergency."""

    turn: int
    start: int
    end: int
    probabilities: Floats

    @property
    def live(self) -> float:
        """Probability that the words tell a sign that needs a call now."""
        return float(1.0 - self.probabilities[HARMLESS])

    @property
    def emergency(self) -> float:
        """Probability of an emergency."""
        return float(self.probabilities[EMERGENCY])


def windows(text: str) -> list[Span]:
    """The pieces a text is read in: the whole of a short one, each sentence, parts of long sentences.

    Parents type on a phone without full stops, so a long sentence is read in overlapping parts.
    """
    words = [match.span() for match in _WORD.finditer(text)]
    if not words:
        return []
    spans = [(words[0][0], words[-1][1])] if len(words) <= LONGEST_WHOLE else []
    for sentence in _sentences(words, text):
        if len(sentence) <= LONGEST_WHOLE:
            spans.append((sentence[0][0], sentence[-1][1]))
        if len(sentence) > WINDOW + STEP // 2:
            parts = (sentence[at : at + WINDOW] for at in range(0, len(sentence) - STEP, STEP))
            spans.extend((part[0][0], part[-1][1]) for part in parts)
    return list(dict.fromkeys(spans))


def _sentences(words: Sequence[Span], text: str) -> Iterator[list[Span]]:
    sentence: list[Span] = []
    for place, (start, end) in enumerate(words):
        sentence.append((start, end))
        follows = words[place + 1][0] if place + 1 < len(words) else end
        if _ENDS.search(text[start:end]) or "\n" in text[end:follows]:
            yield sentence
            sentence = []
    if sentence:
        yield sentence


def features(texts: Sequence[str], encoder: Encoder, buckets: int, word_weight: float) -> Floats:
    """Embedding and hashed words of each text: shape (texts, dimension + buckets).

    An embedding hardly tells "he won't wake" from "he wakes"; single words and pairs of words do.
    """
    texts = [_FIGURE.sub(FIGURE, text) for text in texts]
    words = np.zeros((len(texts), buckets), dtype=np.float32)
    for row, text in zip(words, texts, strict=True):
        for gram in _grams(text):
            row[zlib.crc32(gram.encode()) % buckets] += 1.0
        row *= word_weight / max(float(np.linalg.norm(row)), 1e-9)
    return np.hstack([encoder.encode_queries(texts), words])


def _grams(text: str) -> Iterator[str]:
    lowered = text.lower().translate(_APOSTROPHES) + " "
    for joined, parted in _JOINED.items():
        lowered = lowered.replace(joined, parted)
    words = ["^", *_TOKEN.findall(lowered), "$"]
    yield from words
    yield from (f"{first} {second}" for first, second in pairwise(words))


def probabilities(scores: Floats, temperature: float) -> Floats:
    """Scores of the three classes as probabilities, row by row."""
    scaled = scores / temperature
    powers = np.exp(scaled - scaled.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True), dtype=np.float32)


def raised_to(
    pieces: Sequence[Piece], held: Sequence[Span], rules: Level, bar: Thresholds
) -> tuple[Level, Piece] | None:
    """The level the pieces of one turn raise it to and the piece that says it; None if they raise nothing.

    `held` are words the rules have `settled`, `rules` the level they give this turn.
    """
    telling = [piece for piece in pieces if piece.live >= _bar_for(piece, held, bar)]
    if not telling:
        return None
    worst = max(telling, key=lambda piece: piece.emergency)
    if rules.rank >= Level.URGENT.rank:
        return (Level.EMERGENCY, worst) if worst.emergency >= bar.emergency else None
    if worst.emergency / worst.live >= bar.emergency_share:
        return Level.EMERGENCY, worst
    return Level.URGENT, max(telling, key=lambda piece: piece.live)


def settled(rules: Assessment, turn: int) -> list[Span]:
    """Words of a turn that the rules have read and found no urgent sign in: held back, or same-day."""
    held = [(s.start, s.end) for s in rules.suppressed if s.turn == turn]
    return held + [(f.start, f.end) for f in rules.findings if f.turn == turn and f.level is Level.SAME_DAY]


def _bar_for(piece: Piece, held: Sequence[Span], bar: Thresholds) -> float:
    doubted = any(start < piece.end and end > piece.start for start, end in held)
    return max(bar.doubted, bar.live) if doubted else bar.live


class Meaning:
    """The trained layer. Pure: the same conversation gives the same findings. Safe in several threads."""

    def __init__(self, card: MeaningCard, weights: Floats, bank: Floats, encoder: Encoder) -> None:
        self._card = card
        self._weights = weights
        self._bank = bank
        self._encoder = encoder

    @classmethod
    def load(cls, encoder: Encoder, folder: Path = FOLDER) -> Meaning:
        """Weights and bank from `folder`, made for exactly this encoder.

        Raises:
            MeaningError: a file is missing or damaged, or was made with another model.
        """
        card = read_card(folder)
        if encoder.identity.sha256 != card.encoder_sha256:
            raise MeaningError(
                f"{folder} was trained with {card.encoder}, not {encoder.identity.id}: "
                "leave the setting `model` empty, or train again with the other model"
            )
        weights, bank = (_array(folder / name, card) for name in ("weights.npy", "bank.npy"))
        wanted = (1 + encoder.dimension + card.buckets, 3)
        if weights.shape != wanted or bank.shape != (len(card.bank_rules), encoder.dimension):
            raise MeaningError(f"{folder}: weights {weights.shape} do not fit their card. {_AGAIN}")
        return cls(card, weights, bank, encoder)

    @property
    def card(self) -> MeaningCard:
        """How this layer was made and what was measured of it."""
        return self._card

    def __call__(self, messages: Sequence[str], rules: Assessment) -> tuple[Finding, ...]:
        """Findings above what the rules found in the same turn."""
        turns = [turn for turn in range(len(messages)) if _level(rules, turn) is not Level.EMERGENCY]
        pieces, vectors = self._read(messages, turns)
        found = []
        for turn in turns:
            here = [piece for piece in pieces if piece.turn == turn]
            raised = raised_to(here, settled(rules, turn), _level(rules, turn), self._card.thresholds)
            if raised:
                level, piece = raised
                found.append(self._finding(level, piece, messages[turn], vectors[pieces.index(piece)]))
        return tuple(found)

    def _read(self, messages: Sequence[str], turns: Sequence[int]) -> tuple[list[Piece], Floats]:
        """The newest pieces with their probabilities, and their embeddings row by row."""
        places = [(turn, span) for turn in reversed(turns) for span in _affordable(windows(messages[turn]))]
        places = places[:MOST_WINDOWS]
        if not places:
            return [], np.zeros((0, self._encoder.dimension), dtype=np.float32)
        texts = [messages[turn][start:end] for turn, (start, end) in places]
        seen = features(texts, self._encoder, self._card.buckets, self._card.word_weight)
        scores = np.asarray(seen @ self._weights[1:] + self._weights[0], dtype=np.float32)
        rows = probabilities(scores, self._card.temperature)
        pieces = [Piece(turn, *span, row) for (turn, span), row in zip(places, rows, strict=True)]
        return pieces, seen[:, : self._encoder.dimension]

    def _finding(self, level: Level, piece: Piece, message: str, vector: Floats) -> Finding:
        rule = nearest_rule(vector, self._bank, self._card.bank_rules)
        text = message[piece.start : piece.end]
        title = self._card.titles[rule]
        return Finding(rule, text, piece.start, piece.end, piece.turn, LAYER, level, title)


def nearest_rule(vector: Floats, bank: Floats, rules: Sequence[str]) -> str:
    """The rule most of the nearest known messages tell of, or `UNCLEAR`."""
    likeness = bank @ vector
    nearest = np.argsort(-likeness)[:_NEIGHBOURS]
    rule, count = Counter(rules[row] for row in nearest).most_common(1)[0]
    agreed = count * 2 > len(nearest) and likeness[nearest[0]] >= _LEAST_LIKENESS
    return rule if agreed else UNCLEAR


def read_card(folder: Path = FOLDER) -> MeaningCard:
    """The card of the trained files.

    Raises:
        MeaningError: it is missing or not a card.
    """
    path = folder / "card.json"
    try:
        return MeaningCard.model_validate(json.loads(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        raise MeaningError(f"{path} cannot be read ({error}). {_AGAIN}") from None
    except (json.JSONDecodeError, ValidationError) as error:
        raise MeaningError(f"{path} is damaged ({str(error).splitlines()[0]}). {_AGAIN}") from None


def _array(path: Path, card: MeaningCard) -> Floats:
    try:
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        if digest != card.files.get(path.name):
            raise MeaningError(f"{path} has SHA-256 {digest}, not its card's. {_AGAIN}")
        return np.asarray(np.load(path, allow_pickle=False), dtype=np.float32)
    except (OSError, ValueError) as error:
        raise MeaningError(f"{path} cannot be read ({error}). {_AGAIN}") from None


def _affordable(spans: Sequence[Span]) -> Sequence[Span]:
    """Of a text too long to read whole, its beginning and its end."""
    half = MOST_WINDOWS // 2
    return spans if len(spans) <= MOST_WINDOWS else [*spans[:half], *spans[-half:]]


def _level(assessment: Assessment, turn: int) -> Level:
    """What the findings of one turn say."""
    levels = (finding.level for finding in assessment.findings if finding.turn == turn)
    return max(levels, key=lambda level: level.rank, default=Level.NONE)
