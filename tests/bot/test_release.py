"""Unreviewed content stays on this machine unless somebody says otherwise."""

from __future__ import annotations

import pytest

from bot.release import NotReleasedError, is_loopback, require_release, unsigned
from bot.settings import Settings


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_loopback(host: str) -> None:
    assert is_loopback(host)
    require_release(Settings(host=host))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "nightlamp.example"])
def test_public(host: str) -> None:
    assert not is_loopback(host)
    with pytest.raises(NotReleasedError, match="--allow-unreviewed"):
        require_release(Settings(host=host))
    require_release(Settings(host=host, allow_unreviewed=True))


def test_what_ships_is_unsigned() -> None:
    waiting = unsigned(Settings())
    assert waiting.explainers > 0
    assert waiting.numbers > 0
