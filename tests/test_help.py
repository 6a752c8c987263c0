"""The help fits into any terminal from 40 columns on."""

from typing import Final

import pytest

from conftest import Balance
from test_complete import COMMANDS

WIDTHS: Final = [40, 60, 80, 120, 200]


@pytest.mark.parametrize("words", [[], ["profile"], ["config"], *COMMANDS], ids=" ".join)
def test_no_line_of_the_help_is_too_long_and_no_word_is_broken(balance: Balance, words: list[str]) -> None:
    shown = {width: balance(*words, "--help", env={"COLUMNS": str(width)}).out for width in WIDTHS}
    for width, text in shown.items():
        assert max(map(len, text.splitlines())) <= min(width, 100), text
        assert text.split() == shown[200].split()
        assert not any(line.endswith(" ") for line in text.splitlines())
        assert "..." not in text.replace("[ARGS]...", "").replace("[NAME]...", "").replace("FILE...", "").replace(
            "COMMAND...", ""
        )
