"""Reading the corpus from its folder into frozen values."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Hashable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from corpus.canonical import Block, RawSection, clean, parse_body
from corpus.errors import (
    CorpusMissing,
    DataError,
    DuplicateError,
    FormatError,
    FrontMatterError,
    PlacedError,
)
from corpus.model import (
    ALL,
    Corpus,
    Document,
    FrontMatter,
    GlossaryTerm,
    Section,
    Source,
    Statement,
    StatementKind,
    version_of,
)
from corpus.sentences import split_sentences

PACKAGED = Path(__file__).parent
REGIONS = frozenset(["uk", "us", "eu", "ie", "au", "nz", "ca", "in"])
# An explainer is a few pages; anything larger is not one, and would only cost memory.
_FILE_LIMIT = 500_000
_FENCE = "---"
_SLUG_UNFIT = re.compile(r"[^a-z0-9]+")
_T = TypeVar("_T")


def load_corpus(path: Path | None = None) -> Corpus:
    """Read and validate a whole corpus.

    Args:
        path: a folder with `explainers/*.md`, and optionally its own `sources.yaml` and
            `glossary.yaml` (the packaged ones stand in for what it lacks). None: the packaged corpus.

    Raises:
        CorpusMissing: the folder is not there or holds no explainer.
        FrontMatterError, FormatError, DataError: naming file, line and remedy.
        DuplicateError: two explainers share an id.
    """
    root = path or PACKAGED
    documents: dict[str, Document] = {}
    files: dict[str, str] = {}
    for file in explainer_files(root):
        document = load_document(file)
        if document.id in documents:
            raise DuplicateError(
                f"{file.name} and {files[document.id]} both have the id {document.id!r}. Change one of them"
            )
        documents[document.id] = document
        files[document.id] = file.name
    ordered = tuple(documents[key] for key in sorted(documents))
    return Corpus(ordered, load_sources(root), load_glossary(root))


def explainer_files(root: Path) -> list[Path]:
    """The explainer files of a corpus folder, by name.

    Raises:
        CorpusMissing: the folder is not there or holds none.
    """
    folder = root / "explainers"
    if not folder.is_dir():
        raise CorpusMissing(f"no folder {folder}. Give a corpus folder that has `explainers/` in it")
    files = sorted(file for file in folder.glob("*.md") if file.is_file())
    if not files:
        raise CorpusMissing(f"no explainers (*.md) in {folder}. Add one, or use another corpus folder")
    return files


def load_document(file: Path) -> Document:
    """Read one explainer file.

    Raises:
        CorpusMissing: it cannot be read.
        FrontMatterError, FormatError: naming line and remedy.
    """
    return parse_document(read_text(file), file.name)


def parse_document(text: str, file: str) -> Document:
    """An explainer from the text of its file; `file` is the name errors show.

    Raises:
        FrontMatterError, FormatError: naming line and remedy.
        DuplicateError: two sections share a heading.
    """
    front, body, first_line = split_front_matter(text, file)
    parsed = parse_body(body, file, first_line)
    if not parsed.sections:
        raise FormatError(file, first_line, "no section", "Add a `## ` question and its answer")
    canonical, sections = _lay_out(parsed.sections, front, file)
    return Document(front, canonical, sections, version_of(front.title, canonical))


def read_text(file: Path) -> str:
    """A file of the corpus as text, within the size limit.

    Raises:
        CorpusMissing: it cannot be read as UTF-8 text of that size.
    """
    try:
        raw = file.read_bytes()
        if len(raw) > _FILE_LIMIT:
            raise CorpusMissing(f"{file} has {len(raw)} bytes; the limit is {_FILE_LIMIT}. Split it up")
        return raw.decode("utf-8-sig")
    except OSError as error:
        raise CorpusMissing(f"cannot read {file}: {error.strerror}. Check that it exists") from None
    except UnicodeDecodeError as error:
        raise CorpusMissing(f"{file} is not UTF-8 (byte {error.start}). Save it as UTF-8") from None


def split_front_matter(text: str, file: str) -> tuple[FrontMatter, str, int]:
    """Front matter, body, and the 1-based line on which the body starts.

    Raises:
        FrontMatterError: absent, not YAML, or a field is wrong; names line, field and remedy.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if lines[0].rstrip() != _FENCE:
        raise FrontMatterError(file, 1, "no front matter", f"Start the file with `{_FENCE}` and its fields")
    end = next((i for i, line in enumerate(lines[1:], 1) if line.rstrip() == _FENCE), None)
    if end is None:
        raise FrontMatterError(file, 1, "front matter is never closed", f"End it with a line `{_FENCE}`")
    head = lines[1:end]
    data = _read_yaml("\n".join(head), file, 2, FrontMatterError)
    if not isinstance(data, dict):
        raise FrontMatterError(file, 2, "front matter has no fields", "Write `field: value` lines")
    try:
        front = FrontMatter.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "front matter"
        line = _line_of_key(head, name, 2)
        raise FrontMatterError(file, line, f"field {name!r}: {_message(first)}", _remedy(first)) from None
    return _cleaned(front), "\n".join(lines[end + 1 :]), end + 2


def _cleaned(front: FrontMatter) -> FrontMatter:
    return front.model_copy(update={"title": clean(front.title), "summary": clean(front.summary)})


def load_sources(root: Path) -> dict[str, Source]:
    """`sources.yaml` of a corpus folder, or the packaged one.

    Raises:
        DataError: naming line and remedy.
    """
    return _load_data(root, "sources.yaml", TypeAdapter(dict[str, Source]))


def load_glossary(root: Path) -> tuple[GlossaryTerm, ...]:
    """`glossary.yaml` of a corpus folder, or the packaged one.

    Raises:
        DataError: naming line and remedy.
    """
    return _load_data(root, "glossary.yaml", TypeAdapter(tuple[GlossaryTerm, ...]))


def _load_data(root: Path, name: str, schema: TypeAdapter[_T]) -> _T:
    file = root / name if (root / name).is_file() else PACKAGED / name
    text = read_text(file)
    data = _read_yaml(text, name, 1, DataError)
    try:
        return schema.validate_python(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or name
        line = _line_of_key(text.split("\n"), str(first["loc"][0]) if first["loc"] else "", 1)
        raise DataError(name, line, f"{where}: {_message(first)}", _remedy(first)) from None


class _Loader(yaml.BaseLoader):
    """Plain values only (`no` stays "no", a bad date stays text) and each key once."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict[Hashable, Any]:
    result: dict[Hashable, Any] = {}
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str) or key in result:
            raise yaml.constructor.ConstructorError(
                None, None, f"the key {str(key)[:60]!r} is repeated or not a word", key_node.start_mark
            )
        result[key] = loader.construct_object(value_node, deep=True)
    return result


def _scalar(loader: _Loader, node: yaml.ScalarNode) -> str | None:
    plain = node.style is None and node.value in {"", "null", "~"}
    return None if plain else str(loader.construct_scalar(node))


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)
_Loader.add_constructor("tag:yaml.org,2002:str", _scalar)


def _read_yaml(text: str, file: str, first_line: int, error_type: type[PlacedError]) -> Any:
    try:
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=_Loader)):
            raise error_type(file, first_line, "a YAML alias (`*name`)", "Write the value out")
        return yaml.load(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first_line + (mark.line if mark else 0)
        remedy = "Put quotes around a value that holds a colon, and one `field: value` on each line"
        raise error_type(file, line, f"not valid YAML ({error.problem})", remedy) from None
    except (yaml.YAMLError, RecursionError):
        raise error_type(file, first_line, "not valid YAML", "Use plain `field: value` lines") from None


def _line_of_key(lines: list[str], key: str, first_line: int) -> int:
    return next((i for i, line in enumerate(lines, first_line) if line.startswith(f"{key}:")), first_line)


def _message(error: Mapping[str, Any]) -> str:
    shown = str(error["msg"]).removeprefix("Value error, ")
    if error["type"] in {"missing", "extra_forbidden"}:
        return shown.lower()
    return f"{shown} (got {str(error['input'])[:80]!r})"


def _remedy(error: Mapping[str, Any]) -> str:
    if error["type"] == "missing":
        return "Add it"
    if error["type"] == "extra_forbidden":
        return "Remove it or correct its name"
    return "Correct it"


def _lay_out(
    raw_sections: tuple[RawSection, ...], front: FrontMatter, file: str
) -> tuple[str, tuple[Section, ...]]:
    """Canonical text, and sections with their offsets in it."""
    writer = _Writer()
    sections: list[Section] = []
    seen: set[str] = set()
    for raw in raw_sections:
        slug = slug_of(raw.heading)
        if slug in seen:
            raise DuplicateError(
                f"{file}, line {raw.line}: a second section is headed {raw.heading!r}. Reword one of them"
            )
        seen.add(slug)
        heading_start, heading_end = writer.block([(raw.heading, "")])[0]
        statements = _write_blocks(writer, raw.blocks)
        start = statements[0].start if statements else heading_end
        if statements and statements[0].kind is not StatementKind.SENTENCE:
            start -= len("- ")
        facts, regions = _read_comment(raw, front, file)
        heading = (raw.heading, heading_start, heading_end)
        sections.append(Section(slug, *heading, start, writer.length, facts, regions, statements))
    return writer.text, tuple(sections)


def _write_blocks(writer: _Writer, blocks: list[Block]) -> tuple[Statement, ...]:
    statements: list[Statement] = []
    lead_in: int | None = None
    for block in blocks:
        bullet = "" if block.kind is StatementKind.SENTENCE else "- "
        for start, end in writer.block([(line, bullet) for line in block.lines]):
            if block.kind is StatementKind.SENTENCE:
                spans = split_sentences(writer.text[start:end])
                statements += [Statement(start + a, start + b, block.kind) for a, b in spans]
            else:
                lead = lead_in if block.kind is StatementKind.ITEM else None
                statements.append(Statement(start, end, block.kind, lead))
        lead_in = len(statements) - 1 if block.kind is StatementKind.SENTENCE else None
    return tuple(statements)


class _Writer:
    """Canonical text as it grows."""

    def __init__(self) -> None:
        self.text = ""

    @property
    def length(self) -> int:
        return len(self.text)

    def block(self, lines: list[tuple[str, str]]) -> list[tuple[int, int]]:
        """Append lines, each `(text, bullet)`, as one block; returns the spans of their texts."""
        spans = []
        for number, (line, bullet) in enumerate(lines):
            if self.text:
                self.text += "\n" if number else "\n\n"
            self.text += bullet
            spans.append((len(self.text), len(self.text) + len(line)))
            self.text += line
        return spans


def slug_of(heading: str) -> str:
    """A heading as an identifier: words joined by hyphens, in ASCII where the heading has any."""
    plain = heading.casefold().replace("'", "").replace("’", "")
    ascii_text = unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()
    slug = _SLUG_UNFIT.sub("-", ascii_text).strip("-")
    return slug or re.sub(r"\W+", "-", plain).strip("-") or "section"


def _read_comment(raw: RawSection, front: FrontMatter, file: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Fact ids and regions of a section; regions default to the explainer's jurisdiction."""
    fields: dict[str, tuple[str, ...]] = {}
    for part in filter(str.strip, raw.comment.split(";")):
        name, colon, value = part.partition(":")
        if not colon or name.strip() not in {"facts", "region", "regions"}:
            raise FormatError(
                file, raw.line, f"comment part {part.strip()!r}", "Use `facts: ...` and `region: ...` only"
            )
        fields[name.strip().removesuffix("s") if "region" in name else name.strip()] = tuple(
            value.replace(",", " ").split()
        )
    regions = fields.get("region", front.jurisdiction)
    unknown = [name for name in regions if name not in REGIONS and name != ALL]
    if unknown:
        raise FormatError(file, raw.line, f"region {unknown[0]!r}", f"Use one of {' '.join(sorted(REGIONS))}")
    return fields.get("facts", ()), () if ALL in regions else tuple(regions)
