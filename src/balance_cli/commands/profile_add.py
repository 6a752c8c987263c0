"""`balance profile add`: take or ask, try, then save."""

import os
import shlex
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from balance_cli import files
from balance_cli.check.many import check_profiles
from balance_cli.commands.check import show
from balance_cli.config import edit
from balance_cli.config import load as configs
from balance_cli.config.address import url
from balance_cli.config.fields import Document
from balance_cli.config.profile import TIMEOUT, Profile
from balance_cli.deadline import Deadline
from balance_cli.errors import Misconfigured
from balance_cli.exits import Exit
from balance_cli.keys.pasted import likely_key
from balance_cli.keys.secret import LONGEST, Secret, parse_key
from balance_cli.keys.source import SOURCES, KeySource, store_in_keyring
from balance_cli.minimum import minimum
from balance_cli.provider import Provider
from balance_cli.providers import find, ids, plugin_ids
from balance_cli.terminal import prompt
from balance_cli.terminal.out import talk
from balance_cli.terminal.view import debugging, view

Table = dict[str, Any]


def add(name: str, given: Table, *, key_stdin: bool, try_it: bool, config: str | None, color: str, debug: bool) -> int:
    """Add a profile made of ``given``, its keys and values in the config, and of what a user on a terminal answers.

    A key that was typed or read from stdin is stored where the profile then says; any other key stays where it is.
    """
    file = configs.path(config)
    _addable(file, name)
    table = _meant(given)
    source = next((kind for kind in SOURCES if kind in table), None)
    asking = sys.stdin is not None and sys.stdin.isatty() and not key_stdin and not (source and "provider" in table)
    secret = _ask(table, source) if asking else _read(key_stdin=key_stdin)
    if secret:
        _place(table, source, file, name)
    profile = _profile(name, table, file)
    if try_it:
        trial = profile._replace(key=KeySource(kind="key", value=(secret.reveal(),))) if secret else profile
        deadline = Deadline(TIMEOUT)
        report = check_profiles([trial], deadline, debug=debugging(debug))
        code = show(report, deadline, form="table", quiet=False, view=view(color))
        if code not in {Exit.OK, Exit.LOW} and not (asking and prompt.confirm("Save it all the same?", default=False)):
            talk(f"balance: {name} was not saved (--no-check saves it without trying it)")
            return code
    _save(file, name, table, secret)
    talk(f"balance: added {name} to {file}")
    return Exit.OK


def _addable(file: Path, name: str) -> None:
    """Refuse early what saving would refuse late: a name that is taken, a config to which nothing can be added."""
    with suppress(FileNotFoundError):
        edit.added(files.read(file)[0], name, {})


def _meant(given: Table) -> Table:
    """Return the options as they are for a config: words for a command, and paths that are not relative to here."""
    if "key" in given:
        raise Misconfigured("a key on the command line is there for other programs to see", hint="use --key-stdin")
    table = dict(given)
    if "key_command" in table:
        words = enumerate(_words(table["key_command"]))
        table["key_command"] = [_rooted(word) if not place and "/" in word else word for place, word in words]
    if "key_file" in table:
        table["key_file"] = _rooted(table["key_file"])
    return table


def _rooted(path: str) -> str:
    """Return a path of the command line so that it means the same in a config, whose own are relative to its folder."""
    if path.startswith("~") and os.path.expanduser(path) == path:  # noqa: PTH111 - it raises nothing
        raise Misconfigured(f"{path} begins in a home that there is not", hint="say the whole path")
    asis = path == "" or path.startswith("~") or likely_key(path)
    return path if asis else os.path.abspath(path)  # noqa: PTH100 - a link stays one


def _words(command: str) -> list[str]:
    try:
        return shlex.split(command)
    except ValueError:
        raise Misconfigured("--key-command has a quote that does not end", hint="quote it as in a shell") from None


def _read(*, key_stdin: bool) -> Secret | None:
    """Return the key that was piped in, where the user says that there is one."""
    if not key_stdin:
        return None
    body = sys.stdin.buffer.read(LONGEST + 3) if sys.stdin else b""
    return parse_key(body.decode("latin-1"), "stdin")


def _ask(table: Table, source: str | None) -> Secret | None:
    """Ask for what the options did not say; return the key if one was typed."""
    try:
        if "provider" not in table:
            table["provider"] = prompt.ask("Provider (TAB completes)", lambda text: find(text).id, _ids())
        provider = find(table["provider"])
        if provider.needs_base_url and "base_url" not in table:
            table["base_url"] = prompt.ask("Address (https://…)", url)
        secret = None if source else _ask_key(provider)
        if "min" not in table and (least := prompt.ask("Minimum (like 5USD; empty: none)", _minimum)):
            table["min"] = least
    except EOFError:
        raise Misconfigured("nothing was added", hint="run again, or give everything as options") from None
    return secret


def _ids() -> list[str]:
    """Return every id that has something to ask."""
    return sorted([*ids(), *plugin_ids()])


def _ask_key(provider: Provider) -> Secret | None:
    variable = provider.env[0]
    typed = prompt.ask_secret(f"{provider.key}, not shown and stored in a file (empty: ${variable} at each check)")
    return parse_key(typed, "the terminal") if typed else None


def _minimum(text: str) -> str:
    if text:
        minimum(text)
    return text


def _place(table: Table, source: str | None, file: Path, name: str) -> None:
    """Say in the profile where its key will be stored: as it says itself, else in a file beside the config."""
    if source in {"key_env", "key_command"}:
        raise Misconfigured(f"{source} and a key are two places", hint="keep one of them")
    if source is None:
        table["key_file"] = _short(file.absolute().parent / "keys" / name)


def _short(place: Path) -> str:
    """Return a path as a user writes it, from the home on where it is there."""
    home = os.path.expanduser("~")  # noqa: PTH111 - without a home it stays as it is
    return f"~/{place.relative_to(home)}" if place.is_relative_to(home) else str(place)


def _profile(name: str, table: Table, file: Path) -> Profile:
    """Return the profile as the config will have it; raises Misconfigured where it would not be one."""
    if "provider" not in table:
        raise Misconfigured("the profile has no provider", hint="say --provider ID; `balance providers` lists them")
    document = Document({"profiles": {name: table}}, compare=True)
    made = document.config(file)
    if document.problems:
        raise Misconfigured(document.problems[0].message, hint="`balance profile add --help`")
    return made.profiles[0]


def _save(file: Path, name: str, table: Table, secret: Secret | None) -> None:
    """Store the key first and the profile then, as the config's only writer: of two with one name the first has both.

    Where the profile cannot be saved, no new key stays behind.
    """
    made: list[Path] = []

    def more(text: str) -> str:
        after = edit.added(text, name, table)
        made.extend(_store(table, secret) if secret else ())
        return after

    try:
        edit.change(file, more)
    except BaseException:
        for place in made:
            with suppress(OSError):
                place.unlink()
        raise


def _store(table: Table, secret: Secret) -> list[Path]:
    """Put a key where its profile says; return the file if there is a new one."""
    if "key_keyring" in table:
        store_in_keyring(table["key_keyring"], secret)
        return []
    place = Path(os.path.expanduser(table["key_file"]))  # noqa: PTH111 - an unknown user is no error here
    hint = "remove it first, or name another with --key-file"
    try:
        with suppress(FileExistsError):
            files.create(place, f"{secret.reveal()}\n")
            return [place]
        there, _ = files.begin(place, LONGEST)
    except OSError as error:
        raise Misconfigured(f"the key cannot be stored in {place}: {error.strerror}", hint=hint) from None
    if there.decode("latin-1").strip() != secret.reveal():
        raise Misconfigured(f"{place} holds another key already", hint=hint)
    return []
