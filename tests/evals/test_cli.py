"""The command as staff and a pipeline meet it: words, exit codes, files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from evals.cli import app

MET = """\
suite: tiny
title: A tiny suite
bar:
  - {metric: sensitivity, at_least: 1.0}
  - {metric: false_alarm, at_most: 0.0}
cases:
  - {id: tiny-1, messages: ["he's not breathing"], expect: {level: emergency}, rule: R01, tags: [live]}
  - {id: tiny-2, messages: ["what is a T cell?"], expect: {max_level: none}, tags: [quiet]}
"""
MISSED = MET.replace('["what is a T cell?"], expect: {max_level', '["what is a T cell?"], expect: {level')
MISSED = MISSED.replace("{level: none}", "{level: urgent}")


@pytest.fixture
def suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("NIGHTLAMP_HOME", str(tmp_path / "var"))
    path = tmp_path / "tiny.yaml"
    path.write_text(MET, "utf-8")
    return path


def nightlamp(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def lines_of(tmp_path: Path) -> list[dict[str, object]]:
    (results,) = (tmp_path / "var" / "runs").glob("*/results.jsonl")
    return [json.loads(line) for line in results.read_text("utf-8").splitlines()]


def test_every_bar_met_is_exit_0_and_leaves_a_whole_log(suite: Path, tmp_path: Path) -> None:
    result = nightlamp("run", suite, "--layers", "rules", "--json", tmp_path / "out.json")
    assert result.exit_code == 0, result.output
    assert "met: tiny: sensitivity 100.0 %" in result.stdout
    kinds = [line["type"] for line in lines_of(tmp_path)]
    assert kinds == ["run", "case", "case", "suite", "end"]
    assert json.loads((tmp_path / "out.json").read_text("utf-8"))["exit"] == 0


def test_a_bar_missed_is_exit_1_and_shows_the_miss(suite: Path, tmp_path: Path) -> None:
    suite.write_text(MISSED, "utf-8")
    result = nightlamp("run", suite, "--layers", "rules")
    assert result.exit_code == 1, result.output
    assert 'message 0: "what is a T cell?"' in result.stdout
    assert lines_of(tmp_path)[-1] == {"type": "end", "exit": 1}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["run", "nowhere.yaml"], "error: nowhere.yaml: cannot be read"),
        (["run", "no-such-suite"], "error: no-such-suite: no such suite; there are: "),
        (["run", "SUITE", "--tag", "absent"], "error: no case is left to run of 2"),
        (["run", "SUITE", "--case", "absent"], "error: no case has the id absent"),
    ],
)
def test_what_cannot_run_is_exit_2_and_one_line(suite: Path, arguments: list[str], words: str) -> None:
    result = nightlamp(*(suite if argument == "SUITE" else argument for argument in arguments))
    assert result.exit_code == 2
    assert result.stderr.startswith(words)
    assert len(result.stderr.splitlines()) == 1


def test_a_mistake_in_a_suite_is_exit_2_with_its_line(suite: Path) -> None:
    suite.write_text(MET.replace("max_level", "max_levl"), "utf-8")
    result = nightlamp("run", suite)
    assert result.exit_code == 2
    assert (
        f"error: {suite}:8: cases[1].expect.max_levl: unknown field: did you mean max_level?" in result.stderr
    )


def test_part_of_a_suite_can_be_run(suite: Path) -> None:
    result = nightlamp("run", suite, "--tag", "live", "--layers", "rules")
    assert result.exit_code == 0, result.output
    assert "1 cases; 1 of the suite left out" in result.stdout
    assert "NOT MEASURED: tiny: false_alarm" in result.stdout


def test_list_shows_bars_and_cases(suite: Path) -> None:
    result = nightlamp("list", suite, "--cases")
    assert result.exit_code == 0
    assert "tiny: A tiny suite: 2 cases; sensitivity ≥ 100 %; false_alarm ≤ 0 %" in result.stdout
    assert 'tiny-1: "he\'s not breathing"' in result.stdout


def test_check_finds_what_is_not_there(suite: Path) -> None:
    assert nightlamp("check", suite).exit_code == 0
    suite.write_text(MET.replace("R01", "R999"), "utf-8")
    result = nightlamp("check", suite)
    assert result.exit_code == 1
    assert f"{suite}:7: cases[0].rule: tiny-1: no rule R999; there are R01" in result.stderr


def test_the_packaged_suites_hold_no_mistake() -> None:
    result = nightlamp("check")
    assert result.exit_code == 0, result.output


@pytest.mark.model
def test_retrieval_is_scored_in_the_words_of_the_machine_contract(tmp_path: Path) -> None:
    texts = {
        "d1": "A fever is 38 C or above.",
        "d2": "T cells are white blood cells.",
        "d3": "Bring a soft toy.",
    }
    rows = [json.dumps({"_id": name, "title": "", "text": text}) for name, text in texts.items()]
    (tmp_path / "corpus.jsonl").write_text("\n".join(rows), "utf-8")
    (tmp_path / "queries.jsonl").write_text(
        json.dumps({"_id": "q", "text": "what counts as a fever"}), "utf-8"
    )
    (tmp_path / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\nq\td1\t1\n", "utf-8")
    result = nightlamp("retrieval", "--beir", tmp_path, "--json")
    assert result.exit_code == 0, result.output
    scores = json.loads(result.stdout)
    assert scores["fused"]["ndcg@10"] == 1.0
    assert {"dense", "lexical", "fused", "passages_per_s", "query_ms_p50", "query_ms_p95"} <= set(scores)
    assert "fused" in nightlamp("retrieval", "--beir", tmp_path).stdout


@pytest.mark.model
def test_a_folder_that_is_not_beir_is_exit_2(tmp_path: Path) -> None:
    result = nightlamp("retrieval", "--beir", tmp_path, "--json")
    assert result.exit_code == 2
    assert result.stderr.startswith("error: cannot read")
