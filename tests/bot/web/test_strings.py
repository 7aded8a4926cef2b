"""The interface's words are checked when the app starts."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.web.strings import PATH, StringsError, load_strings


def test_the_packaged_words_are_whole() -> None:
    assert load_strings().title == "Nightlamp"


@pytest.mark.parametrize(
    ("change", "named"),
    [(("title: Nightlamp", ""), "title"), (("    in: India\n", ""), "in"), (("tools:", "tols:"), "tools")],
)
def test_a_broken_file_is_one_clear_line(tmp_path: Path, change: tuple[str, str], named: str) -> None:
    path = tmp_path / "strings.yaml"
    path.write_text(PATH.read_text(encoding="utf-8").replace(*change), encoding="utf-8")
    with pytest.raises(StringsError, match=named) as raised:
        load_strings(path)
    assert "\n" not in str(raised.value)


def test_a_missing_file_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(StringsError, match="cannot be read"):
        load_strings(tmp_path / "none.yaml")
