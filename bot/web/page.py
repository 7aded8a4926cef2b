"""Put our own parts into the HTML page Gradio serves, before any script has run."""

from __future__ import annotations

import re
from dataclasses import dataclass

_SCRIPT = re.compile(r"<script\b")
_HTML_TAG = re.compile(r"<html\b[^>]*\blang=\"[^\"]*\"", re.DOTALL)
# Gradio's own cards for link previews name its site and a picture on another host.
_PREVIEWS = re.compile(r"\s*<meta\s+(?:property=\"og:|name=\"(?:twitter:|description))[^>]*>", re.DOTALL)
_MANIFEST = re.compile(r"\s*<link rel=\"manifest\"[^>]*>")
_APP = "<gradio-app"
_APP_END = "</gradio-app>"


@dataclass(frozen=True)
class PageParts:
    """HTML to place around the app; `language` is the language the words are written in."""

    head: str
    before_app: str
    after_app: str
    language: str
    region: str


def rewrite(parts: PageParts, html: str, nonce: str) -> str:
    """The page with the emergency strip in front, its language fixed and `nonce` on each script.

    The parts are put in last: what they hold runs only if it comes from this server's own files.
    """
    html = _PREVIEWS.sub("", html)
    html = _MANIFEST.sub("", html)
    html = _SCRIPT.sub(f'<script nonce="{nonce}"', html)
    opening = f'<html lang="{parts.language}" dir="ltr" data-region="{parts.region}"'
    html = _HTML_TAG.sub(opening, html, count=1)
    # Gradio would add its `head` by script, long after the strip is on the screen.
    html = html.replace("</head>", parts.head + "</head>", 1)
    html = html.replace(_APP, parts.before_app + _APP, 1)
    return html.replace(_APP_END, _APP_END + parts.after_app, 1)
