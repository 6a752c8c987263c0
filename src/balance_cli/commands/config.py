"""`balance config`: where the config is and what is wrong with it."""

from balance_cli import config as configs
from balance_cli.exits import Exit
from balance_cli.out import emit, talk


def path(option: str | None) -> int:
    """Print where the config is, whether it is there or not."""
    return emit(f"{configs.path(option)}\n")


def check(option: str | None) -> int:
    """Print everything that is wrong, a line each, as ``PATH: line N: what``."""
    config, problems = configs.examine(option)
    if problems:
        talk(f"balance: {config.path} has {len(problems)} problem{'s' if len(problems) > 1 else ''}")
        return emit("".join(f"{config.path}: {problem}\n" for problem in problems)) or Exit.MISCONFIGURED
    count = len(config.profiles)
    return emit(f"{config.path}: {count} profile{'' if count == 1 else 's'}, nothing wrong\n")
