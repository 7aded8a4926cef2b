"""Everyday English words, from the data of the `wordfreq` package.

Importing the package itself pulls in language tables that triage does not need and costs a sixth of its
start, so its packaged list is read directly; a test holds the two equal.
"""

from __future__ import annotations

import gzip
import re
from functools import cache
from importlib.util import find_spec
from itertools import chain, islice
from pathlib import Path

import msgpack

from bot.errors import RulesError

_LIST = "small_en.msgpack.gz"
# The package leaves these out of its lists too.
_NUMBERS = re.compile(r"\d[\d.,]+")


@cache
def common_words(most: int) -> tuple[str, ...]:
    """The `most` commonest English words, commonest first.

    Raises:
        RulesError: the word list is not installed; nothing may start without it.
    """
    spec = find_spec("wordfreq")
    places = spec.submodule_search_locations if spec else None
    if not places:
        raise RulesError("the wordfreq package is not installed; run `make setup` again")
    file = Path(places[0]) / "data" / _LIST
    try:
        with gzip.open(file) as packed:
            _, *buckets = msgpack.load(packed, raw=False)
    except (OSError, ValueError) as error:
        raise RulesError(f"{file} cannot be read ({error}); run `make setup` again") from None
    words = (word for word in chain.from_iterable(buckets) if not _NUMBERS.match(word))
    return tuple(islice(words, most))
