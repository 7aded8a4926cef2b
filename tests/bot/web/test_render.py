"""The transcript's HTML: what is in it, what must never be, and in which order."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest

from bot.guidance.cards import load_book
from bot.guidance.render import guidance_for, reminder
from bot.reply import Part, Place, Region, Reply, Sentence, Status
from bot.web.render import Renderer
from bot.web.sessions import Notice, Turn
from bot.web.strings import load_strings
from tests.bot.web.replies import answer, card, citation, refusal, urgent
from tests.bot.web.test_escape import SAMPLES

STRINGS = load_strings()


@pytest.fixture(scope="module")
def renderer() -> Renderer:
    return Renderer(STRINGS, load_book(), unit_number="020 7946 0000")


class Tags(HTMLParser):
    """Every start tag with its attributes, and the text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def links(self) -> list[str]:
        return [attributes["href"] or "" for tag, attributes in self.tags if tag == "a"]


def shape(html: str) -> list[str]:
    return [tag for tag, _ in Tags(html).tags]


@pytest.mark.parametrize("sample", SAMPLES)
def test_hostile_text_adds_no_element_anywhere(renderer: Renderer, sample: str) -> None:
    reply = answer()
    quote = replace(reply.citations[0], quote=sample, end=100 + len(sample), start=100, passage=sample)
    hostile = replace(
        reply,
        sentences=(Sentence(sample, (1,)),),
        parts=(Part(sample, Status.GROUNDED, (0,), text=sample),),
        citations=(replace(quote, title=sample, section=sample),),
        opening=sample,
    )
    benign = replace(
        hostile,
        sentences=(Sentence("x", (1,)),),
        parts=(Part("x", Status.GROUNDED, (0,), text="x"),),
        citations=(
            citation(
                1, "collect the cells", passage="collect the cells", passage_start=174, start=174, end=191
            ),
        ),
        opening="x",
    )
    html = renderer.transcript([Turn(sample, hostile)])
    assert shape(html) == shape(renderer.transcript([Turn("x", benign)]))
    assert "\n" not in html


def test_an_answer_has_chips_that_lead_to_its_own_marked_words(renderer: Renderer) -> None:
    html = renderer.transcript([Turn("one", answer()), Turn("two", answer())])
    tags = Tags(html)
    ids = {attributes["id"] for _, attributes in tags.tags if "id" in attributes}
    chips = [a["href"] for tag, a in tags.tags if tag == "a" and a.get("class") == "chip"]
    assert chips == ["#src-t1-1", "#src-t1-2", "#src-t2-1", "#src-t2-2"]
    assert {chip.removeprefix("#") for chip in chips if chip} <= ids
    assert tags.text.count("End of answer") == 2


@pytest.mark.parametrize("region", [None, *Region])
@pytest.mark.parametrize("place", [None, Place.HOSPITAL])
def test_a_card_stands_alone(renderer: Renderer, region: Region | None, place: Place | None) -> None:
    html = renderer.transcript([Turn("he is having a fit", card(region, place))])
    tags = Tags(html)
    assert "Immediate action required: " in tags.text
    assert all(link.startswith(("tel:", "sms:")) for link in tags.links())
    assert "chip" not in html
    assert "<details" not in html


@pytest.mark.parametrize("region", list(Region))
def test_the_call_button_comes_before_every_list(renderer: Renderer, region: Region) -> None:
    html = renderer.transcript([Turn("he is having a fit", card(region))])
    assert html.index('class="call"') < html.index("<li")


def test_without_a_country_the_numbers_come_first(renderer: Renderer) -> None:
    html = renderer.transcript([Turn("he is having a fit", card())])
    first = html.index('class="call"')
    assert first < html.index("card-action")
    for dial in ("999", "911", "112", "000", "111"):
        assert f"tel&#58;{dial}" in html


def test_in_hospital_the_call_bell_comes_first_and_nothing_to_dial_before_it(renderer: Renderer) -> None:
    html = renderer.transcript([Turn("he is having a fit", card(Region.UK, Place.HOSPITAL))])
    assert "call bell" in html[: html.index("card-action") + 200]
    assert html.index("card-action") < html.index("tel&#58;")


def test_every_line_of_what_to_avoid_says_do_not(renderer: Renderer) -> None:
    guidance = guidance_for(urgent(), Region.UK)
    assert guidance.avoid
    assert all(line.startswith("Do not ") for line in guidance.avoid)
    text = Tags(renderer.transcript([Turn("a fit", card(Region.UK))])).text
    assert all(line in text for line in guidance.avoid)


def test_the_unit_s_own_number_is_named_as_such(renderer: Renderer) -> None:
    guidance = guidance_for(urgent("R08"), Region.UK, unit_number="020 7946 0000")
    reply = Reply(Region.UK, "card", urgent("R08"), guidance)
    html = renderer.transcript([Turn("38.7", reply)])
    assert "Call your unit&#58; 020\u00a07946\u00a00000" in html
    assert "tel&#58;02079460000" in html


def test_a_refusal_shows_no_sources(renderer: Renderer) -> None:
    html = renderer.transcript([Turn("school", refusal())])
    assert "Our guides do not cover this." in html
    assert "<details" not in html


def test_a_reminder_and_an_opening_stand_above_the_answer(renderer: Renderer) -> None:
    line = reminder(urgent(), Region.UK)
    reply = replace(answer(), guidance=line, opening="Is this happening now? Call 999.")
    html = renderer.transcript([Turn("what is CAR-T?", reply)])
    order = [html.index("Is this happening now"), html.index('class="reminder"'), html.index('class="part ')]
    assert order == sorted(order)
    assert 'class="card' not in html


def test_a_turn_without_an_answer_says_so(renderer: Renderer) -> None:
    html = renderer.transcript([Turn("one", Notice.FAILED), Turn("two", None)])
    assert "there is no answer" in html
    assert "did not arrive" in html
    assert "End of answer" not in html


def test_a_very_long_message_is_shown_in_part() -> None:
    renderer = Renderer(STRINGS, load_book(), shown_limit=200)
    html = renderer.transcript([Turn("a" * 5000, refusal())])
    assert "a" * 200 + "…" in html
    assert "a" * 201 not in html


def test_the_emergency_page_names_every_country(renderer: Renderer) -> None:
    tags = Tags(renderer.emergency_page(None))
    assert all(STRINGS.where.name(region) in tags.text for region in Region)
    assert "script" not in shape(renderer.emergency_page(None))
    assert tags.links()[0] == "tel:02079460000"
    assert "sms:85258" in tags.links()
