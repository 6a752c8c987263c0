"""`balance init`: create profiles for keys on this machine, in usual variables and in files of the vendors' tools."""

from collections.abc import Sequence
from pathlib import Path

from balance_cli.config import edit
from balance_cli.config import load as configs
from balance_cli.config.discover import Found, explain_unfit, find_keys
from balance_cli.environment import Environment, is_terminal
from balance_cli.errors import Misconfigured
from balance_cli.exits import Exit
from balance_cli.terminal import prompt


def init(environment: Environment, option: str | None) -> int:
    """Find unused keys; on a terminal, ask about each and save its profile; otherwise print the profiles."""
    config = configs.load(environment, option)
    found = list(find_keys(environment, config))
    for line in explain_unfit(environment, config, found):
        environment.talk(f"balance: {line}")
    if not found:
        have = f"{config.path} has a profile for each" if config.profiles else "no provider's usual variable is set"
        environment.talk(f"balance: found no new keys: {have} (`balance providers` lists the variables)")
        return Exit.OK if config.profiles else Exit.MISCONFIGURED
    if not (is_terminal(environment.stdin) and is_terminal(environment.stdout)):
        environment.talk(
            f"balance: {config.path} was not changed; on a terminal, `balance init` offers to add these profiles"
        )
        return environment.emit("\n".join(edit.render_profile(one.name, one.table) for one in found))
    return _ask(environment, config.path, found)


def _ask(environment: Environment, path: Path, found: Sequence[Found]) -> int:
    environment.talk(f"Found {len(found)} key{'s' if len(found) > 1 else ''}. Keys are neither copied nor shown.")
    try:
        chosen = [one for one in found if _is_wanted(environment, one)]
    except EOFError:
        raise Misconfigured("nothing was added", hint="run it again and answer each question") from None
    if not chosen:
        environment.talk("balance: nothing was added")
        return Exit.OK

    def add_to(text: str) -> str:
        for one in chosen:
            text = edit.add_profile(text, one.name, one.table)
        return text

    edit.rewrite(path, add_to)
    names = " ".join(one.name for one in chosen)
    environment.talk(
        f"balance: added {names} to {path}; run `balance check`, and set minimums with min = … in the profiles"
    )
    return Exit.OK


def _is_wanted(environment: Environment, one: Found) -> bool:
    question = f"{one.provider.name}: add profile {one.name} with the key from {one.place}?"
    return prompt.confirm(environment, question, default=True)
