"""`balance profile add`: collect the settings, check the profile, then save it."""

import os
import shlex
from contextlib import suppress
from pathlib import Path
from typing import Any

from balance_cli import files
from balance_cli.address import check_url
from balance_cli.check.many import check_profiles
from balance_cli.commands.check import show_report
from balance_cli.config import edit
from balance_cli.config import load as configs
from balance_cli.config.discover import suggest_name
from balance_cli.config.fields import Document, explain_bad_name
from balance_cli.config.profile import TIMEOUT, Profile, usual_source
from balance_cli.config.units import explain_incomparable
from balance_cli.deadline import Deadline
from balance_cli.environment import Environment, is_terminal
from balance_cli.errors import Misconfigured
from balance_cli.exits import Exit
from balance_cli.keys.pasted import looks_like_key
from balance_cli.keys.secret import LONGEST, Secret, parse_key
from balance_cli.keys.source import SOURCES, KeySource, store_in_keyring
from balance_cli.minimum import NONE, USUAL, Minimum, parse_minimum
from balance_cli.provider import Provider
from balance_cli.providers import find, ids, plugin_ids
from balance_cli.terminal import prompt
from balance_cli.terminal.view import make_debug, view

Table = dict[str, Any]


def add(
    environment: Environment,
    name: str | None,
    given: Table,
    *,
    key_stdin: bool,
    try_it: bool,
    config: str | None,
    color: str,
    debug: bool,
) -> int:
    """Add a profile with the settings in ``given``; on a terminal, ask for the missing ones and for its name.

    Store a key that was typed or read from stdin, and let the profile refer to it; leave any other key where it is.
    """
    file = configs.find_config(environment, config)
    before = _read_text(file)
    edit.add_profile(before, name or "", {})  # raises now what saving would raise at the end; "" is never taken
    table = _convert(environment, given)
    source = next((kind for kind in SOURCES if kind in table), None)
    asking = is_terminal(environment.stdin) and not (key_stdin or (name and source and "provider" in table))
    if asking:
        name, secret = _ask(environment, name, table, source, before)
    elif name is None:
        raise Misconfigured("NAME is missing", hint="see `balance profile add --help`")
    else:
        secret = _read_stdin(environment, key_stdin=key_stdin)
    if secret:
        _choose_place(environment, table, source, file, name)
    profile = _parse_profile(environment, name, table, file)
    if try_it:
        trial = profile._replace(key=KeySource(kind="key", value=(secret.reveal(),))) if secret else profile
        deadline = Deadline(TIMEOUT)
        report = check_profiles(environment, [trial], deadline, debug=make_debug(environment, wanted=debug))
        code = show_report(environment, report, deadline, form="table", quiet=False, view=view(environment, color))
        if code not in {Exit.OK, Exit.LOW} and not (asking and _wants_anyway(environment, name)):
            environment.talk(f"balance: {name} was not added (use --no-check to add it without checking it)")
            return code
    _save(environment, file, name, table, secret)
    environment.talk(f"balance: added {name} to {file} ({_describe_place(profile, stored=secret is not None)})")
    return Exit.OK


def _wants_anyway(environment: Environment, name: str) -> bool:
    return prompt.confirm(environment, f"Add profile {name} anyway?", default=False)


def _describe_place(profile: Profile, *, stored: bool) -> str:
    """Return where the key is, or where it was stored."""
    if profile.key.kind == "none":
        return "it needs no key"
    if not stored:
        return f"its key is read from {profile.key}"
    place = profile.key.value[0]
    return f"its key is stored in {place if profile.key.kind == 'key_file' else f'the keyring as {place}'}"


def _read_text(file: Path) -> str:
    """Return the text of a config, empty if there is none yet."""
    try:
        return files.read(file)[0]
    except FileNotFoundError:
        return ""


def _convert(environment: Environment, given: Table) -> Table:
    """Convert options to values of a config: split the command into words, make paths absolute, unwrap a minimum."""
    if "key" in given:
        raise Misconfigured("other programs can see a key on the command line", hint="use --key-stdin")
    table = dict(given)
    if "min" in table and len(table["min"]) == 1:
        [table["min"]] = table["min"]
    if "key_command" in table:
        words = enumerate(_split(table["key_command"]))
        table["key_command"] = [
            _resolve(environment, word) if not place and "/" in word else word for place, word in words
        ]
    if "key_file" in table:
        table["key_file"] = _resolve(environment, table["key_file"])
    return table


def _resolve(environment: Environment, path: str) -> str:
    """Make a path absolute, because relative paths in a config start at the folder of the config."""
    if path.startswith("~") and environment.expand_home(path) == path:
        raise Misconfigured(f"{path} names a home directory that does not exist", hint="give the full path")
    keep = path == "" or path.startswith("~") or looks_like_key(path)
    return path if keep else os.path.abspath(path)  # noqa: PTH100 - keeps symbolic links


def _split(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError:
        raise Misconfigured("--key-command has an unclosed quote", hint="quote it as in a shell") from None


def _read_stdin(environment: Environment, *, key_stdin: bool) -> Secret | None:
    """Return the key from stdin, if the user chose ``--key-stdin``."""
    if not key_stdin:
        return None
    body = environment.stdin.buffer.read(LONGEST + 3) if environment.stdin else b""
    return parse_key(body.decode("latin-1"), "stdin")


def _ask(
    environment: Environment, name: str | None, table: Table, source: str | None, before: str
) -> tuple[str, Secret | None]:
    """Ask for what the options did not give; return the name of the profile, and the key if one was typed."""
    complete = source is not None and "provider" in table
    try:
        if "provider" not in table:
            table["provider"] = prompt.ask(
                environment, "Provider (TAB completes)", lambda text: find(text).id, _list_ids()
            )
        provider = find(table["provider"])
        name = name or _ask_name(environment, provider, before)
        if complete:
            return name, None
        if provider.needs_base_url and "base_url" not in table:
            table["base_url"] = prompt.ask(environment, "Address (https://…)", check_url)
        secret = None if source or not provider.key else _ask_key(provider)
        if "min" not in table and (minimum := _ask_minimum(environment, provider, table, before)) != NONE:
            table["min"] = minimum
    except EOFError:
        raise Misconfigured("nothing was added", hint="run it again, or give everything as options") from None
    return name, secret


def _ask_name(environment: Environment, provider: Provider, before: str) -> str:
    usual = suggest_name(provider, configs.parse(before).get("profiles", {}))

    def parse(answer: str) -> str:
        name = answer or usual
        if wrong := explain_bad_name(name):
            raise ValueError(wrong)
        edit.add_profile(before, name, {})
        return name

    return prompt.ask(environment, f"Name [{usual}]", parse)


def _ask_minimum(environment: Environment, provider: Provider, table: Table, before: str) -> str:
    """Ask for the minimum, unless [defaults] has one; suggest the usual one if the provider has its unit."""
    defaults = configs.parse(before).get("defaults")
    if isinstance(defaults, dict) and "min" in defaults:
        return NONE

    def verify(wanted: Minimum) -> str:
        return explain_incomparable(wanted, provider, table.get("unit"))

    return prompt.ask_minimum(environment, NONE if verify(parse_minimum(USUAL)) else USUAL, verify)


def _list_ids() -> list[str]:
    """Return the ids of all providers that can be checked."""
    return sorted([*ids(), *plugin_ids()])


def _ask_key(provider: Provider) -> Secret | None:
    if not provider.key:
        return None
    usual = usual_source(provider._replace(env=provider.env[:1]))
    typed = prompt.ask_secret(f"{provider.key}, not shown, stored in a file (empty: read {usual} at each check)")
    return parse_key(typed, "the terminal") if typed else None


def _choose_place(environment: Environment, table: Table, source: str | None, file: Path, name: str) -> None:
    """Set where the key will be stored: as the options say, or else in a file next to the config."""
    if source in {"key_env", "key_command"} or "key_field" in table:
        source = "key_field" if "key_field" in table else source
        raise Misconfigured(f"{source} and a key from stdin exclude each other", hint="keep one of them")
    if source is None:
        table["key_file"] = environment.abbreviate_home(file.absolute().parent / "keys" / name)


def _parse_profile(environment: Environment, name: str, table: Table, file: Path) -> Profile:
    """Return the profile as the config will have it; raise Misconfigured if it is invalid."""
    if "provider" not in table:
        raise Misconfigured("the profile has no provider", hint="use --provider ID; `balance providers` lists them")
    document = Document({"profiles": {name: table}}, environment, compare=True)
    config = document.config(file)
    if document.problems:
        raise Misconfigured(document.problems[0].message, hint="see `balance profile add --help`")
    return config.profiles[0]


def _save(environment: Environment, file: Path, name: str, table: Table, secret: Secret | None) -> None:
    """Store the key, then the profile, while holding the lock: of two profiles with one name, the first wins.

    If the profile cannot be saved, remove the new key file.
    """
    created: list[Path] = []

    def add_to(text: str) -> str:
        after = edit.add_profile(text, name, table)
        created.extend(_store(environment, table, secret) if secret else ())
        return after

    try:
        edit.rewrite(file, add_to)
    except BaseException:
        for place in created:
            with suppress(OSError):
                place.unlink()
        raise


def _store(environment: Environment, table: Table, secret: Secret) -> list[Path]:
    """Store a key where its profile says; return the file if it was created."""
    if "key_keyring" in table:
        store_in_keyring(table["key_keyring"], secret)
        return []
    place = Path(environment.expand_home(table["key_file"]))
    hint = "remove it first, or choose another with --key-file"
    try:
        with suppress(FileExistsError):
            files.create(place, f"{secret.reveal()}\n")
            return [place]
        existing, _ = files.read_start(place, LONGEST)
    except OSError as error:
        raise Misconfigured(f"cannot store the key in {place}: {error.strerror}", hint=hint) from None
    if existing.decode("latin-1").strip() != secret.reveal():
        raise Misconfigured(f"{place} already holds another key", hint=hint)
    return []
