"""`balance profile list`."""

from balance_cli.config import load as configs
from balance_cli.config.profile import Profile
from balance_cli.environment import Environment, is_terminal
from balance_cli.exits import Exit
from balance_cli.text import align_columns


def list_profiles(environment: Environment, option: str | None, *, as_json: bool) -> int:
    """Print the profiles with the sources of their keys and their minimums, without requests or reading keys."""
    config = configs.load(environment, option)
    rows = [(profile.name, profile.provider.id, str(profile.key), _minimums(profile)) for profile in config.profiles]
    if as_json:
        import json

        names = ("profile", "provider", "key", "min")
        return environment.emit(json.dumps([dict(zip(names, row, strict=True)) for row in rows], indent=2) + "\n")
    if not rows:
        environment.talk(f"balance: no profiles in {config.path} (`balance profile add NAME` adds one)")
        return Exit.OK
    heads = ("PROFILE", "PROVIDER", "KEY", "MIN")
    cells = [(*row[:3], ", ".join(row[3])) for row in rows]
    return environment.emit(align_columns([heads, *cells], _find_width(environment)))


def _find_width(environment: Environment) -> int | None:
    if not is_terminal(environment.stdout):
        return None
    from balance_cli.terminal.view import find_width  # listing profiles in a pipe must stay cheap

    return find_width(environment)


def _minimums(profile: Profile) -> list[str]:
    """Return the minimums of a profile, as a user would write them."""
    days = [f"{profile.min_days} days"] if profile.min_days else []
    return [*map(str, profile.minimums), *days]
