"""The page in real Chromium, as a family meets it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.bot.web.serving import DESKTOP, PHONE, ask, open_page
from tests.bot.web.test_escape import SAMPLES

pytestmark = pytest.mark.browser

FIT = "My son is having a fit"
IN_SIGHT = """selector => {
  const box = document.querySelector(selector).getBoundingClientRect();
  const hit = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  return box.height >= 44 && hit !== null && hit.closest(selector) !== null;
}"""
STRIP_NUMBERS = """() => [...document.querySelectorAll('#strip a')].filter(a => a.offsetParent).map(a => {
  const box = a.getBoundingClientRect();
  const hit = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  const reachable = hit && hit.closest('a') === a && box.height >= 44 && box.right <= innerWidth;
  return reachable ? a.getAttribute('href') : '';
})"""


@pytest.fixture
def page(browser: Any, url: str) -> Iterator[Any]:
    """A phone."""
    opened = open_page(browser, url, PHONE)
    yield opened
    opened.context.close()


def test_ask_then_open_the_words_behind_each_chip(page: Any) -> None:
    ask(page, "What is CAR-T?")
    for number, quoted in ((1, "CAR-T is a treatment made from"), (2, "collect the cells")):
        page.click(f".chip >> nth={number - 1}")
        marked = page.locator(f"#src-t1-{number}")
        assert quoted in marked.inner_text()
        assert marked.is_visible()
        assert page.evaluate("document.activeElement.id") == f"src-t1-{number}"
    page.click(".back a")
    assert page.evaluate("document.activeElement.className") == "chip"


def test_earlier_sources_stay_open_and_their_own(page: Any) -> None:
    ask(page, "What is CAR-T?")
    page.click(".chip >> nth=0")
    ask(page, "What is CAR-T again?")
    assert page.locator("#src-t1").evaluate("e => e.open")
    assert not page.locator("#src-t2").evaluate("e => e.open")
    page.click("#t2 .chip >> nth=0")
    assert page.evaluate("document.activeElement.id") == "src-t2-1"


@pytest.mark.parametrize(
    "size", [PHONE, DESKTOP, {"width": 390, "height": 460}, {"width": 320, "height": 568}]
)
def test_a_card_shows_its_call_button_without_scrolling(browser: Any, url: str, size: dict[str, int]) -> None:
    page = open_page(browser, url, size)
    ask(page, "What is CAR-T?")
    ask(page, FIT)
    page.wait_for_timeout(200)
    assert page.evaluate(IN_SIGHT, ".card .call")
    assert all(page.evaluate(STRIP_NUMBERS))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.context.close()


def test_a_card_does_not_wait_for_the_answer_queue(page: Any) -> None:
    page.route("**/queue/join**", lambda route: route.abort())
    page.fill("#question textarea", FIT)
    page.click("#send")
    page.wait_for_selector(".card-emergency")
    assert page.evaluate(IN_SIGHT, ".card .call")


def test_the_country_is_remembered_here_and_nowhere_else(browser: Any, url: str) -> None:
    page = open_page(browser, url, PHONE)
    assert page.evaluate(STRIP_NUMBERS) == ["tel:999", "tel:911", "tel:112", "tel:000", "tel:111"]
    ask(page, FIT)
    page.click("#where-toggle")
    page.click("#country label:has-text('Australia')")
    page.wait_for_selector(".card a.call[href='tel:000']")
    assert page.evaluate(STRIP_NUMBERS) == ["tel:000"]
    assert "Australia" in page.inner_text("#where-toggle")
    assert page.evaluate("({...localStorage})") == {"nightlamp-region": "au"}
    page.reload()
    assert page.evaluate(STRIP_NUMBERS) == ["tel:000"]
    page.wait_for_selector("#question textarea")
    page.wait_for_function("() => document.querySelector('#where').innerText.includes('Australia')")
    ask(page, FIT)
    assert page.get_attribute(".card a.call", "href") == "tel:000"
    page.context.close()


def test_in_hospital_the_card_and_the_strip_say_call_bell(page: Any) -> None:
    ask(page, FIT)
    page.click("#hospital label")
    page.wait_for_function("() => document.querySelector('.card').innerText.includes('call bell')")
    assert "call bell" in page.inner_text("#strip")
    assert all(page.evaluate(STRIP_NUMBERS))


def test_nothing_leaves_the_machine_and_nothing_stays_in_the_browser(browser: Any, url: str) -> None:
    page = browser.new_page()
    seen: list[str] = []
    broken: list[str] = []
    page.on("request", lambda request: seen.append(request.url))
    page.on("console", lambda line: broken.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.goto(url)
    page.wait_for_selector("#question textarea")
    ask(page, "What is CAR-T? SECRETWORD")
    page.click(".chip >> nth=0")
    ask(page, FIT)
    page.click("#hospital label")
    page.wait_for_timeout(300)
    assert {address for address in seen if not address.startswith((url, "data:", "blob:"))} == set()
    assert broken == []
    assert page.context.cookies() == []
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    page.close()


def test_hostile_text_runs_nothing(page: Any) -> None:
    page.goto(page.url + "?lang=de")
    page.wait_for_selector("#question textarea")
    title = page.title()
    for sample in SAMPLES:
        ask(page, sample)
    page.wait_for_timeout(200)
    assert page.title() == title
    assert page.locator("#transcript :is(script, img, iframe, svg, form)").count() == 0
    shown = page.locator(".asked p").all_inner_texts()
    assert [re.sub(r"\s+", " ", text) for text in shown] == [re.sub(r"\s+", " ", text) for text in SAMPLES]
    assert page.evaluate("document.documentElement.lang") == "en-GB"


def test_a_finished_answer_is_announced_once(page: Any) -> None:
    page.evaluate(
        """() => { window.said = [];
        for (const id of ['status', 'alarm']) new MutationObserver(() => {
          const words = document.getElementById(id).textContent;
          if (words) window.said.push(id + ': ' + words);
        }).observe(document.getElementById(id), {childList: true}); }"""
    )
    ask(page, "What is CAR-T?")
    page.wait_for_timeout(300)
    ask(page, FIT)
    page.wait_for_timeout(300)
    said = page.evaluate("window.said")
    assert sum("CAR-T is a treatment" in line for line in said) == 1
    assert sum(line.startswith("alarm: ") for line in said) == 1
    assert not any("[1]" in line for line in said)


def test_start_again_asks_first_and_then_clears(page: Any) -> None:
    ask(page, "What is CAR-T?")
    page.click("#again")
    page.click("#again-dialog button[value=no]")
    assert page.locator(".turn").count() == 1
    page.click("#again")
    page.click("#again-dialog button[value=yes]")
    page.wait_for_selector(".welcome")
    assert page.locator(".turn").count() == 0
    assert page.locator("#examples button").first.is_visible()


def test_an_example_and_a_related_question_are_asked_by_pressing(page: Any) -> None:
    page.click("#examples button >> nth=0")
    page.wait_for_selector(".turn-answer")
    page.click(".ask")
    page.wait_for_selector("#t2.turn-answer")
    assert "How are the cells given back?" in page.inner_text("#t2 .asked")


def test_an_answer_that_fails_says_so_and_the_next_one_comes(page: Any) -> None:
    ask(page, "Please break")
    assert "there is no answer" in page.inner_text("#t1 .reply")
    assert page.locator("#t1 .end").count() == 0
    ask(page, "What is CAR-T?")
    assert page.locator("#t2.turn-answer").count() == 1


def test_paper_shows_the_sources_open_and_the_date(page: Any) -> None:
    ask(page, "What is CAR-T?")
    page.emulate_media(media="print")
    page.evaluate("() => dispatchEvent(new Event('beforeprint'))")
    assert page.locator("#src-t1-1").is_visible()
    assert re.search(r"Printed on \d+ \w+ \d{4}", page.inner_text("#print-date"))
    assert not page.locator("#composer").is_visible()
    page.evaluate("() => dispatchEvent(new Event('afterprint'))")
    assert not page.locator("#src-t1").evaluate("e => e.open")


def test_a_long_question_is_counted_not_cut(page: Any) -> None:
    page.fill("#question textarea", "a" * 1_600)
    assert "1600 characters" in page.inner_text("#counter")
    page.fill("#question textarea", "a" * 2_500)
    assert len(page.input_value("#question textarea")) == 2_500


def test_offline_is_said_without_covering_the_numbers(page: Any) -> None:
    page.context.set_offline(True)
    page.wait_for_selector("#offline:not([hidden])")
    page.fill("#question textarea", "What is CAR-T?")
    page.click("#send")
    page.wait_for_timeout(500)
    assert all(page.evaluate(STRIP_NUMBERS))


def test_the_numbers_work_without_javascript(browser: Any, url: str) -> None:
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)
    page = context.new_page()
    page.goto(url)
    assert page.locator("#strip .strip-any a[href='tel:999']").is_visible()
    assert page.locator("noscript").count() == 1
    context.close()


def test_the_janitor_leaves_no_trace_of_what_was_said(browser: Any, url: str, app: Any) -> None:
    page = open_page(browser, url, PHONE)
    ask(page, "What is CAR-T? XYLOPHONE")
    janitor = app.state.janitor
    held = janitor._gradio
    sessions = [key for key, state in held.session_data.items() if "XYLOPHONE" in repr(state.config_values)]
    assert sessions
    janitor.forget(sessions)
    left = [
        state
        for state in held.session_data.values()
        if "XYLOPHONE" in repr((state.config_values, state.state_data))
    ]
    assert left == []
    assert janitor._store.turns(sessions[0]) == ()
    page.fill("#question textarea", "What is CAR-T, once more?")
    page.click("#send")
    page.wait_for_selector(".turn-answer .asked:has-text('once more')")
    assert page.locator(".turn").count() == 1
    assert "tell us again" in page.inner_text("#offline")
    page.context.close()


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Any, url: str, size: dict[str, int], scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = open_page(browser, url, size, scheme)
    axe = Axe()
    found = {"empty": axe.run(page)}
    ask(page, "What is CAR-T?")
    page.click(".chip >> nth=0")
    page.click("#where-toggle")
    found["answer"] = axe.run(page)
    ask(page, FIT)
    ask(page, "Which school is best?")
    found["card"] = axe.run(page)
    page.goto(f"{url}/emergency")
    found["emergency"] = axe.run(page)
    problems = {
        state: [
            (v["id"], v["nodes"][0]["html"], v["nodes"][0]["failureSummary"])
            for v in result.response["violations"]
        ]
        for state, result in found.items()
        if result.response["violations"]
    }
    assert problems == {}
    page.context.close()
