"""Suite files: what is accepted, and how exactly a mistake is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.reply import Level, Place, Region, Status
from evals.errors import SuiteError
from evals.load import load_suite, load_suites
from evals.model import Metric

GOOD = """\
suite: red-flags            # unique name
title: Red flags, live
bar: {metric: sensitivity, at_least: 1.0}
cases:
  - id: rf-r05-001
    messages: ["he's having a fit"]
    region: uk
    place: hospital
    expect: {level: emergency}
    rule: R05
    tags: [typo, third_person, uk]
    cluster: rf-r05-fit
    source: R05
    note: as said on the phone
  - id: answer-001
    messages: [38.50, no]
    expect:
      status: grounded
      must_contain: [fever, [hospital, ward]]
      must_not_contain: [aspirin]
      cites: [fever-after-car-t, crs#what-is-crs]
      card: null-card
    source: [3.10, S39]
"""


def write(folder: Path, text: str, name: str = "s.yaml") -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def problems(folder: Path, text: str) -> list[str]:
    with pytest.raises(SuiteError) as caught:
        load_suite(write(folder, text))
    return [str(problem).removeprefix(f"{folder}/") for problem in caught.value.problems]


def with_case(lines: str) -> str:
    head = "suite: s\ntitle: t\nbar: {metric: pass_rate, at_least: 1}\ncases:\n  - id: a\n"
    return head + "".join(f"    {line}\n" for line in lines.splitlines())


def test_every_field_is_read(tmp_path: Path) -> None:
    suite = load_suite(write(tmp_path, GOOD)).suite
    first, second = suite.cases
    assert suite.bar[0].metric is Metric.SENSITIVITY
    assert (first.region, first.place, first.expect.level) == (Region.UK, Place.HOSPITAL, Level.EMERGENCY)
    assert second.expect.status == (Status.GROUNDED,)
    assert second.expect.must_contain == (("fever",), ("hospital", "ward"))
    assert second.expect.cites == ("fever-after-car-t", "crs#what-is-crs")
    assert not suite.level_only


def test_scalars_stay_as_typed(tmp_path: Path) -> None:
    case = load_suite(write(tmp_path, GOOD)).suite.cases[1]
    assert case.messages == ("38.50", "no")
    assert case.source == ("3.10", "S39")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            with_case("messages: [x]\nexpect: {levle: urgent}"),
            "s.yaml:7: cases[0].expect.levle: unknown field: did you mean level? remove it or use one of",
        ),
        (
            with_case("messages: [x]\nexpect:\n  level: urgnt"),
            "s.yaml:8: cases[0].expect.level: 'urgnt' is not allowed",
        ),
        (with_case("messages: [x]"), "s.yaml:5: cases[0].expect: is missing: add it"),
        (with_case("messages: [x]\nexpect: {}"), "s.yaml:7: cases[0].expect: asks for nothing"),
        (
            with_case("messages: [x]\nexpect:\n  level: urgent\n  max_level:"),
            "s.yaml:9: cases[0].expect.max_level: is empty: give a value or remove the line",
        ),
        (
            with_case("messages: [x]\nexpect: {level: none}"),
            "s.yaml:7: cases[0].expect: level: none holds for every",
        ),
        (
            with_case("messages: [x]\nexpect: {level: urgent, max_level: same_day}"),
            "s.yaml:7: cases[0].expect: level urgent is above max_level same_day",
        ),
        (
            with_case("messages: [he said: help]\nexpect: {level: urgent}"),
            "s.yaml:6: cases[0].messages[0]: must be text: put it in quotes",
        ),
        (with_case("messages: []\nexpect: {level: urgent}"), "s.yaml:6: cases[0].messages: is an empty list"),
        (
            with_case("messages: [x]\nexpect: {must_contain: [a, [b, '']]}"),
            "s.yaml:7: cases[0].expect.must_contain[1][1]: '' is empty",
        ),
        (with_case("messages: [x]\nmessages: [y]"), "s.yaml:7: messages: is given twice: keep one"),
        (with_case("messages: &m [x]\nexpect: {cites: *m}"), "s.yaml:6: is used again through a YAML alias"),
        (with_case("messages: [x"), "s.yaml:7: is not valid YAML"),
        ("- a\n", "s.yaml:1: is not a suite"),
        ("", "s.yaml:1: is not a suite"),
        (
            "suite: s\ntitle: t\nbar: {metric: pass_rate, at_least: 1}\ncases: []\n",
            "s.yaml:4: cases: is an empty list",
        ),
        (
            GOOD.replace("at_least: 1.0", "at_most: 1.0"),
            "s.yaml:3: bar: a bar on sensitivity takes at_least, and only",
        ),
        (
            GOOD.replace("sensitivity, at_least", "false_alarm, at_least"),
            "s.yaml:3: bar: a bar on false_alarm takes at",
        ),
        (GOOD.replace("at_least: 1.0", "at_least: .nan"), "s.yaml:3: bar.at_least: '.nan' is not allowed"),
        (GOOD.replace("at_least: 1.0", "at_least: 98"), "s.yaml:3: bar.at_least: '98' is not allowed"),
        (GOOD.replace("answer-001", "rf-r05-001"), "s.yaml:15: cases[1].id: rf-r05-001 is already used at"),
    ],
)
def test_a_mistake_names_line_field_and_remedy(tmp_path: Path, text: str, expected: str) -> None:
    found = problems(tmp_path, text)
    assert len(found) == 1
    assert found[0].startswith(expected)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("region: uk", "region: france").replace("status: grounded", "status: fine")
    assert [line.split(": ")[0] for line in problems(tmp_path, text)] == ["s.yaml:7", "s.yaml:18"]


def test_bytes_that_are_not_text(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_bytes(b"suite: s\ntitle: \xff\n")
    with pytest.raises(SuiteError, match=r"s.yaml:2: is not UTF-8"):
        load_suite(path)


def test_ids_are_unique_across_suites(tmp_path: Path) -> None:
    write(tmp_path, GOOD, "a.yaml")
    write(tmp_path, GOOD.replace("suite: red-flags", "suite: other"), "b.yaml")
    with pytest.raises(
        SuiteError, match=r"b.yaml:5: cases\[0\].id: rf-r05-001 is already used at .*a.yaml:5"
    ):
        load_suites([], tmp_path)


def test_suite_names_are_unique(tmp_path: Path) -> None:
    write(tmp_path, GOOD, "a.yaml")
    write(tmp_path, GOOD.replace("001", "002"), "b.yaml")
    with pytest.raises(SuiteError, match="red-flags is already the name of"):
        load_suites([], tmp_path)


def test_a_suite_is_found_by_file_name_declared_name_or_path(tmp_path: Path) -> None:
    path = write(tmp_path, GOOD, "signs.yaml")
    for name in ("signs", "red-flags", str(path)):
        assert load_suites([name], tmp_path)[0].path == path


def test_an_unknown_suite_is_answered_with_those_there_are(tmp_path: Path) -> None:
    write(tmp_path, GOOD, "signs.yaml")
    with pytest.raises(SuiteError, match="no such suite; there are: red-flags"):
        load_suites(["signz"], tmp_path)
    with pytest.raises(SuiteError, match="cannot be read"):
        load_suites([str(tmp_path / "absent.yaml")], tmp_path)


def test_naming_a_suite_twice_runs_it_once(tmp_path: Path) -> None:
    write(tmp_path, GOOD, "signs.yaml")
    assert len(load_suites(["signs", "red-flags"], tmp_path)) == 1
