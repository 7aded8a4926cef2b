"""The rules of the corpus, and the commands around them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from corpus.check import check_corpus
from corpus.cli import app
from corpus.load import PACKAGED, load_corpus
from corpus.readability import flesch_kincaid_grade, syllables

TODAY = date(2026, 11, 22)
GOOD = "It is small. " * 10


def rules(corpus_dir: Path, text: str, today: date = TODAY) -> set[str]:
    (corpus_dir / "explainers" / "small.md").write_text(text, "utf-8")
    return {problem.rule for problem in check_corpus(corpus_dir, today).problems}


@pytest.mark.parametrize(
    ("heading", "body", "rule"),
    [
        ("Not a question", GOOD, "not-a-question"),
        ("Short?", "Too short.", "length"),
        ("Long?", "word " * 221, "length"),
        ("List?", "- an item\n- " + GOOD, "no-first-sentence"),
        ("Bold?", "**" + GOOD.strip() + "**", "markup"),
        ("Link?", GOOD + "[it](javascript:x)", "markup"),
        ("Dose?", GOOD + "Give 5 mg of it.", "dose"),
        ("Dose?", GOOD + "That is 10 ml/kg.", "dose"),
        ("Dose?", GOOD + "Take two tablets.", "dose"),
        ("Promise?", GOOD + "Your child will get better.", "promise"),
        ("Hard?", "Immunosuppressive administration necessitates hospitalisation. " * 8, "reading-level"),
    ],
)
def test_each_rule_is_found(
    corpus_dir: Path, explainer: Callable[..., str], heading: str, body: str, rule: str
) -> None:
    assert rule in rules(corpus_dir, explainer(f"## {heading}\n<!-- facts: 1.01 -->\n\n{body}\n"))


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("facts: 1.01", "facts: one", "fact-id"),
        ("<!-- facts: 1.01 -->", "", "no-facts"),
        ("[STJ_SER]", "[NOT_THERE]", "unknown-source"),
        ("[STJ_SER]", "[]", "no-source"),
        ("id: small", "id: other", "file-name"),
        ("written: 2026-11-22", "written: 2027-11-22", "review-date"),
        ("audience: parent", "audience: nobody", "unreadable"),
    ],
)
def test_front_matter_and_comments(
    corpus_dir: Path, explainer: Callable[..., str], old: str, new: str, rule: str
) -> None:
    text = explainer(f"## Small?\n<!-- facts: 1.01 -->\n\n{GOOD}\n")
    assert rules(corpus_dir, text) == set()
    assert rule in rules(corpus_dir, text.replace(old, new))


def test_good_figures_are_no_doses(corpus_dir: Path, explainer: Callable[..., str]) -> None:
    body = GOOD + "A fever is 38.0 C (100.4 F). It lasts 8 days in 40 of 100 children. Five units have one."
    assert (
        rules(corpus_dir, explainer(f"## Small?\n<!-- facts: 1.N01 G-MRD N-C4 C2 R08 S9 -->\n\n{body}\n"))
        == set()
    )


def test_overdue_review_is_a_warning(corpus_dir: Path) -> None:
    report = check_corpus(corpus_dir, date(2028, 1, 1))
    assert [p.rule for p in report.warnings] == ["overdue"]
    assert not report.errors
    assert report.unreviewed == ("small",)


def test_duplicate_ids_are_reported_together(corpus_dir: Path) -> None:
    file = corpus_dir / "explainers" / "small.md"
    (corpus_dir / "explainers" / "twin.md").write_text(file.read_text("utf-8"), "utf-8")
    found = {p.rule for p in check_corpus(corpus_dir, TODAY).errors}
    assert found == {"duplicate-id", "file-name"}


def test_flesch_kincaid_by_hand() -> None:
    assert [syllables(word) for word in ("the", "baked", "needed", "table", "fever", "hospital")] == [
        1,
        1,
        2,
        2,
        2,
        3,
    ]
    # 6 words, 2 sentences, 6 syllables: 0.39 * 3 + 11.8 * 1 - 15.59
    assert flesch_kincaid_grade("The cat sat. The dog ran.") == pytest.approx(-2.62)
    assert flesch_kincaid_grade("Leukaemia.", frozenset({"leukaemia"})) == pytest.approx(-3.4)
    assert flesch_kincaid_grade("38.0") is None


class TestCommands:
    """`nightlamp corpus`, run as a person runs it."""

    def run(self, *arguments: str | Path) -> tuple[int, str, str]:
        result = CliRunner().invoke(app, [str(a) for a in arguments])
        return result.exit_code, result.stdout, result.stderr

    def test_check(self, corpus_dir: Path) -> None:
        code, out, _ = self.run("check", "--corpus", corpus_dir, "--json")
        report = json.loads(out)
        assert (code, report["ok"], report["unreviewed"]) == (0, True, ["small"])
        (corpus_dir / "explainers" / "bad.md").write_text("no front matter", "utf-8")
        code, out, _ = self.run("check", "--corpus", corpus_dir)
        assert code == 1
        assert "bad.md, line 1: no front matter" in out

    def test_missing_folder_is_exit_2_with_one_line(self, tmp_path: Path) -> None:
        code, out, err = self.run("check", "--corpus", tmp_path)
        assert (code, out) == (2, "")
        assert len(err.strip().splitlines()) == 1

    def test_show_prints_the_canonical_text_exactly(self) -> None:
        document = load_corpus().documents[0]
        assert self.run("show", document.id) == (0, document.text, "")
        shown = json.loads(self.run("show", document.id, "--json")[1])
        assert (shown["text"], shown["version"]) == (document.text, document.version)
        code, _, err = self.run("show", "nothing-of-that-name")
        assert code == 2
        assert "corpus list" in err

    def test_list(self, corpus_dir: Path) -> None:
        rows = json.loads(self.run("list", "--corpus", corpus_dir, "--json")[1])
        assert [row["id"] for row in rows] == ["small"]
        assert "not reviewed" in self.run("list", "--corpus", corpus_dir)[1]

    def test_add_and_remove(self, corpus_dir: Path, tmp_path: Path, explainer: Callable[..., str]) -> None:
        new = tmp_path / "ours.txt"
        new.write_text(explainer("## Is it ours?\n\nYes.\n", id="ours"), "utf-8")
        assert self.run("add", new, "--corpus", corpus_dir)[0] == 0
        assert [d.id for d in load_corpus(corpus_dir).documents] == ["ours", "small"]
        code, _, err = self.run("add", new, "--corpus", corpus_dir)
        assert code == 2
        assert "already" in err
        assert self.run("remove", "ours", "--corpus", corpus_dir)[0] == 0
        assert [d.id for d in load_corpus(corpus_dir).documents] == ["small"]
        assert self.run("remove", "ours", "--corpus", corpus_dir)[0] == 2

    @pytest.mark.parametrize("folder", [[], ["--corpus", str(PACKAGED)]])
    def test_the_packaged_corpus_is_never_changed(
        self, folder: list[str], tmp_path: Path, explainer: Callable[..., str]
    ) -> None:
        new = tmp_path / "ours.md"
        new.write_text(explainer("## Is it ours?\n\nYes.\n", id="ours"), "utf-8")
        for arguments in (["add", str(new)], ["remove", load_corpus().documents[0].id]):
            code, _, err = self.run(*arguments, *folder)
            assert code == 2
            assert "packaged corpus is not changed" in err
        assert not (PACKAGED / "explainers" / "ours.md").exists()
