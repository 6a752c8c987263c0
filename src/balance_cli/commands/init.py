"""`balance init`: create profiles for keys on this machine, in usual variables and in files of the vendors' tools."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from balance_cli.amount import format_amount
from balance_cli.check.judge import judge
from balance_cli.check.many import check_profiles
from balance_cli.config import edit
from balance_cli.config import load as configs
from balance_cli.config.discover import Found, explain_unfit, find_keys
from balance_cli.config.profile import Config
from balance_cli.config.units import explain_incomparable
from balance_cli.deadline import Deadline
from balance_cli.environment import Environment, is_terminal
from balance_cli.errors import Misconfigured
from balance_cli.exits import Exit
from balance_cli.minimum import NONE, USUAL, Minimum, parse_minimum_or_none
from balance_cli.model import Reading
from balance_cli.provider import Provider
from balance_cli.render._said import format_remaining
from balance_cli.terminal import prompt
from balance_cli.terminal.view import make_debug, make_progress
from balance_cli.text import align_columns, join_names
from balance_cli.verdict import Status, Verdict, pick_strongest


class InitOptions(NamedTuple):
    """The options of init; ``minimum`` is the text of an amount, ``none``, or ``None`` if it was not given."""

    minimum: str | None
    yes: bool
    try_keys: bool
    config: str | None
    debug: bool


def init(environment: Environment, asked: InitOptions) -> int:
    """Find unused keys and add profiles for them; without a terminal, and unless ``yes``, print the profiles."""
    config = configs.load(environment, asked.config)
    found = list(find_keys(environment, config))
    for line in explain_unfit(environment, config, found):
        environment.talk(f"balance: {line}")
    if not found:
        have = f"{config.path} has a profile for each" if config.profiles else "no provider's usual variable is set"
        environment.talk(f"balance: found no new keys: {have} (`balance providers` lists the variables)")
        return Exit.OK if config.profiles else Exit.MISCONFIGURED
    if asked.yes or (is_terminal(environment.stdin) and is_terminal(environment.stdout)):
        return _add(environment, asked, config, found)
    environment.talk(f"balance: {config.path} was not changed (on a terminal, or with --yes, these profiles are added)")
    tables = {one.name: _make_table(environment, one, asked.minimum or NONE, None) for one in found}
    return environment.emit("\n".join(edit.render_profile(name, table) for name, table in tables.items()))


def _add(environment: Environment, asked: InitOptions, config: Config, found: Sequence[Found]) -> int:
    """Try the keys, choose a minimum and the profiles, by asking or by default, and add them to the config."""
    environment.talk(f"Found {len(found)} key{'s' if len(found) > 1 else ''}. Keys are neither copied nor shown.")
    verdicts = _try_keys(environment, asked, config, found) if asked.try_keys else {}
    try:
        minimum = _choose_minimum(environment, asked, config)
        chosen = [one for one in found if _is_wanted(environment, one, verdicts.get(one.name), ask=not asked.yes)]
    except EOFError:
        raise Misconfigured("nothing was added", hint="run it again and answer each question") from None
    if chosen:
        _save(environment, config, chosen, minimum, verdicts)
    else:
        environment.talk("balance: nothing was added")
    failed = {verdicts[one.name].status for one in found if asked.yes and one not in chosen}
    return pick_strongest(failed).exit if failed else Exit.OK


def _try_keys(
    environment: Environment, asked: InitOptions, config: Config, found: Sequence[Found]
) -> dict[str, Verdict]:
    """Check all profiles at once, and print a line about each."""
    progress = make_progress(environment, len(found))
    report = check_profiles(
        environment,
        [one.profile for one in found],
        Deadline(config.timeout),
        debug=make_debug(environment, wanted=asked.debug),
        progress=progress,
    )
    if progress:
        environment.talk("\r\x1b[K", end="")
    environment.talk(align_columns([("", one.profile, _describe(one)) for one in report.verdicts]), end="")
    return {verdict.profile: verdict for verdict in report.verdicts}


def _describe(verdict: Verdict) -> str:
    """Return the amount of the headline, or why it is not known."""
    if verdict.error:
        return f"{verdict.error.kind.replace('_', ' ')}: {verdict.error.message}"
    row = verdict.balances[0]
    used, unit = row.balance.used, row.balance.unit
    if row.balance.unlimited or row.balance.remaining is not None or used is None:
        return format_remaining(row)
    return f"{format_amount(used, unit)} {unit} used"


def _choose_minimum(environment: Environment, asked: InitOptions, config: Config) -> str:
    """Return the minimum of the new profiles; the one of [defaults], if there is one, needs no copies."""
    if asked.minimum is not None:
        return asked.minimum
    if config.minimums:
        environment.talk(f"The minimum in [defaults] applies: {join_names(config.minimums)}.")
        return NONE
    return USUAL if asked.yes else prompt.ask_minimum(environment)


def _is_wanted(environment: Environment, one: Found, verdict: Verdict | None, *, ask: bool) -> bool:
    """Return whether to add a profile: by default, if its key works or was not tried."""
    works = verdict is None or verdict.status in {Status.OK, Status.LOW}
    question = f"{one.provider.name}: add profile {one.name} with the key from {one.place}?"
    return prompt.confirm(environment, question, default=works) if ask else works


def _save(
    environment: Environment, config: Config, chosen: Sequence[Found], minimum: str, verdicts: Mapping[str, Verdict]
) -> None:
    tables = {one.name: _make_table(environment, one, minimum, verdicts.get(one.name)) for one in chosen}

    def add_to(text: str) -> str:
        for name, table in tables.items():
            text = edit.add_profile(text, name, table)
        return text

    edit.rewrite(config.path, add_to)
    environment.talk(f"balance: added {' '.join(tables)} to {config.path} (run `balance check`)")


def _make_table(environment: Environment, one: Found, minimum: str, verdict: Verdict | None) -> Mapping[str, str]:
    """Return the settings of a profile, with the minimum if its balances can be compared with it; otherwise say why."""
    wanted = parse_minimum_or_none(minimum)
    if wanted is None:
        return one.table
    if wrong := _explain_incomparable(wanted, one.provider, verdict):
        environment.talk(f"balance: no minimum was set for {one.name}: {wrong}")
        return one.table
    return {**one.table, "min": minimum}


def _explain_incomparable(wanted: Minimum, provider: Provider, verdict: Verdict | None) -> str:
    """Return why a minimum cannot be compared with the balances that were read, or else with the provider's units."""
    if not (verdict and verdict.balances):
        return explain_incomparable(wanted, provider)
    reading = Reading(balances=tuple(row.balance for row in verdict.balances), plan=verdict.plan)
    _, _, trouble = judge(reading, [wanted], each=True, hint=provider.unread)
    if isinstance(trouble, Misconfigured):  # its hint is for a minimum that is already written
        return trouble.message
    return trouble.describe() if trouble else ""
