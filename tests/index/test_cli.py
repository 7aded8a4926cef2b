"""`nightlamp index`, run as a person runs it."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from index.cli import app


def run(*arguments: str | Path) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, [str(argument) for argument in arguments])
    return result.exit_code, result.stdout, result.stderr


def test_build_info_verify_and_search(corpus_dir: Path, tmp_path: Path) -> None:
    where = ("--home", tmp_path / "home", "--corpus", corpus_dir)
    code, out, err = run("info", *where)
    assert (code, out) == (2, "")
    assert "nightlamp index build" in err

    code, out, _ = run("build", *where, "--json")
    assert code == 0
    assert json.loads(out)["documents"].keys() == {"fever", "home", "long"}
    assert run("verify", *where)[0] == 0
    assert json.loads(run("info", *where, "--json")[1])["state"] == "fresh"

    code, out, _ = run("search", "can he go back to school", "-k", "2", *where, "--json")
    hits = json.loads(out)
    assert code == 0
    assert [len(hits), hits[0]["document"]] == [2, "home"]
    assert "home#when" in run("search", "can he go back to school", *where)[1]

    (corpus_dir / "explainers" / "long.md").unlink()
    assert run("info", *where)[0] == 1
    code, _, err = run("search", "school", *where)
    assert code == 2
    assert len(err.strip().splitlines()) == 1


def test_an_unknown_model_is_exit_2(corpus_dir: Path, tmp_path: Path) -> None:
    code, _, err = run("build", "--home", tmp_path, "--corpus", corpus_dir, "--model", "no/such")
    assert code == 2
    assert "no/such" in err
