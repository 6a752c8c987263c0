"""Asking on a terminal: with completion, without echo, and again until the answer can be used."""

import getpass
from collections.abc import Callable, Sequence
from typing import TypeVar

from balance_cli.errors import Misconfigured
from balance_cli.out import talk

T = TypeVar("T")


def ask(question: str, parse: Callable[[str], T], choices: Sequence[str] = ()) -> T:
    """Return what ``parse`` makes of an answer; where it raises ValueError or Misconfigured, ask again."""
    while True:
        with_completion(choices)
        answer = input(f"{question}: ").strip()
        with_completion(())
        try:
            return parse(answer)
        except (ValueError, Misconfigured) as error:  # said again, and asked again
            talk(f"  {error}")


def ask_secret(question: str) -> str:
    """Return an answer that was typed without echo."""
    return getpass.getpass(f"{question}: ")


def yes(question: str) -> bool:
    """Return whether the answer begins with a y; nothing is no."""
    return input(f"{question} [y/N] ").strip().lower().startswith("y")


def agreed(question: str) -> bool:
    """Return whether the answer does not begin with an n; nothing is yes."""
    return not input(f"{question} [Y/n] ").strip().lower().startswith("n")


def with_completion(choices: Sequence[str]) -> None:
    """Let TAB complete these words from now on."""
    try:
        import readline
    except ImportError:
        return
    readline.set_completer_delims("")
    readline.set_completer(lambda text, state: [*filter(lambda word: word.startswith(text), choices), None][state])
    readline.parse_and_bind("tab: complete")
