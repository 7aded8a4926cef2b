"""The Gradio side of the page: components and events, no words and no markup of its own.

Two events follow a message. `hear` runs outside the queue, so a red flag shows its card at once even
when fifty other families wait for answers; `answer` is queued. Importing this module imports Gradio.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import gradio as gr

from bot.reply import Place, Region
from bot.web.conversation import Conversations
from bot.web.render import Renderer
from bot.web.sessions import Where
from bot.web.strings import Strings

_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
_AT_ONCE: dict[str, Any] = {**_QUIET, "queue": False, "trigger_mode": "multiple"}


@dataclass(frozen=True)
class Workers:
    """Threads the replies are made in. Triage has its own, so slow answers cannot take them all."""

    triage: ThreadPoolExecutor
    answers: ThreadPoolExecutor


class Handlers:
    """What each event does. Every handler is a public endpoint: nothing the page sends is trusted."""

    def __init__(
        self,
        conversations: Conversations,
        renderer: Renderer,
        workers: Workers,
        forget: Callable[[str], object],
    ) -> None:
        self._conversations = conversations
        self._renderer = renderer
        self._workers = workers
        self._forget = forget

    async def hear(self, message: str, region: str, in_hospital: bool, request: gr.Request) -> Any:
        """Take the message, show its card or that the answer is being looked up; empties the box."""
        if not isinstance(message, str) or not message.strip():
            return gr.skip()
        session = _session(request)
        where = _where(region, in_hospital)
        await self._run(self._workers.triage, self._conversations.hear, session, message.strip(), where)
        return self._transcript(session), ""

    async def answer(self, region: str, in_hospital: bool, request: gr.Request) -> str:
        """Answer what is still waiting and show the whole conversation."""
        session = _session(request)
        where = _where(region, in_hospital)
        await self._run(self._workers.answers, self._conversations.answer, session, where)
        return self._transcript(session)

    async def give_up(self, request: gr.Request) -> str:
        """Say that an answer did not arrive."""
        session = _session(request)
        self._conversations.give_up(session)
        return self._transcript(session)

    async def move(self, region: str, in_hospital: bool, request: gr.Request) -> Any:
        """Show the chosen country and redo the latest card for it."""
        where = _where(region, in_hospital)
        session = _session(request)
        moved = await self._run(self._workers.triage, self._conversations.move, session, where)
        return self._transcript(session) if moved else gr.skip()

    def start_again(self, request: gr.Request) -> tuple[str, str]:
        """Forget the conversation and show an empty page."""
        self._forget(_session(request))
        return self._renderer.transcript(()), ""

    def _transcript(self, session: str) -> str:
        return self._renderer.transcript(self._conversations.turns(session))

    async def _run(self, pool: ThreadPoolExecutor, work: Callable[..., Any], *values: object) -> Any:
        return await asyncio.get_running_loop().run_in_executor(pool, work, *values)


def build(handlers: Handlers, renderer: Renderer, strings: Strings, region: Region | None) -> Any:
    """The page's components, wired to `handlers`."""
    with gr.Blocks(title=strings.title, analytics_enabled=False, delete_cache=(600, 3600)) as blocks:
        with gr.Column(elem_id="layout"):
            with gr.Column(elem_id="side"):
                with gr.Column(elem_id="where"):
                    # Opened and closed by the page's script; Gradio's accordion leaves its content
                    # out of the page while closed, and the remembered country could not be set.
                    gr.Button(_summary(strings, region), elem_id="where-toggle")
                    country = _country(strings, region)
                hospital = gr.Checkbox(label=strings.hospital, elem_id="hospital", container=False)
            with gr.Column(elem_id="chat"):
                transcript = _html(renderer.transcript(()), "transcript")
                examples = _examples(strings)
                with gr.Row(elem_id="composer"):
                    box = _box(strings)
                    send = gr.Button(strings.composer.send, elem_id="send", variant="primary", scale=0)
                with gr.Row(elem_id="tools"):
                    gr.Button(strings.tools.print, elem_id="print")
                    again = gr.Button(strings.tools.again, elem_id="again")
        place: list[Any] = [country, hospital]
        for trigger, question in [(box.submit, box), (send.click, box), *((e.click, e) for e in examples)]:
            _ask(trigger, handlers, question, place, transcript, box)
        for change in (country.input, hospital.input):
            change(handlers.move, place, transcript, **_AT_ONCE)
        again.click(handlers.start_again, None, [transcript, box], **_AT_ONCE)
    blocks.queue(max_size=64, default_concurrency_limit=4, api_open=False)
    return blocks


def _ask(
    trigger: Any, handlers: Handlers, question: Any, place: list[Any], transcript: Any, box: Any
) -> None:
    heard = trigger(handlers.hear, [question, *place], [transcript, box], **_AT_ONCE)
    answered = heard.then(
        handlers.answer, place, transcript, concurrency_id="answer", trigger_mode="multiple", **_QUIET
    )
    answered.failure(handlers.give_up, None, transcript, **_AT_ONCE)


def _html(value: str, elem_id: str) -> gr.Markdown:
    # The sanitiser would strip accessible names; `escape` has made every value safe already.
    return gr.Markdown(value, elem_id=elem_id, sanitize_html=False, latex_delimiters=[], buttons=[])


def _summary(strings: Strings, region: Region | None) -> str:
    return strings.where.summary.format(name=strings.where.name(region))


def _country(strings: Strings, region: Region | None) -> gr.Radio:
    choices: list[tuple[str, str]] = [(strings.where.none, "")]
    choices += [(strings.where.name(each), each.value) for each in Region]
    return gr.Radio(
        choices,
        value=region or "",
        label=strings.where.label,
        info=strings.where.hint,
        elem_id="country",
        container=False,
    )


def _examples(strings: Strings) -> list[gr.Button]:
    with gr.Column(elem_id="examples"):
        return [gr.Button(question, elem_classes="example") for question in strings.examples.questions]


def _box(strings: Strings) -> gr.Textbox:
    return gr.Textbox(
        label=strings.composer.label,
        placeholder=strings.composer.placeholder,
        lines=1,
        max_lines=6,
        elem_id="question",
    )


def _session(request: gr.Request) -> str:
    return str(request.session_hash or "")


def _where(region: object, in_hospital: object) -> Where:
    known = {each.value for each in Region}
    return Where(
        Region(str(region)) if region in known else None,
        Place.HOSPITAL if in_hospital is True else None,
    )
