"""`balance config path`, `show` and `check`."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from balance_cli import files
from balance_cli.config import load as configs
from balance_cli.config.hide import hide_config
from balance_cli.config.profile import SHOWN, Problem
from balance_cli.environment import Environment
from balance_cli.errors import Misconfigured
from balance_cli.exits import Exit


def path(environment: Environment, option: str | None) -> int:
    """Print the path of the config, even if it does not exist."""
    return environment.emit(f"{configs.find_config(environment, option)}\n")


def show(environment: Environment, option: str | None) -> int:
    """Print the config with every key hidden."""
    file = configs.find_config(environment, option)
    try:
        text, _ = files.read(file)
    except FileNotFoundError:
        raise Misconfigured(f"there is no config at {file}", hint="`balance init` creates one") from None
    return environment.emit(hide_config(text))


def check(environment: Environment, option: str | None) -> int:
    """Print every problem on one line: ``PATH: line N: MESSAGE``."""
    config, problems = configs.examine(environment, option, compare=True)
    if problems:
        environment.talk(f"balance: {config.path} has {len(problems)} problem{'s' if len(problems) > 1 else ''}")
        return environment.emit("".join(list_problems(config.path, problems))) or Exit.MISCONFIGURED
    count = len(config.profiles)
    return environment.emit(f"{config.path}: {count} profile{'' if count == 1 else 's'}, no problems\n")


def list_problems(file: Path, problems: Sequence[Problem]) -> Iterator[str]:
    """Yield a line about each problem, and about how many are not shown."""
    yield from (f"{file}: {problem}\n" for problem in problems[:SHOWN])
    if len(problems) > SHOWN:
        yield f"{file}: … and {len(problems) - SHOWN} more\n"
