"""The command line as a caller meets it: real processes, real exit codes."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(*arguments: str, stdin: bytes | None = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "bot.cli", *arguments],
        input=stdin,
        capture_output=True,
        cwd=ROOT,
        env={**os.environ, **environment},
        timeout=120,
        check=False,
    )


def one_line(result: subprocess.CompletedProcess[bytes]) -> str:
    text = result.stderr.decode()
    assert len(text.strip().splitlines()) == 1, text
    assert "Traceback" not in text
    return text


def test_triage_json_has_the_contract_shape() -> None:
    result = run("triage", "--json", "temp 38.7 and what is a seizure?")
    assert result.returncode == 0
    found = json.loads(result.stdout)
    assert {"level", "layers", "findings", "suppressed"} <= set(found)
    assert found["layers"] == ["rules"]
    finding = found["findings"][0]
    assert {"rule", "text", "start", "end", "turn", "layer"} <= set(finding)
    assert (finding["rule"], finding["text"], finding["start"], finding["end"]) == ("R08", "38.7", 5, 9)


def test_triage_explains_itself() -> None:
    text = run("triage", "--explain", "can CAR-T cause seizures?").stdout.decode()
    assert "R05" in text
    assert "held back" in text


def test_triage_reads_standard_input() -> None:
    assert json.loads(run("triage", "--json", stdin=b"he is not breathing").stdout)["level"] == "emergency"


def test_triage_survives_bytes_that_are_no_text() -> None:
    assert (
        json.loads(run("triage", "--json", stdin=b"\xff\xfe he is not breathing").stdout)["level"]
        == "emergency"
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ["triage", "--nonsense"],
        ["nosuch"],
        ["ask", "--region", "mars", "hello"],
        ["batch", "nosuch.jsonl", "out.jsonl"],
        ["--corpus", "/nowhere", "corpus", "check"],
        ["serve", "--port", "0"],
        ["eval", "run", "nosuch"],
        ["index", "verify", "--home", "/nowhere"],
    ],
    ids=" ".join,
)
def test_wrong_use_is_one_line_and_exit_2(arguments: list[str]) -> None:
    result = run(*arguments)
    assert result.returncode == 2
    one_line(result)


def test_a_wrong_setting_is_named() -> None:
    result = run("triage", "hello", NIGHTLAMP_FEVER_C="39")
    assert result.returncode == 2
    assert "fever_c" in one_line(result)


def test_an_unknown_setting_is_named() -> None:
    result = run("triage", "hello", NIGHTLAMP_REGOIN="uk")
    assert result.returncode == 2
    assert "NIGHTLAMP_REGOIN" in one_line(result)


def test_a_port_in_use_is_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        result = run("--home", str(tmp_path), "serve", "--port", port)
    assert result.returncode == 2
    assert port in one_line(result)


def test_public_addresses_wait_for_review(tmp_path: Path) -> None:
    result = run("--home", str(tmp_path), "serve", "--host", "0.0.0.0", "--port", "7999")
    assert result.returncode == 2
    assert "--allow-unreviewed" in one_line(result)


def test_without_an_index_a_red_flag_still_gets_its_card(tmp_path: Path) -> None:
    result = run("--home", str(tmp_path), "ask", "--json", "he is not breathing")
    assert result.returncode == 0
    reply = json.loads(result.stdout)
    assert reply["status"] == "emergency"
    assert reply["guidance"]["numbers"]


def test_without_an_index_other_questions_get_an_apology(tmp_path: Path) -> None:
    result = run("--home", str(tmp_path), "ask", "--json", "what is CAR-T?")
    assert result.returncode == 1
    reply = json.loads(result.stdout)
    assert reply["status"] == "unavailable"
    assert reply["guidance"]["numbers"]
    assert b"Traceback" not in result.stderr


def test_batch_answers_the_good_lines_and_names_the_bad(tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    lines = [
        json.dumps(
            {"id": "a", "messages": [{"role": "user", "content": "she can't breathe"}], "region": "us"}
        ),
        "this is not JSON",
        json.dumps({"id": "c", "messages": [{"role": "user", "content": "hi"}], "region": "mars"}),
        json.dumps({"id": "d", "messages": [{"role": "assistant", "content": "I said so"}]}),
        json.dumps({"id": "e", "messages": []}),
        json.dumps(
            {"id": "f", "messages": [{"role": "user", "content": "he had a fit"}], "place": "hospital"}
        ),
    ]
    source.write_text("\n".join(lines) + "\n", "utf-8")
    result = run("--home", str(tmp_path), "batch", str(source), str(target))
    assert result.returncode == 2
    replies = [json.loads(line) for line in target.read_text("utf-8").splitlines()]
    assert len(replies) == len(lines)
    assert [reply["id"] for reply in replies] == ["a", None, None, None, None, "f"]
    assert [reply.get("line") for reply in replies] == [None, 2, 3, 4, 5, None]
    assert all(reply["error"] for reply in replies[1:5])
    assert replies[0]["status"] == "emergency"
    assert replies[0]["guidance"]["region"] == "us"


def test_doctor_names_the_remedy(tmp_path: Path) -> None:
    result = run("--home", str(tmp_path), "doctor")
    assert result.returncode == 1
    assert "nightlamp index build" in result.stdout.decode()


def test_help_shows_every_command() -> None:
    text = run("--help").stdout.decode()
    for command in ("serve", "ask", "batch", "triage", "corpus", "index", "eval", "doctor"):
        assert command in text
