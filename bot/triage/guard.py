"""The one place in Nightlamp that catches everything, so that a failure can never hide a red flag."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def guarded(call: Callable[[], T], otherwise: Callable[[], T]) -> T:
    """What `call` returns, or, whatever it raises, what `otherwise` returns.

    For triage itself `otherwise` is the fail-safe assessment; for a layer that may only raise a level
    it is the result of the layers before.
    """
    try:
        return call()
    except Exception:  # noqa: BLE001 - whatever broke, a red flag may be in the message nobody could read
        return otherwise()
