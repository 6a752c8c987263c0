"""Asking on a terminal: with completion, without echo, and again until the answer can be used."""

import getpass
from collections.abc import Callable, Sequence
from typing import TypeVar

from balance_cli.errors import Misconfigured
from balance_cli.terminal.out import talk

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


def confirm(question: str, *, default: bool) -> bool:
    """Return whether the answer is yes; Enter alone is the default, and anything else than yes or no is asked again."""

    def parse(answer: str) -> bool:
        known = {"": default, "y": True, "yes": True, "n": False, "no": False}
        if answer.lower() not in known:
            raise ValueError("answer y or n")
        return known[answer.lower()]

    return ask(f"{question} {'[Y/n]' if default else '[y/N]'}", parse)


def with_completion(choices: Sequence[str]) -> None:
    """Let TAB complete these words from now on."""
    try:
        import readline
    except ImportError:
        return
    readline.set_completer_delims("")
    readline.set_completer(lambda text, state: [*filter(lambda word: word.startswith(text), choices), None][state])
    readline.parse_and_bind("tab: complete")
