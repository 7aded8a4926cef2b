"""How far a run is: a bar with the time left on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

_TENTHS = 10


@contextmanager
def progress(console: Console, total: int) -> Iterator[Callable[[str], None]]:
    """A function to call with the suite's name as each of `total` cases ends."""
    if console.is_terminal:
        yield from _moving(console, total)
    else:
        yield from _lines(console, total)


def _moving(console: Console, total: int) -> Iterator[Callable[[str], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as shown:
        task = shown.add_task("", total=total)
        yield lambda suite: shown.update(task, advance=1, description=suite)


def _lines(console: Console, total: int) -> Iterator[Callable[[str], None]]:
    done = 0

    def step(suite: str) -> None:
        nonlocal done
        done += 1
        if done == total or done * _TENTHS // total > (done - 1) * _TENTHS // total:
            console.print(f"{done} of {total} cases ({suite})", markup=False, highlight=False)

    yield step
