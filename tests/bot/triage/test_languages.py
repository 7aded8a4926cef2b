"""The core signs in other languages, what holds them back, and what happens when their words are lost."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot import language as language_module
from bot.errors import CardsError, RulesError
from bot.guidance.languages import (
    PACKAGED as TEXTS,
)
from bot.guidance.languages import (
    load_texts,
    other_language_reply,
    packaged_texts,
    unreviewed,
)
from bot.language import Language, detect_language
from bot.reply import Level, Region
from bot.triage.assess import Triage
from bot.triage.languages import PACKAGED, LanguageRules
from bot.triage.rules import load_rules
from bot.triage.text import parse

SUITES = Path(__file__).parents[3] / "evals" / "suites"


@pytest.fixture(scope="module")
def rules() -> LanguageRules:
    return LanguageRules.load(load_rules())


def suite(name: str) -> list[dict[str, object]]:
    return yaml.load((SUITES / name).read_text("utf-8"), yaml.CSafeLoader)["cases"]


def live(rules: LanguageRules, message: str) -> list[str]:
    return [hit.sign for hit in rules.find(parse(message)) if hit.why is None]


def test_every_live_message_of_the_suite_is_heard(triage: Triage) -> None:
    ranks = {level.value: level.rank for level in Level}
    for case in suite("languages.yaml"):
        wanted = case["expect"].get("level") or case["expect"].get("exact_level")
        if wanted:
            assert triage.assess(case["messages"]).level.rank >= ranks[wanted], case["id"]


@pytest.mark.parametrize(
    ("message", "sign"),
    [
        ("MI HIJA NO RESPIRA", "not_breathing"),
        ("ma fille a de la fievre", "fever"),
        ("dziecko ma goraczke", "fever"),
        ("saans nahi aa rahi", "not_breathing"),
        ("bukhaar tez hai", "fever"),
        ("convulcionando mi hijo, esta convulsionado", "seizure"),
    ],
)
def test_accents_case_and_slips_do_not_matter(rules: LanguageRules, message: str, sign: str) -> None:
    assert sign in live(rules, message)


@pytest.mark.parametrize("message", ["بخار ۳۹", "बुखार 39.2", "জ্বর ৩৯.৫", "ਬੁਖਾਰ ੩੯", "حرارته ٣٩٫٥", "jor 103"])
def test_temperatures_in_other_digits_are_read(rules: LanguageRules, message: str) -> None:
    hits = rules.find(parse(message))
    assert any(hit.rule == "R08" and hit.level is Level.EMERGENCY for hit in hits)


def test_offsets_point_into_what_the_family_typed(rules: LanguageRules) -> None:
    message = "🤒🤒 ¡Ayuda! Mi niña NO RESPIRA"
    hit = next(hit for hit in rules.find(parse(message)) if hit.sign == "not_breathing")
    assert message[hit.start : hit.end] == "NO RESPIRA"
    message = "उसका बुखार 39.2 है"
    hit = next(hit for hit in rules.find(parse(message)) if hit.phrase == "a reading")
    assert message[hit.start : hit.end] == "39.2"


@pytest.mark.parametrize(
    "message",
    [
        "no tiene fiebre", "il n'a pas de fièvre", "nie ma gorączki", "não tem febre", "nu are febră",
        "ليس عنده حرارة", "بخار نہیں ہے", "बुखार नहीं है", "bukhar nahi hai", "জ্বর নেই", "jor nei",
        "ਬੁਖਾਰ ਨਹੀਂ ਹੈ", "تاپ نئیں اے",
    ],
)  # fmt: skip
def test_a_denied_fever_is_held_back(rules: LanguageRules, message: str) -> None:
    hits = rules.find(parse(message))
    assert {hit.why for hit in hits} == {"denied"}


@pytest.mark.parametrize(
    "message",
    [
        "ya no tiene fiebre",
        "la fiebre no baja",
        "bukhar utar nahi raha",
        "no tiene tos, tiene fiebre",
        "no no respira",
    ],
)
def test_what_only_looks_denied_is_live(rules: LanguageRules, message: str) -> None:
    assert live(rules, message)


@pytest.mark.parametrize(
    "message",
    [
        "¿Qué hago si tiene fiebre?",
        "agar bukhar ho jaye to kya karein",
        "co to są drgawki?",
        "39 kilos",
        "fiebre, 36.8",
    ],
)
def test_what_is_supposed_asked_or_normal_is_not_live(rules: LanguageRules, message: str) -> None:
    assert live(rules, message) == []


@pytest.mark.parametrize("name", ["harmless.yaml", "answers.yaml", "refusals.yaml", "care_team.yaml"])
def test_english_is_left_to_the_english_rules(rules: LanguageRules, name: str) -> None:
    for case in suite(name):
        for message in case["messages"]:
            assert live(rules, message) == [], message


def test_a_fault_in_this_layer_leaves_what_the_english_rules_found(
    monkeypatch: pytest.MonkeyPatch, triage: Triage
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError

    before = triage.assess(["she is not breathing"])
    monkeypatch.setattr(LanguageRules, "_find", broken)
    assert triage.assess(["she is not breathing"]) == before


@pytest.mark.parametrize(
    "broken",
    [
        lambda text: text[: len(text) // 2] + "\n  [",
        lambda text: text.replace("      not_breathing:", "      not_brething:", 1),
        lambda text: text.replace('"no $breathe"', '"no $breth"', 1),
        lambda text: "",
    ],
)
def test_broken_words_stop_the_start_with_one_line(tmp_path: Path, broken: object) -> None:
    file = tmp_path / "languages.yaml"
    file.write_text(broken(PACKAGED.read_text("utf-8")), "utf-8")  # type: ignore[operator]
    with pytest.raises(RulesError) as raised:
        LanguageRules.load(load_rules(), path=file)
    assert "\n" not in str(raised.value).strip()
    assert str(file) in str(raised.value)


@pytest.mark.parametrize(
    ("message", "language"),
    [
        ("mi hija no respira", Language.SPANISH),
        ("quand peut-on rentrer à la maison", Language.FRENCH),
        ("jak dlugo trwa leczenie", Language.POLISH),
        ("quanto tempo dura o tratamento?", Language.PORTUGUESE),
        ("cat dureaza tratamentul", Language.ROMANIAN),
        ("متى يعود شعره للنمو؟", Language.ARABIC),
        ("اس کے بال کب واپس آئیں گے؟", Language.URDU),
        ("ਉਸਦੇ ਵਾਲ ਕਦੋਂ ਆਉਣਗੇ", Language.PUNJABI),
        ("منڈے نوں تاپ اے", Language.PUNJABI_SHAHMUKHI),
        ("उसके बाल कब आएंगे", Language.HINDI),
        ("ওর চুল কবে গজাবে", Language.BENGALI),
        ("uske baal wapas kab aayenge", Language.ROMAN_URDU_HINDI),
        ("cheler chul kobe abar gojabe", Language.ROMAN_BENGALI),
        ("коли ми підемо додому", Language.OTHER),
    ],
)
def test_languages_are_told_apart(message: str, language: Language) -> None:
    assert detect_language(message) is language


@pytest.mark.parametrize(
    "message",
    [
        "temp 39",
        "",
        "39.2",
        "🤒",
        "Siobhan Nguyen",
        "tocilizumab",
        "paracetamol 250mg",
        "hes nt brething",
        "José's cough",
        "ok",
    ],
)
def test_numbers_names_medicines_and_slips_are_english(message: str) -> None:
    assert detect_language(message) is None


def test_english_suites_are_taken_for_english() -> None:
    messages = {
        message
        for file in SUITES.glob("*.yaml")
        if not file.stem.endswith("held_apart") and file.stem != "languages"
        for case in suite(file.name)
        for message in case["messages"]
    }
    tripped = [message for message in messages if detect_language(message)]
    assert len(tripped) <= 0.002 * len(messages), tripped


@pytest.mark.parametrize("error", [RuntimeError, ImportError])
def test_a_detector_that_fails_or_is_missing_changes_nothing(
    monkeypatch: pytest.MonkeyPatch, triage: Triage, error: type[Exception]
) -> None:
    def broken() -> None:
        raise error

    monkeypatch.setattr(language_module, "_packaged", broken)
    assert detect_language("mi hija no respira") is None
    assert triage.assess(["mi hija no respira"]).level is Level.EMERGENCY


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("region", [*Region, None])
def test_every_language_names_the_numbers(language: Language, region: Region | None) -> None:
    text = other_language_reply(language, region, "555 1234")
    number = {"uk": "999", "us": "911", "au": "000", "nz": "111", "ca": "911"}.get(region or "", "112")
    assert text.count(number) >= (1 if language is Language.OTHER else 2)
    assert text.count("555 1234") == (1 if language is Language.OTHER else 2)
    assert "I can answer only in English" in text


def test_every_text_waits_for_a_native_reviewer() -> None:
    assert set(unreviewed()) == {language.value for language in Language} - {"und"}
    assert all(text.reviewer is None for text in packaged_texts().languages.values())


def test_a_text_without_its_number_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "languages.yaml"
    file.write_text(TEXTS.read_text("utf-8").replace("call {emergency} now", "call now", 1), "utf-8")
    with pytest.raises(CardsError, match="placeholders"):
        load_texts(file)


def test_numbers_that_are_no_decimals_do_not_silence_the_layer(rules: LanguageRules) -> None:
    assert "not_breathing" in live(rules, "፩ ² ① fiebre 39 no respira")


def test_a_reading_after_many_numbers_is_still_read(rules: LanguageRules) -> None:
    assert any(hit.phrase == "a reading" for hit in rules.find(parse("1 " * 200 + "fiebre 39,5")))
