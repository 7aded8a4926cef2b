"""Whatever somebody types, the page shows it as text."""

from __future__ import annotations

import html
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web.escape import escape

SAMPLES = [
    "<script>document.title='owned'</script>",
    "<img src=x onerror=\"document.title='owned'\">",
    "</p></section><svg/onload=document.title='owned'>",
    '"><a href="javascript:document.title=1">press</a>',
    "[press](javascript:alert(1)) ![](http://example.invalid/a.png)",
    "`code` **bold** $$x^2$$ \\(y\\) ~~gone~~",
    "one\n\n<details open ontoggle=document.title='owned'>two",
    "{{ 7*7 }} {% raw %} ${7*7} #{7*7}",
    "<iframe srcdoc=\"<script>parent.document.title='owned'</script>\">",
]


@pytest.mark.parametrize("sample", SAMPLES)
def test_no_character_of_markup_is_left(sample: str) -> None:
    assert not re.search(r"[<>\"'`*_\[\]$\\{}~|\n]", escape(sample))


@given(st.text())
def test_shows_exactly_what_was_typed(text: str) -> None:
    shown = html.unescape(str(escape(text)))
    kept = [c for c in text.replace("\r\n", "\n") if c not in "\u2028\u2029\x85\r\t\n"]
    kept = [c for c in kept if unicodedata.category(c) not in ("Cc", "Cs")]
    overrides = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    expected = [c for c in kept if c not in overrides]
    assert re.sub(r"[\n ]", "", shown) == "".join(expected).replace(" ", "")


def test_line_breaks_stay_without_ending_the_line() -> None:
    assert escape("one\r\n\r\ntwo") == "one&#10;&#10;two"


def test_a_number_cannot_be_made_to_read_backwards() -> None:
    assert "\u202e" not in escape("call \u202e999")
