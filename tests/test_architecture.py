"""The house rules that a reader of one file cannot check: who imports whom, and what stays out."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
# What each package may import of the others.
ALLOWED = {
    "corpus": set(),
    "index": {"corpus"},
    "bot": {"corpus", "index"},
    "evals": {"corpus", "index", "bot"},
}
SOURCES = [file for package in ALLOWED for file in sorted((ROOT / package).rglob("*.py"))]
# The only place that catches everything: a red flag must be answered whatever broke.
BROAD_EXCEPT = {"bot/triage/guard.py"}
# The command line composes every package, so it alone may look past its own.
COMPOSER = "bot/cli.py"


def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"))


def imported(module: ast.Module) -> set[str]:
    names = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(ROOT)))
def test_dependencies_point_one_way(file: Path) -> None:
    path = file.relative_to(ROOT)
    if path.as_posix() == COMPOSER:
        return
    package = path.parts[0]
    foreign = imported(tree(file)) & (set(ALLOWED) - {package})
    assert foreign <= ALLOWED[package]


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(ROOT)))
def test_only_the_guard_catches_everything(file: Path) -> None:
    broad = [
        node.lineno
        for node in ast.walk(tree(file))
        if isinstance(node, ast.ExceptHandler)
        and (
            node.type is None
            or (isinstance(node.type, ast.Name) and node.type.id in ("Exception", "BaseException"))
        )
    ]
    if file.relative_to(ROOT).as_posix() in BROAD_EXCEPT:
        assert len(broad) == 1
    else:
        assert broad == []


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(ROOT)))
def test_print_and_pickle_stay_out(file: Path) -> None:
    module = tree(file)
    assert not imported(module) & {"pickle", "dill", "shelve", "marshal", "joblib"}
    calls = {
        node.func.id
        for node in ast.walk(module)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert "print" not in calls
    assert not calls & {"eval", "exec"}


@pytest.mark.parametrize("file", SOURCES, ids=lambda file: str(file.relative_to(ROOT)))
def test_only_settings_read_the_environment(file: Path) -> None:
    if file.name == "settings.py":
        return
    reads = [
        node.lineno
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
        and node.attr == "getenv"
    ]
    assert reads == []


def test_files_and_functions_stay_short() -> None:
    lengths = sorted(
        node.end_lineno - node.lineno + 1
        for file in SOURCES
        for node in ast.walk(tree(file))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno
    )
    assert lengths[int(len(lengths) * 0.9)] <= 40
    long = [file.name for file in SOURCES if len(file.read_text("utf-8").splitlines()) > 420]
    assert long == []


def test_the_project_names_no_machine_of_its_makers() -> None:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    forbidden = ("/" + "work/", "/" + "tmp/s/", "/" + "opt/pypi")
    for name in listed.stdout.split():
        file = ROOT / name
        if file.suffix in {".py", ".md", ".yaml", ".toml", ".txt", ".sh", ".js", ".css"} and file.is_file():
            text = file.read_text("utf-8")
            assert not [word for word in forbidden if word in text], name
