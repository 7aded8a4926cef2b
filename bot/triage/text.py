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

from bot.triage.lexicon import lexicon

_CONTROL_TO_SPACE = {code: " " for code in [*range(0x20), 0x7F] if chr(code) not in "\n\r\t"}
_QUOTES = str.maketrans("‘’‛ʼ`´＇“”", "'''''''\"\"")
_TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)*|\d+(?:[.,:]\d+)*|[^\w\s]|[^\W\d_a-z]+|_")
_LAUGH_OR_STRETCH = re.compile(r"(.)\1{2,}")

_SENTENCE_END = frozenset(".!?\n…")
_CLAUSE_MARK = frozenset(",;:()–—-/")


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
    emoji = lexicon().emoji
    out: list[str] = []
    origin: list[int] = []
    for place, char in enumerate(text.translate(_QUOTES)):
        if char in emoji:
            piece = f" {emoji[char]} "
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
    words = lexicon()
    if word in words.spelled_out:
        return words.spelled_out[word].split()
    if "'" not in word:
        return [word]
    if word.endswith("n't"):
        return [word[:-3], "not"]
    head, _, tail = word.rpartition("'")
    if tail not in words.suffixes or not head:
        return [word.replace("'", "")]
    # After a noun 's may be "is" or mark whose it is; neither changes what a phrase waits for.
    return [*expand(head), words.suffixes[tail]] if tail != "s" or head in words.pronouns else expand(head)


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
    clause_words = lexicon().clause_words
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
        if word in _CLAUSE_MARK or word in clause_words or word == "and":
            if _opens_clause(word, [following for following, _, _ in words[place + 1 : place + 3]]):
                clause += 1
            comma = comma or word == ","
            if not word.isalpha():
                continue
        if not word[0].isalnum():
            continue
        if tokens and tokens[-1].clause == clause and _restates(words, place, [t.word for t in tokens[-3:]]):
            clause += 1
        first = origin[start] if origin else start
        last = (origin[end - 1] + 1) if origin else end
        tokens.append(Token(word, first, last, sentence, clause, keys_for(word), comma))
        comma = False
    return Text(text, cleaned, origin, tuple(tokens), frozenset(questions))


def _restates(words: list[tuple[str, int, int]], place: int, before: list[str]) -> bool:
    """A subject with its verb in the middle of unpunctuated text: "... stiff neck she can not ..."."""
    spoken = lexicon()
    follows = words[place + 1][0] if place + 1 < len(words) else ""
    if words[place][0] not in spoken.restarts or follows not in spoken.verb_starts:
        return False
    return before[-1] not in spoken.leads_on and spoken.supposes.isdisjoint(before)


def _opens_clause(mark: str, following: list[str]) -> bool:
    words = lexicon()
    if mark in words.clause_words:
        return True
    nxt = following[0] if following else ""
    starts = nxt in words.subjects or nxt in words.verb_starts
    starts = starts or (len(following) > 1 and following[1] in words.finite)
    if mark in (",", "and", "/"):
        return starts or nxt in words.clause_words or nxt in ("no", "not", "and")
    return mark != "-" or starts
