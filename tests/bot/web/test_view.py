"""Citations become passages with the used words marked by their offsets."""

from __future__ import annotations

from bot.reply import Part, Reply, Sentence, Status
from bot.web import view
from tests.bot.web.replies import PASSAGE, answer, citation


def test_quotes_of_one_section_share_a_passage() -> None:
    (passage,) = view.passages(answer().citations)
    assert passage.numbers == (1, 2)
    marked = {run.numbers: run.text for run in passage.segments if run.numbers}
    assert marked == {
        (1,): "CAR-T is a treatment made from your child's own T cells.",
        (2,): "collect the cells",
    }


def test_the_passage_is_whole_and_without_its_heading() -> None:
    (passage,) = view.passages(answer().citations)
    assert "".join(run.text for run in passage.segments) == PASSAGE.removeprefix("What is CAR-T?\n\n")


def test_overlapping_quotes_are_both_marked() -> None:
    (passage,) = view.passages((citation(1, "T cells are white"), citation(2, "white blood")))
    assert [(run.text, run.numbers) for run in passage.segments if run.numbers] == [
        ("T cells are ", (1,)),
        ("white", (1, 2)),
        (" blood", (2,)),
    ]
    assert [run.starts for run in passage.segments if run.starts] == [(1,), (2,)]


def test_a_passage_that_does_not_hold_the_quote_gives_way_to_the_quote() -> None:
    (passage,) = view.passages((citation(1, "collect the cells", passage="something else"),))
    assert [(run.text, run.numbers) for run in passage.segments] == [("collect the cells", (1,))]


def test_neighbouring_items_make_one_list() -> None:
    kinds = ("sentence", "item", "row", "sentence")
    sentences = tuple(Sentence(str(n), (1,), kind) for n, kind in enumerate(kinds))
    reply = Reply(
        None, "extractive", answer().triage, None, (Part("q", Status.GROUNDED, (0, 1, 2, 3)),), sentences
    )
    (part,) = view.parts(reply)
    assert [(block.is_list, len(block.sentences)) for block in part.blocks] == [
        (False, 1),
        (True, 2),
        (False, 1),
    ]
    assert part.question == ""


def test_several_questions_are_named() -> None:
    parts = (Part("one", Status.GROUNDED), Part("two", Status.OUT_OF_SCOPE, text="no"))
    reply = Reply(None, "extractive", answer().triage, parts=parts)
    assert [part.question for part in view.parts(reply)] == ["one", "two"]
