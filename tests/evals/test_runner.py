"""Runs: a broken case is a failure, a mean hides no miss, and nothing measured is not a pass."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest

from bot.reply import Assessment, Level, Status
from bot.settings import Settings
from evals.errors import RunError
from evals.measure import State, measure, refusal_table, slices
from evals.model import Case, Metric
from evals.provenance import git_state, provenance
from evals.results import open_log, summary
from evals.runner import Selection, SuiteRun, Verdict, choose, run_case, run_suite, verdict
from tests.evals.builders import CORPUS, answer, case, citation, seen, suite_file

SENSITIVITY = {"metric": "sensitivity", "at_least": 1.0}
FALSE_ALARM = {"metric": "false_alarm", "at_most": 0.25}
WHOLE = Selection()


def shouting(asked: Case) -> Assessment:
    """Takes capitals for an emergency."""
    loud = asked.messages[-1].isupper()
    return Assessment(Level.EMERGENCY if loud else Level.NONE)


def breaking(asked: Case) -> NoReturn:
    raise KeyError(asked.id)


def live(number: int, message: str = "HELP", **fields: object) -> Case:
    return case(f"live-{number}", (message,), level="emergency", **fields)


def run(*cases: Case, bar: object = None, subject: object = shouting) -> SuiteRun:
    file = suite_file(*cases, bar=bar)
    return run_suite(file, file.suite.cases, subject)  # type: ignore[arg-type]


def test_all_bars_met() -> None:
    done = run(live(1), case("q", max_level="none"), bar=[SENSITIVITY, FALSE_ALARM])
    assert [figure.state for figure in done.figures[:2]] == [State.MET, State.MET]
    assert verdict([done], WHOLE) is Verdict.BARS_MET


def test_a_mean_never_hides_a_miss() -> None:
    done = run(
        *(live(n) for n in range(999)), live(999, "help"), bar={"metric": "sensitivity", "at_least": 0.9}
    )
    figure = done.figures[0]
    assert figure.value == pytest.approx(0.999)
    assert figure.state is State.MET
    assert figure.missed == ("live-999",)
    strict = replace(done, figures=(measure(Metric.SENSITIVITY, done.outcomes, bar_of(SENSITIVITY)),))
    assert verdict([strict], WHOLE) is Verdict.BAR_MISSED


def bar_of(fields: dict[str, object]) -> object:
    return suite_file(case(level="urgent"), bar=fields).suite.bar[0]


def test_lower_is_better_where_it_is() -> None:
    quiet = [case(f"q{n}", ("A" if n == 0 else "a",), max_level="none") for n in range(4)]
    met = run(*quiet, bar=FALSE_ALARM).figures[0]
    assert (met.counted, met.total, met.value, met.state) == (1, 4, 0.25, State.MET)
    missed = run(*quiet, bar={"metric": "false_alarm", "at_most": 0.24}).figures[0]
    assert missed.state is State.MISSED


def test_a_case_that_breaks_is_a_failure_and_the_run_goes_on() -> None:
    outcome = run_case(live(1), breaking)
    assert outcome.error == "KeyError: 'live-1'"
    done = run(live(1), case("q", max_level="none"), bar=[SENSITIVITY, FALSE_ALARM], subject=breaking)
    assert [figure.value for figure in done.figures[:2]] == [0.0, 1.0]
    assert verdict([done], WHOLE) is Verdict.BAR_MISSED


def test_a_breakage_that_no_bar_measures_still_fails_the_run() -> None:
    def partly(asked: Case) -> Assessment:
        return breaking(asked) if asked.id == "q" else shouting(asked)

    done = run(live(1), case("q", status="grounded"), bar=SENSITIVITY, subject=partly)
    assert done.figures[0].state is State.MET
    assert verdict([done], WHOLE) is Verdict.BAR_MISSED


def test_the_fail_safe_card_does_not_count_as_finding_a_sign() -> None:
    outcome = run_case(live(1), lambda _: Assessment(Level.EMERGENCY, failed=True))
    assert outcome.error == "triage failed and showed its fail-safe card"
    assert measure(Metric.SENSITIVITY, [outcome]).value == 0.0


def test_paraphrases_count_once_in_the_interval_and_as_wrong_if_one_is() -> None:
    cases = [live(n, cluster="fit") for n in range(10)] + [live(10), live(11)]
    figure = run(*cases, bar=SENSITIVITY).figures[0]
    assert (figure.total, figure.groups) == (12, 3)
    assert figure.interval is not None
    assert figure.interval.low == pytest.approx(0.05 ** (1 / 3))
    figure = run(*cases[1:], live(99, "help", cluster="fit"), bar=SENSITIVITY).figures[0]
    assert (figure.total, figure.counted, figure.groups) == (12, 11, 3)
    assert figure.interval is not None
    assert figure.interval.low == pytest.approx(0.0943, abs=1e-3)  # 2 of 3


def test_a_cluster_named_like_a_case_is_not_that_case() -> None:
    figure = run(live(1), live(2, cluster="live-1"), bar=SENSITIVITY).figures[0]
    assert figure.groups == 2


def test_a_bar_that_nothing_measured_is_missed_in_a_whole_run() -> None:
    done = run(live(1), bar=[SENSITIVITY, FALSE_ALARM])
    assert done.figures[1].value is None
    assert done.figures[1].state is State.UNMEASURED
    assert verdict([done], WHOLE) is Verdict.BAR_MISSED
    assert verdict([done], Selection(tags=("x",))) is Verdict.BARS_MET


def test_a_partial_run_that_measures_no_bar_could_not_run() -> None:
    done = run(live(1), bar=FALSE_ALARM)
    with pytest.raises(RunError, match="measured by a bar"):
        verdict([done], Selection(cases=("live-1",)))


def test_nothing_measured_has_no_value_and_no_interval() -> None:
    figure = measure(Metric.SENSITIVITY, [])
    assert (figure.value, figure.interval, figure.state) == (None, None, None)


def test_selection() -> None:
    a, b, c = (
        live(1, rule="R01", tags=["typo"]),
        live(2, rule="R02", tags=["uk"]),
        case("q", status="grounded"),
    )
    file = suite_file(a, b, c)

    def chosen(**fields: object) -> list[str]:
        return [kept.id for _, cases in choose([file], Selection(**fields)) for kept in cases]  # type: ignore[arg-type]

    assert chosen() == ["live-1", "live-2", "q"]
    assert chosen(tags=("uk", "typo")) == ["live-1", "live-2"]
    assert chosen(tags=("uk", "typo"), rules=("R02",)) == ["live-2"]
    assert chosen(cases=("q",)) == ["q"]
    assert chosen(level_only=True) == ["live-1", "live-2"]
    with pytest.raises(RunError, match="no case is left to run of 3"):
        chosen(tags=("none",))
    with pytest.raises(RunError, match="no case has the id zz"):
        chosen(cases=("zz",))


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, {1}),
        ({"start": 1}, set()),
        ({"version": "sha256:old"}, set()),
        ({"document": "absent"}, set()),
        ({"quote": "", "start": 0, "end": 0}, set()),
        ({"end": 10_000}, set()),
    ],
)
def test_quotes_are_looked_up_in_the_corpus(changes: dict[str, object], found: set[int]) -> None:
    reply = answer(citation(1, "Ring your unit at once.", **changes))
    outcome = run_case(case(status="grounded"), lambda _: reply, CORPUS)
    assert outcome.verbatim == found


def test_the_refusal_table_keeps_breakages_apart() -> None:
    refuse, ask = case("r", status="out_of_scope"), case("a", status="grounded")
    no, yes = answer(status=Status.OUT_OF_SCOPE), answer(citation(1, "A fever"))
    table = refusal_table(
        [seen(refuse, no), seen(refuse, yes), seen(refuse, "x"), seen(ask, no), seen(ask, yes)]
    )
    assert table is not None
    assert (table.refuse_refused, table.refuse_answered, table.refuse_broke) == (1, 1, 1)
    assert (table.answer_refused, table.answer_answered, table.answer_broke) == (1, 1, 0)
    assert refusal_table([seen(ask, yes)]) is None


def test_slices_by_rule_and_tag_put_misses_first() -> None:
    done = run(live(1, rule="R01", tags=["a"]), live(2, "help", rule="R02", tags=["a", "b"]))
    found = [(part.kind, part.name, part.cases, part.missed) for part in slices(done.outcomes)]
    assert found == [
        ("rule", "R02", 1, ("live-2",)),
        ("rule", "R01", 1, ()),
        ("tag", "a", 2, ("live-2",)),
        ("tag", "b", 1, ("live-2",)),
    ]


def test_runs_started_in_the_same_second_are_kept_apart(tmp_path: Path) -> None:
    with open_log(tmp_path / "runs") as first, open_log(tmp_path / "runs") as second:
        first.write("run", {"n": 1})
        second.write("run", {"n": 2})
    assert first.path != second.path
    assert json.loads(first.path.read_text("utf-8")) == {"type": "run", "n": 1}


def test_results_that_cannot_be_written_name_the_remedy(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("a file", "utf-8")
    with pytest.raises(RunError, match="set NIGHTLAMP_HOME"), open_log(tmp_path / "runs"):
        pass


def test_the_summary_is_json_and_holds_every_miss() -> None:
    done = run(live(1), live(2, "help"), bar=SENSITIVITY)
    record = json.loads(json.dumps(summary({}, [done], 1), default=str))
    suite = record["suites"][0]
    assert suite["figures"][0]["value"] == 0.5
    assert suite["figures"][0]["state"] == "missed"
    assert [miss["id"] for miss in suite["misses"]] == ["live-2"]
    assert suite["misses"][0]["shortfalls"] == [{"expected": "level emergency or above", "got": "level none"}]


def test_provenance_names_code_content_and_machine_and_keeps_secrets(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, staff_secret="open sesame")
    record = provenance(settings, [suite_file(live(1))], CORPUS)
    text = json.dumps(record)
    assert "open sesame" not in text
    assert record["corpus_version"] == CORPUS.version
    assert record["index"] is None
    assert record["packages"]["pydantic"]
    assert len(record["suites"][0]["sha256"]) == 64


def test_a_folder_that_is_no_checkout_has_no_commit(tmp_path: Path) -> None:
    assert git_state(tmp_path) is None
