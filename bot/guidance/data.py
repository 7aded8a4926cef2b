"""Reading a YAML file into a schema, with every failure as one clear line."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from bot.errors import CardsError

Model = TypeVar("Model", bound=BaseModel)
_REMEDY = "correct it or reinstall nightlamp"
# The C parser is ten times faster, and these files are read before the first reply.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_model(path: Path, model: type[Model]) -> Model:
    """The content of `path` as `model`.

    Raises:
        CardsError: one line naming the file, the place in it and the remedy.
    """
    try:
        return model.model_validate(_parse(path.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        raise CardsError(f"{path}: cannot be read ({_one_line(error)}); {_REMEDY}") from None
    except yaml.YAMLError as error:
        raise CardsError(f"{path}: not valid YAML ({_one_line(error)}); {_REMEDY}") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "top level"
        raise CardsError(f"{path}: {place}: {_one_line(first['msg'])}; {_REMEDY}") from None
    except ValueError as error:  # the parser's own, for a date such as 2026-13-45
        raise CardsError(f"{path}: {_one_line(error)}; {_REMEDY}") from None


def _parse(text: str) -> object:
    loader = _LOADER(text)
    try:
        root = loader.get_single_node()
        _refuse_duplicates(root, set())
        return loader.construct_document(root) if root is not None else None
    finally:
        loader.dispose()


def _refuse_duplicates(node: yaml.Node | None, seen: set[int]) -> None:
    # YAML keeps the last of two equal keys, so a card pasted twice would silently lose its first words.
    if node is None or id(node) in seen:
        return
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        keys = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        if repeated := [key for place, key in enumerate(keys) if key in keys[:place]]:
            raise ValueError(f"{repeated[0]!r} is there twice, near line {node.start_mark.line + 1}")
        for _, value in node.value:
            _refuse_duplicates(value, seen)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            _refuse_duplicates(item, seen)


def _one_line(problem: object) -> str:
    return " ".join(str(problem).split())
