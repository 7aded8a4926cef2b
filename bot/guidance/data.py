"""Reading a YAML file into a schema, with every failure as one clear line."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from bot.errors import CardsError

Model = TypeVar("Model", bound=BaseModel)
_REMEDY = "correct it or reinstall nightlamp"
# The C parser is ten times faster, and these files are read before the first reply.
_LOADER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_model(path: Path, model: type[Model]) -> Model:
    """The content of `path` as `model`.

    Raises:
        CardsError: one line naming the file, the place in it and the remedy.
    """
    try:
        raw = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
        return model.model_validate(raw)
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


def _one_line(problem: object) -> str:
    return " ".join(str(problem).split())
