"""Ask on a terminal: with completion or without echo, and again until the answer is valid."""

import getpass
from collections.abc import Callable, Sequence
from typing import TypeVar

from balance_cli.environment import Environment
from balance_cli.errors import Misconfigured
from balance_cli.minimum import USUAL, Minimum, parse_minimum_or_none

T = TypeVar("T")


def ask(environment: Environment, question: str, parse: Callable[[str], T], choices: Sequence[str] = ()) -> T:
    """Ask a question and return the parsed answer; ask again if ``parse`` raises ValueError or Misconfigured."""
    while True:
        set_completion(choices)
        answer = input(f"{question}: ").strip()
        set_completion(())
        try:
            return parse(answer)
        except (ValueError, Misconfigured) as error:  # print why, and ask again
            environment.talk(f"  {error}")


def ask_secret(question: str) -> str:
    """Ask a question and read the answer without echo."""
    return getpass.getpass(f"{question}: ")


def confirm(environment: Environment, question: str, *, default: bool) -> bool:
    """Ask a yes/no question; an empty answer means ``default``, and any other answer is asked again."""

    def parse(answer: str) -> bool:
        known = {"": default, "y": True, "yes": True, "n": False, "no": False}
        if answer.lower() not in known:
            raise ValueError("answer y or n")
        return known[answer.lower()]

    return ask(environment, f"{question} {'[Y/n]' if default else '[y/N]'}", parse)


def ask_minimum(environment: Environment, default: str = USUAL, verify: Callable[[Minimum], str] = lambda _: "") -> str:
    """Ask for the minimum of new profiles; return it as the user wrote it, or ``none``.

    ``verify`` returns what is wrong with a minimum, or "".
    """

    def parse(answer: str) -> str:
        wanted = parse_minimum_or_none(answer or default)
        if wanted and (wrong := verify(wanted)):
            raise ValueError(wrong)
        return answer or default

    return ask(environment, f"Alert below which amount? [{default}]", parse)


def set_completion(choices: Sequence[str]) -> None:
    """Complete these words on TAB from now on."""
    try:
        import readline
    except ImportError:
        return
    readline.set_completer_delims("")
    readline.set_completer(lambda text, state: [*filter(lambda word: word.startswith(text), choices), None][state])
    readline.parse_and_bind("tab: complete")
