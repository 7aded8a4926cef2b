"""Messages as words: cleaned, split into sentences and clauses, each word with its place in the original.

Nothing is dropped from view: offsets always point into the text the family typed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache

import Stemmer

_CONTROL_TO_SPACE = {code: " " for code in [*range(0x20), 0x7F] if chr(code) not in "\n\r\t"}
_QUOTES = str.maketrans("‘’‛ʼ`´＇“”", "'''''''\"\"")
_TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)*|\d+(?:[.,:]\d+)*|[^\w\s]|[^\W\d_a-z]+|_")
_LAUGH_OR_STRETCH = re.compile(r"(.)\1{2,}")

# Emoji a frightened parent sends instead of the word.
_EMOJI = {
    "🤒": "fever", "🌡": "temperature", "🥵": "hot", "🥶": "shivering", "🤮": "vomiting", "🤢": "nausea",
    "🩸": "blood", "🤕": "hurt", "😵": "dizzy", "🤧": "sniffles", "🚑": "ambulance",
}

_NEGATED_BASES = (
    "do does did is are was were has have had could would should need might must ai"
).split()
_SPELLED_OUT = {
    "can't": "can not", "cant": "can not", "cannot": "can not", "carnt": "can not", "canot": "can not",
    "won't": "will not", "wont": "will not", "aint": "is not", "ain't": "is not",
    "gonna": "going to", "gotta": "got to", "wanna": "want to", "dunno": "do not know",
    "im": "i am", "i'm": "i am", "ive": "i have", "hes": "he is", "shes": "she is", "theyre": "they are",
    "its": "it is", "it's": "it is", "whats": "what is", "thats": "that is", "theres": "there is",
    "weve": "we have", "theyve": "they have", "youre": "you are", "hed": "he had", "shed": "she had",
    "let's": "let us", "lets": "let us", "hows": "how is", "wheres": "where is", "whos": "who is",
    "temp": "temperature", "temps": "temperature", "tmp": "temperature",
    "hasnt": "has not", "havnt": "have not", "havent": "have not", "hadnt": "had not", "isnt": "is not",
    "arent": "are not", "temprature": "temperature", "tempreture": "temperature", "becuase": "because", "becos": "because", "wasnt": "was not", "werent": "were not", "doesnt": "does not", "dosent": "does not",
    "dosnt": "does not", "doesent": "does not", "dont": "do not", "didnt": "did not", "couldnt": "could not",
    "wouldnt": "would not", "shouldnt": "should not", "wnt": "will not", "kant": "can not",
    "mummy": "mum", "mommy": "mum", "mom": "mum", "w/": "with", "b4": "before",
}  # fmt: skip
_SUFFIX = {"'s": "is", "'m": "am", "'re": "are", "'ve": "have", "'ll": "will", "'d": "had"}

_SENTENCE_END = frozenset(".!?\n…")
_CLAUSE_MARK = frozenset(",;:()–—-/")
_CLAUSE_WORDS = frozenset(
    "but however though although except yet because cos cuz coz since while whereas then plus otherwise".split()
)
_SUBJECTS = frozenset("he she they it i we you my his her their the there this that now today tonight".split())
_PRONOUNS = frozenset("he she it that there what who where how this here everyone".split())
_VERB_STARTS = frozenset(
    "is are was has have had keeps keep kept got gets looks looking seems feels feeling started starting "
    "can cannot will wont does did just still went gone says".split()
)

# A word before one of these is taken for a subject ("..., Amelia has stopped ...").
_FINITE = frozenset("is are was were has had keeps".split())


@dataclass(frozen=True, slots=True)
class Token:
    """A word and where it stands. `keys` are all the forms it may be matched by."""

    word: str
    start: int
    end: int
    sentence: int
    clause: int
    keys: frozenset[str]
    after_comma: bool = False


@dataclass(frozen=True)
class Text:
    """A message as tokens, with the cleaned text (for numbers) and its map back to the original."""

    original: str
    clean: str
    origin: tuple[int, ...] | None
    tokens: tuple[Token, ...]
    questions: frozenset[int] = field(default_factory=frozenset)

    def at(self, position: int) -> int:
        """The original offset of a position in `clean`."""
        if self.origin is None:
            return position
        return self.origin[position] if position < len(self.origin) else len(self.original)


@lru_cache(maxsize=1)
def _stemmer() -> Stemmer.Stemmer:
    # No cache inside: words a family typed are not kept in memory.
    return Stemmer.Stemmer("english", 0)


def stem(word: str) -> str:
    """The word's Snowball stem, by which inflected forms meet."""
    return str(_stemmer().stemWord(word))


def clean(text: str) -> tuple[str, tuple[int, ...] | None]:
    """Lower-cased text with marks of direction and width removed, and the map to original offsets.

    The map is None when every character stands where it stood (plain ASCII).
    """
    if text.isascii():
        return text.translate(_CONTROL_TO_SPACE).lower(), None
    out: list[str] = []
    origin: list[int] = []
    for place, char in enumerate(text.translate(_QUOTES)):
        if char in _EMOJI:
            piece = f" {_EMOJI[char]} "
        else:
            category = unicodedata.category(char)
            if category in ("Cf", "Mn", "Me") or char == "\ufe0f":
                continue
            if category == "Cc" and char not in "\n\r\t":
                piece = " "
            else:
                folded = unicodedata.normalize("NFKD", char).lower()
                piece = "".join(c for c in folded if unicodedata.category(c) not in ("Mn", "Cf"))
        out.append(piece)
        origin.extend([place] * len(piece))
    return "".join(out).translate(_QUOTES), tuple(origin)


def expand(word: str) -> list[str]:
    """A word as its plain parts: "can't" -> can not, "he's" -> he is, "didnt" -> did not."""
    if word in _SPELLED_OUT:
        return _SPELLED_OUT[word].split()
    if "'" in word:
        if word.endswith("n't"):
            return [word[:-3], "not"]
        head, _, tail = word.rpartition("'")
        if "'" + tail in _SUFFIX and head:
            # After a noun 's may be "is" or mark whose it is; neither changes what a phrase waits for.
            return [*expand(head), _SUFFIX["'" + tail]] if tail != "s" or head in _PRONOUNS else [head]
        return [word.replace("'", "")]
    return [word]


def squeeze(word: str) -> str:
    """Stretched letters shortened: "hellllp" -> "hellp", so that near-spelling can find the word."""
    return _LAUGH_OR_STRETCH.sub(r"\1\1", word)


def keys_of(word: str) -> frozenset[str]:
    """Exact form ("=word") and stem."""
    return frozenset(("=" + word, stem(word)))


def split_words(text: str) -> list[tuple[str, int, int]]:
    """(word, start, end) in the cleaned text, contractions expanded, punctuation kept as words."""
    found = []
    for match in _TOKEN.finditer(text):
        for part in expand(match.group()):
            if part:
                found.append((squeeze(part), match.start(), match.end()))
    return found


def parse(text: str, keys_for: Callable[[str], frozenset[str]] = keys_of) -> Text:
    """Tokens of a message with sentence and clause numbers.

    A clause ends at a sentence end, at marks such as ; : ( -, at words such as "but", and at a comma
    or "and" after which a new subject or verb starts, so that "no fever, cough or rash" stays one
    clause and "no fever, he can't breathe" becomes two.
    """
    cleaned, origin = clean(text)
    words = split_words(cleaned)
    tokens: list[Token] = []
    questions: set[int] = set()
    sentence = clause = 0
    last_end = 0
    comma = False
    for place, (word, start, end) in enumerate(words):
        if "\n" in cleaned[last_end:start]:
            sentence, clause = sentence + 1, clause + 1
        last_end = end
        if word in _SENTENCE_END:
            if word == "?":
                questions.add(sentence)
            sentence, clause = sentence + 1, clause + 1
            continue
        if word in _CLAUSE_MARK or word in _CLAUSE_WORDS or word == "and":
            if _opens_clause(word, [following for following, _, _ in words[place + 1 : place + 3]]):
                clause += 1
            comma = comma or word == ","
            if not word.isalpha():
                continue
        if not word[0].isalnum():
            continue
        first = origin[start] if origin else start
        last = (origin[end - 1] + 1) if origin else end
        tokens.append(Token(word, first, last, sentence, clause, keys_for(word), comma))
        comma = False
    return Text(text, cleaned, origin, tuple(tokens), frozenset(questions))


def _opens_clause(mark: str, following: list[str]) -> bool:
    if mark in _CLAUSE_WORDS:
        return True
    nxt = following[0] if following else ""
    starts = nxt in _SUBJECTS or nxt in _VERB_STARTS or (len(following) > 1 and following[1] in _FINITE)
    if mark in (",", "and", "/"):
        return starts or nxt in _CLAUSE_WORDS or nxt in ("no", "not", "and")
    return mark != "-" or starts
