"""From the Markdown of an explainer to its canonical text, with the span of every statement.

The canonical text is what offsets count in and what is quoted, so its rules are few and fixed:
headings and paragraphs on one line each, list items as `- text`, a table row as
`- First cell. Header: cell.`, a blank line between blocks and a newline between items. Inline markup
is flattened to its text and HTML is kept as the text it is, so nothing a file says can become markup
on a page. Anything else of Markdown is an error with its line: silently losing text is worse.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from corpus.errors import FormatError
from corpus.model import StatementKind

# Joiners carry meaning in several scripts; every other invisible format character only hides things.
_KEPT_FORMAT = frozenset("\u200c\u200d")
_COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
_INLINE_MARKUP = {
    "strong_open": "bold",
    "em_open": "italics",
    "link_open": "a link",
    "image": "an image",
    "code_inline": "code",
    "html_inline": "HTML",
    "hardbreak": "a hard line break",
}
_UNSUPPORTED = {
    "ordered_list_open": ("a numbered list", "Use `- ` items"),
    "blockquote_open": ("a block quotation", "Write it as a paragraph"),
    "fence": ("a code block", "Write it as a paragraph"),
    "code_block": ("an indented block", "Remove the spaces at the start of the line"),
    "hr": ("a horizontal line", "Remove it"),
}


@dataclass(frozen=True)
class Block:
    """A paragraph, a list or a table: canonical lines (without bullets) of one kind."""

    kind: StatementKind
    lines: tuple[str, ...]
    line: int


@dataclass
class RawSection:
    """A heading with its comment and blocks, before offsets are known."""

    heading: str
    line: int
    comment: str = ""
    blocks: list[Block] = field(default_factory=list)


@dataclass(frozen=True)
class Body:
    """An explainer's body: its sections, and each use of inline markup as (line, what)."""

    sections: tuple[RawSection, ...]
    markup: tuple[tuple[int, str], ...]


def clean(text: str) -> str:
    """One canonical line: NFC, single spaces, no control or invisible characters. Idempotent."""
    kept = "".join(c if c.isspace() else "" if _is_hidden(c) else c for c in text)
    return " ".join(unicodedata.normalize("NFC", kept).split())


def _is_hidden(character: str) -> bool:
    if character in _KEPT_FORMAT:
        return False
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn"}


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark").enable("table")


def parse_body(markdown: str, file: str, first_line: int = 1) -> Body:
    """Parse what stands below the front matter.

    Args:
        markdown: the body.
        file: name shown in errors.
        first_line: 1-based line of the file on which `markdown` starts.

    Raises:
        FormatError: for anything the format does not have.
    """
    return _BodyParser(_parser().parse(_plain_lines(markdown)), file, first_line).parse()


def _plain_lines(markdown: str) -> str:
    """LF line ends and no control characters, so that one line of the file is one line to the parser."""
    text = markdown.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "    ")
    return "".join(c if c == "\n" or not _is_hidden(c) else "" for c in text)


class _BodyParser:
    def __init__(self, tokens: Sequence[Token], file: str, first_line: int) -> None:
        self._tokens = tokens
        self._file = file
        self._first_line = first_line
        self._at = 0
        self._sections: list[RawSection] = []
        self._markup: list[tuple[int, str]] = []

    def parse(self) -> Body:
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            if token.type == "heading_open":
                self._heading(token)
            elif token.type == "html_block":
                self._html(token)
            else:
                self._block(token)
        return Body(tuple(self._sections), tuple(self._markup))

    def _heading(self, token: Token) -> None:
        if token.markup != "##":
            self._fail(token, f"a heading marked {token.markup!r}", "Use `## ` for every heading")
        heading = self._inline(self._tokens[self._at + 1])
        if not heading:
            self._fail(token, "an empty heading", "Write the question it answers")
        self._sections.append(RawSection(heading, self._line(token)))
        self._at += 3

    def _html(self, token: Token) -> None:
        comments = _COMMENT.findall(token.content)
        rest = clean(_COMMENT.sub(" ", token.content))
        if "<!--" in rest:
            self._fail(token, "a comment that is never closed", "End it with `-->`")
        if rest:
            self._markup.append((self._line(token), "HTML"))
            self._section(token).blocks.append(Block(StatementKind.SENTENCE, (rest,), self._line(token)))
        elif self._sections and not self._sections[-1].comment:
            self._sections[-1].comment = clean(" ".join(comments))
        self._at += 1

    def _block(self, token: Token) -> None:
        if token.type in _UNSUPPORTED:
            what, remedy = _UNSUPPORTED[token.type]
            self._fail(token, f"{what} is not part of the format", remedy)
        section = self._section(token)
        line = self._line(token)
        if token.type == "paragraph_open":
            text = self._inline(self._tokens[self._at + 1])
            self._at += 3
            lines: tuple[str, ...] = (text,) if text else ()
            kind = StatementKind.SENTENCE
        elif token.type == "bullet_list_open":
            kind, lines = StatementKind.ITEM, tuple(filter(None, self._items()))
        elif token.type == "table_open":
            kind, lines = StatementKind.ROW, tuple(filter(None, self._rows()))
        else:
            self._fail(token, f"{token.type!r} is not part of the format", "Write it as a paragraph")
        if lines:
            section.blocks.append(Block(kind, lines, line))

    def _items(self) -> Iterator[str]:
        parts: list[str] = []
        for token in self._until("bullet_list_close"):
            if token.type in _UNSUPPORTED or token.type in {"bullet_list_open", "heading_open", "table_open"}:
                what = _UNSUPPORTED.get(token.type, ("a nested block", ""))[0]
                self._fail(token, f"{what} inside a list", "Keep each `- ` item to plain text")
            elif token.type == "inline":
                parts.append(self._inline(token))
            elif token.type == "html_block":
                self._markup.append((self._line(token), "HTML"))
                parts.append(clean(_COMMENT.sub(" ", token.content)))
            elif token.type == "list_item_close":
                yield clean(" ".join(parts))
                parts = []

    def _rows(self) -> Iterator[str]:
        headers: list[str] = []
        cells: list[str] = []
        for token in self._until("table_close"):
            if token.type == "inline":
                cells.append(self._inline(token))
            elif token.type == "thead_close":
                headers, cells = cells, []
            elif token.type == "tr_close" and headers:
                yield row_text(headers, cells)
                cells = []

    def _until(self, close: str) -> Iterator[Token]:
        """Tokens inside the block that opens here; leaves the position behind its close."""
        depth = self._tokens[self._at].level
        self._at += 1
        while not (self._tokens[self._at].type == close and self._tokens[self._at].level == depth):
            yield self._tokens[self._at]
            self._at += 1
        self._at += 1

    def _inline(self, token: Token) -> str:
        pieces: list[str] = []
        for child in token.children or ():
            if child.type in _INLINE_MARKUP and not _COMMENT.fullmatch(child.content):
                self._markup.append((self._line(token), _INLINE_MARKUP[child.type]))
            if child.type in {"softbreak", "hardbreak"}:
                pieces.append(" ")
            elif not (child.type == "html_inline" and _COMMENT.fullmatch(child.content)):
                pieces.append(child.content)
        return clean("".join(pieces))

    def _section(self, token: Token) -> RawSection:
        if not self._sections:
            self._fail(token, "text before the first heading", "Start the body with a `## ` question")
        return self._sections[-1]

    def _line(self, token: Token) -> int:
        return self._first_line + (token.map[0] if token.map else 0)

    def _fail(self, token: Token, problem: str, remedy: str) -> None:
        raise FormatError(self._file, self._line(token), problem, remedy)


def row_text(headers: Sequence[str], cells: Sequence[str]) -> str:
    """A table row as sentences: the first cell, then `Header: cell` for each further filled cell."""
    sentences = [_stopped(cells[0])] if cells and cells[0] else []
    for header, cell in zip(headers[1:], cells[1:], strict=False):
        if cell:
            sentences.append(_stopped(f"{header}: {cell}" if header else cell))
    return " ".join(sentences)


def _stopped(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else text + "."
