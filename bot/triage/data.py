"""Reading triage's data files: validated once, with one clear line when a file is broken."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.errors import RulesError


class Strict(BaseModel):
    """A frozen value that forbids unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True)


T = TypeVar("T", bound=Strict)


def load_data(model: type[T], path: Path) -> T:
    """The file as a validated value.

    Raises:
        RulesError: one line naming the file, the place in it and the remedy.
    """
    try:
        return model.model_validate(_yaml(path.read_text("utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        raise RulesError(f"{path} cannot be read ({error}); restore the file") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "unreadable"
        raise RulesError(f"{path}{line} is not valid YAML ({problem}); mend it") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        value = str(first.get("input"))[:60]
        raise RulesError(f"{path}: {place}: {first['msg']} (got {value!r}); mend it") from None


def _yaml(raw: str) -> Any:
    # libyaml where it is built in: ten times as fast, and triage must start in a moment.
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(raw, Loader=loader)
