"""The man page, generated from the command line's help; `pytest --regen` writes it into the repository."""

from collections.abc import Iterator
from typing import Any

import typer

from balance_cli.cli import app
from balance_cli.exits import JOB_MEANINGS, MEANINGS
from balance_cli.provider import UNPUBLISHED
from balance_cli.providers import find, ids
from balance_cli.render import formats

EXAMPLES = (
    ("Check every profile, or without a profile every key in its usual variable:", "balance check"),
    ("Start a job only if at least 5 USD remain:", "balance check -q --min 5USD && ./job"),
    ("Print one number for a script:", "balance check main --format '{remaining}'"),
    (
        "List the profiles that are not ok:",
        "balance check --json | jq -r '.profiles[] | select(.status != \"ok\") | .profile'",
    ),
    ("Keep a table on the screen:", "balance check --watch 5m"),
    ("Wait until there is enough again, for six hours at most:", "balance check --watch 5m --until ok --for 6h"),
    ("Print only what has changed since the last look, from cron:", "balance check -q --changes"),
    (
        "Add a profile whose key is in a variable:",
        "balance profile add main --provider openrouter --key-env OPENROUTER_API_KEY --min 5USD",
    ),
    ("Record a check, and see how long the balance will last:", "balance check --record && balance history main"),
    ("Open the page to top up:", "balance open main"),
)
"""What people do most, each with the command."""

_FILES = (
    ("~/.config/balance/config.toml", "The default config file; --config and $BALANCE_CONFIG override it."),
    (
        "SSL_CERT_FILE, SSL_CERT_DIR, HTTPS_PROXY, ALL_PROXY, NO_PROXY",
        "Certificates and proxies, with their usual meaning.",
    ),
    ("NO_COLOR, FORCE_COLOR, CLICOLOR_FORCE", "Color, with their usual meaning; --color overrides them."),
)


def render_man_page() -> str:
    """Render the page in the macros of man(7)."""
    root = typer.main.get_command(app())
    lines = [
        '.TH BALANCE 1 "" "balance" "User Commands"',
        ".nh",
        ".ad l",
        ".SH NAME",
        "balance \\- check the balances of API providers",
        ".SH SYNOPSIS",
        *(
            f".B balance {_escape(' '.join(path))}\n{_escape(_render_usage(one))}\n.br"
            for path, one in _walk_leaves(root, ())
        ),
        ".SH DESCRIPTION",
        _render_paragraphs(root.help or ""),
        ".SH GLOBAL OPTIONS",
        *_render_options(root),
        ".SH COMMANDS",
    ]
    for path, one in _walk_leaves(root, ()):
        lines += [f'.SS "balance {_escape(" ".join(path))}"', _render_paragraphs(one.help or ""), *_render_options(one)]
    lines += [".SH EXIT STATUS", *(f".TP\n.B {int(code)}\n{_escape(text)}" for code, text in MEANINGS.items())]
    lines += [".PP\nWith -o nagios, the exit codes are those of Nagios: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN."]
    lines += [".PP\n\\fBbalance run\\fR ends like its command, which may also die of a signal, or with:"]
    lines += [f".TP\n.B {int(code)}\n{_escape(text)}" for code, text in JOB_MEANINGS.items()]
    lines += [".SH EXAMPLES", *(f"{_escape(text)}\n.PP\n.EX\n    {_escape(line)}\n.EE\n.PP" for text, line in EXAMPLES)]
    lines += [".SH FORMATS", *(f".TP\n.B {_escape(form)}\n{_escape(text)}" for form, text in formats())]
    lines += [".SH PROVIDERS", _escape(_list_unpublished())]
    lines += [".SH FILES AND ENVIRONMENT", *(f".TP\n.B {_escape(name)}\n{_escape(what)}" for name, what in _FILES)]
    return "\n".join(filter(None, lines)) + "\n"


def _walk_leaves(command: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield every command that is not a group, with the words that select it."""
    below = getattr(command, "commands", None)
    if below is None:
        yield path, command
    for name, one in (below or {}).items():
        yield from _walk_leaves(one, (*path, name))


def _list_unpublished() -> str:
    names = ", ".join(name for name in ids() if not find(name).published)
    return f"`balance providers` lists them. Of some, what balance reads is {UNPUBLISHED}. These are {names}."


def _render_usage(command: Any) -> str:
    words = [param.metavar or "" for param in command.params if param.param_type_name == "argument"]
    return " ".join(["[OPTIONS]", *words])


def _render_options(command: Any) -> Iterator[str]:
    for param in command.params:
        if param.param_type_name == "argument":
            yield f".TP\n.B {_escape(param.metavar or param.name)}\n{_escape(param.help or '')}"
        elif not param.hidden:
            takes = "" if param.is_flag else f" {param.metavar}"
            yield f".TP\n.B {_escape(', '.join(param.opts) + takes)}\n{_escape(param.help or '')}"


def _render_paragraphs(text: str) -> str:
    return "\n.PP\n".join(_escape(" ".join(part.split())) for part in text.split("\n\n"))


def _escape(text: str) -> str:
    """Escape text for roff."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("`", "\\(ga").replace("'", "\\(aq")
    escaped = escaped.replace("…", "...").replace("~", "\\(ti").replace("^", "\\(ha")
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped
