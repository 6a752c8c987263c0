"""`balance config`: where the config is and what is wrong with it."""

from balance_cli.config import load as configs
from balance_cli.config.profile import SHOWN
from balance_cli.exits import Exit
from balance_cli.terminal.out import emit, talk


def path(option: str | None) -> int:
    """Print where the config is, whether it is there or not."""
    return emit(f"{configs.path(option)}\n")


def check(option: str | None) -> int:
    """Print everything that is wrong, a line each, as ``PATH: line N: what``."""
    config, problems = configs.examine(option, compare=True)
    if problems:
        talk(f"balance: {config.path} has {len(problems)} problem{'s' if len(problems) > 1 else ''}")
        more = len(problems) - SHOWN
        words = [*map(str, problems[:SHOWN]), *([f"… and {more} more"] if more > 0 else [])]
        return emit("".join(f"{config.path}: {word}\n" for word in words)) or Exit.MISCONFIGURED
    count = len(config.profiles)
    return emit(f"{config.path}: {count} profile{'' if count == 1 else 's'}, nothing wrong\n")
