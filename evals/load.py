"""Suites from YAML files: every problem with its file, line, field and remedy."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from evals.errors import Problem, SuiteError
from evals.model import Bar, Case, Expect, Suite

# The C parser reads a suite of a thousand cases ten times faster; not every build of PyYAML has it.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
SUITES_DIR = Path(__file__).parent / "suites"

_REMEDIES = {
    "string_type": "must be text: put it in quotes",
    "missing": "is missing: add it",
    "tuple_type": "must be a list: one `- ` line per item, or [a, b]",
    "model_type": "must be a block of `key: value` lines",
    "string_too_short": "is empty: give a value or remove the line",
    "too_short": "is an empty list: give at least one item or remove the line",
}


@dataclass(frozen=True)
class SuiteFile:
    """A suite and where it came from. `sha256` is of the file's bytes."""

    path: Path
    sha256: str
    suite: Suite
    node: yaml.Node = field(repr=False, compare=False)

    def line(self, *location: str | int) -> int:
        """The 1-based line of a field, or of the nearest thing around it that is there."""
        return _line(self.node, location)


def load_suite(path: Path) -> SuiteFile:
    """Read and validate one suite file.

    Raises:
        SuiteError: naming every line that cannot be used and what to do about it.
    """
    try:
        raw = path.read_bytes()
        node = yaml.compose(raw.decode("utf-8"), Loader=_LOADER)
    except OSError as error:
        raise SuiteError([Problem(path, None, "", f"cannot be read: {error.strerror}")]) from None
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise SuiteError([Problem(path, line, "", "is not UTF-8 text: save the file as UTF-8")]) from None
    except yaml.YAMLError as error:
        raise SuiteError([_syntax_problem(path, error)]) from None
    if not isinstance(node, yaml.MappingNode):
        message = "is not a suite: start with `suite:`, `title:`, `bar:` and `cases:`"
        raise SuiteError([Problem(path, 1, "", message)])
    if unclear := [Problem(path, *found) for found in _unclear(node, set())]:
        raise SuiteError(unclear)
    suite = _validate(path, node)
    loaded = SuiteFile(path, hashlib.sha256(raw).hexdigest(), suite, node)
    reject_repeated_ids([loaded])
    return loaded


def load_suites(names: Sequence[str], folder: Path = SUITES_DIR) -> list[SuiteFile]:
    """Suites by name or path; all of `folder` when no name is given, in file-name order.

    Raises:
        SuiteError: a suite is unknown or invalid (all invalid ones are reported together), or two
            cases of different suites share an id.
    """
    paths = (
        [path for name in names for path in _find(name, folder)] if names else sorted(folder.glob("*.yaml"))
    )
    if not paths:
        raise SuiteError([Problem(folder, None, "", "holds no suite (*.yaml): name one by its path")])
    loaded: list[SuiteFile] = []
    problems: list[Problem] = []
    for path in dict.fromkeys(paths):
        try:
            loaded.append(load_suite(path))
        except SuiteError as error:
            problems.extend(error.problems)
    if problems:
        raise SuiteError(problems)
    _reject_repeated_names(loaded)
    reject_repeated_ids(loaded)
    return loaded


def reject_repeated_ids(files: Sequence[SuiteFile]) -> None:
    """Refuse two cases with one id: results could not be told apart, nor followed over time."""
    seen: dict[str, str] = {}
    problems = []
    for file in files:
        for position, case in enumerate(file.suite.cases):
            line = file.line("cases", position, "id")
            if first := seen.get(case.id):
                message = f"{case.id} is already used at {first}: give this case another id"
                problems.append(Problem(file.path, line, f"cases[{position}].id", message))
            seen.setdefault(case.id, f"{file.path}:{line}")
    if problems:
        raise SuiteError(problems)


def _reject_repeated_names(files: Sequence[SuiteFile]) -> None:
    seen: dict[str, Path] = {}
    for file in files:
        if first := seen.get(file.suite.suite):
            message = f"{file.suite.suite} is already the name of {first}: choose another"
            raise SuiteError([Problem(file.path, file.line("suite"), "suite", message)])
        seen[file.suite.suite] = file.path


def _find(name: str, folder: Path) -> list[Path]:
    """A suite's file: `name` as a path, a file name or a sub-folder of `folder`, or the name it declares."""
    given = Path(name)
    for place in (given, folder / name):
        if place.is_dir():
            return sorted(place.glob("*.yaml"))
    if given.suffix in (".yaml", ".yml") or len(given.parts) > 1:
        return [given]
    if (direct := folder / f"{name}.yaml").is_file():
        return [direct]
    declared = {_declared_name(path): path for path in sorted(folder.rglob("*.yaml"))}
    if name in declared:
        return [declared[name]]
    known = ", ".join(sorted(known for known in declared if known)) or "none"
    raise SuiteError([Problem(given, None, "", f"no such suite; there are: {known} (or give a path)")])


def _declared_name(path: Path) -> str:
    """The name on the `suite:` line, without reading the rest: another suite's errors are not ours."""
    for line in path.read_text("utf-8", errors="replace").splitlines():
        if line.startswith("suite:"):
            return line.removeprefix("suite:").split("#")[0].strip().strip("\"'")
    return ""


def _validate(path: Path, node: yaml.MappingNode) -> Suite:
    try:
        return Suite.model_validate(_plain(node))
    except ValidationError as error:
        # A list whose only items are wrong is also reported as too short: once is enough.
        found = [e for e in error.errors(include_url=False) if not (e["type"] == "too_short" and e["input"])]
    problems = [
        Problem(path, _line(node, item["loc"]), _dotted(node, item["loc"]), _remedy(dict(item), item["loc"]))
        for item in found
    ]
    raise SuiteError(sorted(problems, key=lambda problem: problem.line or 0))


def _plain(node: yaml.Node) -> Any:
    """Every scalar as the text that was typed: a message `no` or `38.50` and a fact `3.10` stay so."""
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): _plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item) for item in node.value]
    quoted = isinstance(node, yaml.ScalarNode) and node.style
    return None if not quoted and node.value in ("", "~", "null") else node.value


def _syntax_problem(path: Path, error: yaml.YAMLError) -> Problem:
    mark = getattr(error, "problem_mark", None)
    what = getattr(error, "problem", None) or str(error)
    message = f"is not valid YAML: {what} (check indentation, and quote text holding `: ` or `#`)"
    return Problem(path, mark.line + 1 if mark else None, "", message)


def _remedy(item: dict[str, Any], location: Sequence[str | int]) -> str:
    kind, given = item["type"], item.get("input")
    if kind == "extra_forbidden":
        return _unknown_field(str(location[-1]), location)
    shown = f"{given!r} " if isinstance(given, str) and kind != "missing" else ""
    if kind == "value_error":
        return f"{shown}{item['ctx']['error']}"
    if kind == "string_pattern_mismatch":
        return f"{shown}does not look right: it must match {item['ctx']['pattern']}"
    if kind in _REMEDIES:
        return f"{shown}{_REMEDIES[kind]}"
    return f"{shown}is not allowed: {item['msg'][0].lower()}{item['msg'][1:]}"


def _unknown_field(name: str, location: Sequence[str | int]) -> str:
    allowed = list(_model_at(location).model_fields)
    close = difflib.get_close_matches(name, allowed, n=1)
    hint = f"did you mean {close[0]}? " if close else ""
    return f"unknown field: {hint}remove it or use one of {', '.join(allowed)}"


def _model_at(location: Sequence[str | int]) -> type[BaseModel]:
    if "expect" in location[:-1]:
        return Expect
    if location[0] == "cases" and len(location) > 2:
        return Case
    return Bar if location[0] == "bar" and len(location) > 1 else Suite


def _steps(node: yaml.Node, location: Sequence[str | int]) -> Iterator[tuple[str | int, yaml.Node]]:
    """Walk a pydantic location down the YAML: each step with the node to point at.

    Steps that only pydantic knows (an item of a scalar it wrapped in a list) are passed over.
    """
    for step in location:
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value == step:
                    yield step, key
                    node = value
                    break
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            yield step, node


def _line(node: yaml.Node, location: Sequence[str | int]) -> int:
    *_, (_, pointed) = [("", node), *_steps(node, location)]
    return int(pointed.start_mark.line) + 1


def _dotted(node: yaml.Node, location: Sequence[str | int]) -> str:
    """`cases[3].expect.level`; a missing field is named although the YAML does not hold it."""
    steps = [step for step, _ in _steps(node, location)]
    if location and isinstance(location[-1], str) and (not steps or steps[-1] != location[-1]):
        steps.append(location[-1])
    text = ""
    for step in steps:
        text += f"[{step}]" if isinstance(step, int) else f".{step}"
    return text.lstrip(".")


def _unclear(node: yaml.Node, seen: set[int]) -> Iterator[tuple[int, str, str]]:
    """(line, key, message) of what YAML would accept but a reader misread: repeated keys, aliases."""
    if id(node) in seen:
        yield node.start_mark.line + 1, "", "is used again through a YAML alias (`*name`): write it out"
        return
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        keys: set[str] = set()
        for key, value in node.value:
            if key.value in keys:
                yield key.start_mark.line + 1, str(key.value), "is given twice: keep one"
            keys.add(str(key.value))
            yield from _unclear(value, seen)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _unclear(item, seen)
