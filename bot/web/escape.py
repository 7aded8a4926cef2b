"""Make any text safe to stand inside the page's HTML.

The transcript passes through Gradio's Markdown component with its sanitiser off (it would strip the
accessible names), so this is the one gate between what somebody typed and the browser. It is stricter
than HTML needs: whatever HTML, Markdown or LaTeX could read as markup becomes a character reference.
"""

from __future__ import annotations

import unicodedata

from markupsafe import Markup

_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ,.;?%/()")
# Directional overrides can make a number read backwards; the marks a language needs (LRM, RLM) stay.
_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def escape(value: object) -> Markup:
    """`value` as one line of HTML text that no parser can take for markup.

    Line breaks become `&#10;` (shown by `white-space: pre-line`), so the result never holds the blank
    line that would end an HTML block in Markdown. Control characters are dropped.
    """
    if isinstance(value, Markup):
        return value
    text = str(value).replace("\r\n", "\n").replace("\r", "\n")
    return Markup("".join(map(_character, text)))


def _character(character: str) -> str:
    if character in _PLAIN:
        return character
    if character in "\n\t" or character in "\u2028\u2029\x85":
        return "&#10;" if character != "\t" else " "
    if character in _OVERRIDES or unicodedata.category(character) in ("Cc", "Cs"):
        return ""
    if ord(character) < 128:
        return f"&#{ord(character)};"
    return character
