"""What a suite may speak of."""

from __future__ import annotations

from pathlib import Path

from evals.check import Known, mistakes
from evals.load import load_suite
from tests.evals.builders import CORPUS

SUITE = """\
suite: s
title: t
bar:
  - {metric: pass_rate, at_least: 1}
cases:
  - id: a
    messages: [x]
    rule: R99
    expect:
      card: absent
      cites: [fever, fever#what-counts-as-a-fever, fever#nothing, nowhere]
"""
KNOWN = Known(rules={"R01"}, cards={"breathing"}, corpus=CORPUS)


def found(folder: Path, text: str) -> list[str]:
    path = folder / "s.yaml"
    path.write_text(text, "utf-8")
    return [str(problem).removeprefix(f"{folder}/") for problem in mistakes([load_suite(path)], KNOWN)]


def test_unknown_rules_cards_documents_and_sections(tmp_path: Path) -> None:
    lines = found(tmp_path, SUITE)
    assert lines[0] == "s.yaml:8: cases[0].rule: a: no rule R99; there are R01"
    assert lines[1] == "s.yaml:10: cases[0].expect.card: a: no card absent; there are breathing"
    assert lines[2].startswith("s.yaml:11: cases[0].expect.cites: a: 'fever' has no section 'nothing'")
    assert lines[3].startswith("s.yaml:11: cases[0].expect.cites: a: no explainer has the id 'nowhere'")
    assert len(lines) == 4


def test_a_case_and_a_bar_must_meet(tmp_path: Path) -> None:
    text = SUITE.replace("pass_rate, at_least: 1", "sensitivity, at_least: 1").split("    rule:")[0]
    assert found(tmp_path, text + "    expect: {max_level: none}\n") == [
        "s.yaml:4: bar[0]: no case is measured by sensitivity: add one, or remove the bar",
        "s.yaml:6: cases[0]: a: no bar of the suite measures this case: add a bar, or another expectation",
    ]
