"""All settings in one typed model. Nothing else reads the environment."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import SettingsError
from bot.reply import Region

PREFIX = "NIGHTLAMP_"


class Settings(BaseSettings):
    """Settings of one deployment, read from `NIGHTLAMP_*` variables or given directly.

    `home` holds what is built at run time (index, runs, feedback). `corpus_dir` is a folder laid out
    like the packaged `corpus/`; None means the packaged one. `model` is a sentence-transformers name
    or folder; None means the packaged all-MiniLM-L6-v2. `fever_c` is the unit's own lower fever line
    in degrees Celsius. `message_limit` is the longest message that is answered, in characters
    (triage reads all of it); `body_limit` the largest request body in bytes.
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    home: Path = Path("var")
    corpus_dir: Path | None = None
    model: str | None = None
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 7860
    region: Region | None = None
    unit_number: Annotated[str, Field(max_length=30, pattern=r"^[0-9+() \-]*$")] = ""
    fever_c: Annotated[float, Field(ge=37.0, le=38.0)] = 38.0
    message_limit: Annotated[int, Field(ge=200, le=20_000)] = 2_000
    body_limit: Annotated[int, Field(ge=10_000, le=5_000_000)] = 1_100_000
    session_minutes: Annotated[int, Field(ge=1, le=1440)] = 60
    allow_unreviewed: bool = False
    staff_secret: SecretStr | None = None

    @property
    def index_dir(self) -> Path:
        """Where the index lives."""
        return self.home / "index"


def _refuse_unknown(environment: Mapping[str, str]) -> None:
    # A misspelt safety setting that is silently ignored is worse than none.
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in environment:
        if name.startswith(PREFIX) and name not in known:
            raise SettingsError(f"{name} is no setting; there are: {', '.join(sorted(known))}")


def load_settings(**overrides: Any) -> Settings:
    """Settings from the environment, with `overrides` on top.

    Raises:
        SettingsError: naming the setting, the value and what is allowed.
    """
    _refuse_unknown(os.environ)
    try:
        return Settings(**overrides)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"]) or "settings"
        raise SettingsError(
            f"setting {name}={first.get('input')!r}: {first['msg']} "
            f"(set {PREFIX}{name.upper()} or the matching option)"
        ) from None
