"""The meaning layer: how messages are cut, what it raises, and what it refuses to load."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from bot.reply import Assessment, Finding, Level, Suppressed
from bot.triage.meaning import (
    FOLDER,
    LONGEST_WHOLE,
    MOST_WINDOWS,
    UNCLEAR,
    WINDOW,
    Meaning,
    MeaningError,
    Piece,
    Thresholds,
    nearest_rule,
    raised_to,
    read_card,
    settled,
    windows,
)
from bot.triage.meaning_cases import UNSEEN, read_material
from bot.triage.rules import load_rules
from index.encoder import Encoder, ModelIdentity, SentenceTransformerEncoder

ROOT = Path(__file__).parents[3]
BAR = Thresholds(live=0.9, doubted=0.97, emergency=0.85, emergency_share=0.5)


def piece(harmless: float, urgent: float, emergency: float, start: int = 0, end: int = 10) -> Piece:
    return Piece(0, start, end, np.array([harmless, urgent, emergency], dtype=np.float32))


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return SentenceTransformerEncoder()


@pytest.fixture(scope="module")
def meaning(encoder: Encoder) -> Meaning:
    return Meaning.load(encoder)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "meaning"))


class TestWindows:
    def test_a_short_message_is_one_piece(self) -> None:
        assert windows("  she will not wake up ") == [(2, 22)]

    @pytest.mark.parametrize("text", ["", "   ", "\n\n"])
    def test_nothing_said_gives_nothing(self, text: str) -> None:
        assert windows(text) == []

    def test_each_sentence_is_a_piece_beside_the_whole(self) -> None:
        text = "We had toast. He went grey!\nnow he is fine"
        sentences = ["We had toast.", "He went grey!", "now he is fine"]
        assert [text[a:b] for a, b in windows(text)] == [text, *sentences]

    def test_every_word_of_a_run_on_sentence_is_in_a_piece_of_its_size(self) -> None:
        text = " ".join(f"w{n}" for n in range(LONGEST_WHOLE + 40))
        pieces = [text[a:b].split() for a, b in windows(text)]
        assert all(len(words) <= WINDOW for words in pieces)
        assert {word for words in pieces for word in words} == set(text.split())


class TestRaising:
    def test_below_the_bar_raises_nothing(self) -> None:
        assert raised_to([piece(0.11, 0.5, 0.39)], [], Level.NONE, BAR) is None

    def test_the_likelier_level_is_taken_where_the_rules_are_silent(self) -> None:
        urgent, emergency = piece(0.02, 0.60, 0.38), piece(0.02, 0.38, 0.60)
        assert raised_to([urgent], [], Level.NONE, BAR) == (Level.URGENT, urgent)
        assert raised_to([urgent, emergency], [], Level.SAME_DAY, BAR) == (Level.EMERGENCY, emergency)

    def test_urgent_rules_are_raised_only_by_a_sure_emergency(self) -> None:
        assert raised_to([piece(0.02, 0.20, 0.78)], [], Level.URGENT, BAR) is None
        sure = piece(0.02, 0.05, 0.93)
        assert raised_to([sure], [], Level.URGENT, BAR) == (Level.EMERGENCY, sure)

    def test_words_the_rules_settled_need_more(self) -> None:
        likely, surer = piece(0.05, 0.9, 0.05), piece(0.01, 0.9, 0.09)
        assert raised_to([likely], [(5, 8)], Level.NONE, BAR) is None
        assert raised_to([likely], [(20, 30)], Level.NONE, BAR) is not None
        assert raised_to([surer], [(5, 8)], Level.NONE, BAR) is not None

    def test_what_is_settled_is_what_was_held_back_or_is_for_the_same_day(self) -> None:
        rules = Assessment(
            findings=(
                Finding("R35", "cold", 0, 4, 1, level=Level.SAME_DAY),
                Finding("R08", "hot", 9, 12, 1, level=Level.URGENT),
            ),
            suppressed=(
                Suppressed("R05", "fit", 5, 8, 1, "denied"),
                Suppressed("R05", "fit", 7, 9, 0, "denied"),
            ),
        )
        assert sorted(settled(rules, 1)) == [(0, 4), (5, 8)]


@pytest.mark.model
class TestTrained:
    def test_what_is_plainly_live_is_raised_on_its_own_words(self, meaning: Meaning) -> None:
        text = "We had tea and watched telly. Now my daughter is not making any sense, she doesnt know me"
        (found,) = meaning(["hello", text], Assessment())
        assert (found.turn, found.layer, found.level) == (1, "meaning", Level.EMERGENCY)
        assert found.text == text[found.start : found.end]
        assert "sense" in found.text

    @pytest.mark.parametrize(
        "text",
        [
            "What is cytokine release syndrome?",
            "thank you so much, that helps",
            "no fever, no rash, eating well. can we bring his own pillow?",
            "If he had a seizure at home one day, what would we do?",
            "",
        ],
    )
    def test_what_is_plainly_harmless_is_left_alone(self, meaning: Meaning, text: str) -> None:
        assert meaning([text], Assessment()) == ()

    def test_figures_are_left_to_the_rules(self, meaning: Meaning) -> None:
        fever, normal = (meaning([f"his temp is {value}"], Assessment()) for value in ("38.9", "36.6"))
        assert [f.level for f in fever] == [f.level for f in normal]

    def test_an_emergency_of_the_rules_needs_no_reading(self, meaning: Meaning) -> None:
        sure = Finding("R04", "cannot wake her", 0, 15, 0, level=Level.EMERGENCY)
        assert meaning(["cannot wake her"], Assessment(findings=(sure,))) == ()

    def test_a_very_long_text_is_read_at_both_ends(self, meaning: Meaning) -> None:
        filler = "We had toast and jam on the ward today. " * (20 * MOST_WINDOWS)
        text = filler + "My daughter is not making any sense, she doesnt know me"
        assert [found.level for found in meaning([text], Assessment())] == [Level.EMERGENCY]

    def test_its_rules_are_rules_of_the_table(self) -> None:
        card = read_card()
        known = {rule.id for rule in load_rules().rules}
        assert set(card.bank_rules) <= known | {UNCLEAR}
        assert set(card.bank_rules) | {UNCLEAR} <= set(card.titles)

    def test_it_kept_within_what_it_may_add_on_unseen_wordings(self) -> None:
        figures = read_card().figures["unseen_wordings"]
        for name, most in (("false_alarms_added_hard", 0.01), ("urgent_turned_emergency", 0.03)):
            changed, of = figures[name]
            assert changed / of <= most

    def test_it_never_saw_what_measures_it(self) -> None:
        assert not [name for name in read_card().data if UNSEEN in name]


class TestNearestRule:
    BANK = np.eye(4, dtype=np.float32)[[0, 0, 0, 1, 1, 2]]
    RULES = ("R01", "R01", "R01", "R02", "R02", "R03")

    def test_most_of_the_nearest_name_it(self) -> None:
        assert nearest_rule(self.BANK[0], self.BANK, self.RULES) == "R01"

    def test_none_when_nothing_is_near(self) -> None:
        assert nearest_rule(np.eye(4, dtype=np.float32)[3], self.BANK, self.RULES) == UNCLEAR


class TestFiles:
    def test_a_missing_card_is_named(self, encoder: Encoder, folder: Path) -> None:
        (folder / "card.json").unlink()
        with pytest.raises(MeaningError, match=r"card\.json"):
            Meaning.load(encoder, folder)

    @pytest.mark.parametrize("content", ["", "[]", "{", '{"format": 2}'])
    def test_a_damaged_card_is_named(self, encoder: Encoder, folder: Path, content: str) -> None:
        (folder / "card.json").write_text(content)
        with pytest.raises(MeaningError, match=r"card\.json"):
            Meaning.load(encoder, folder)

    @pytest.mark.parametrize("name", ["weights.npy", "bank.npy"])
    def test_a_damaged_or_missing_array_is_named(self, encoder: Encoder, folder: Path, name: str) -> None:
        raw = bytearray((folder / name).read_bytes())
        raw[-1] ^= 1
        (folder / name).write_bytes(raw)
        with pytest.raises(MeaningError, match=name):
            Meaning.load(encoder, folder)
        (folder / name).unlink()
        with pytest.raises(MeaningError, match=name):
            Meaning.load(encoder, folder)

    def test_a_pickled_array_is_refused(self, encoder: Encoder, folder: Path) -> None:
        import hashlib

        np.save(folder / "weights.npy", np.array([{}], dtype=object), allow_pickle=True)
        card = json.loads((folder / "card.json").read_text())
        card["files"]["weights.npy"] = hashlib.sha256((folder / "weights.npy").read_bytes()).hexdigest()
        (folder / "card.json").write_text(json.dumps(card))
        with pytest.raises(MeaningError, match=r"weights\.npy"):
            Meaning.load(encoder, folder)

    def test_another_model_than_it_was_trained_with_is_refused(self, folder: Path) -> None:
        class Other(SentenceTransformerEncoder):
            @property
            def identity(self) -> ModelIdentity:
                return ModelIdentity("another", "0" * 64)

        with pytest.raises(MeaningError, match="another"):
            Meaning.load(Other(), folder)


def test_material_leaves_out_what_is_held_apart_and_wrongly_labelled() -> None:
    material = read_material(ROOT / "evals/suites", ROOT / "bot/triage/rules", ROOT / "corpus/explainers")
    assert not [name for name in material.hashes if UNSEEN in name]
    assert {case.target for case in material.cases} == {0, 1, 2}
    assert not [case.name for case in material.cases if case.name.startswith("cv-") and case.target]


def test_material_names_an_empty_folder(tmp_path: Path) -> None:
    with pytest.raises(MeaningError, match=str(tmp_path)):
        read_material(tmp_path, tmp_path, tmp_path)
