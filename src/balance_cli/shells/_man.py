"""The man page, printed from the command line's own help; `pytest --regen` writes it into the repository."""

from collections.abc import Iterator
from typing import Any

import typer

from balance_cli.cli import app
from balance_cli.exits import MEANINGS
from balance_cli.render import formats

_FILES = (
    ("~/.config/balance/config.toml", "The config; --config and $BALANCE_CONFIG name another."),
    ("SSL_CERT_FILE, SSL_CERT_DIR, HTTPS_PROXY, ALL_PROXY, NO_PROXY", "Honoured, as everywhere."),
    ("NO_COLOR, FORCE_COLOR, CLICOLOR_FORCE", "Honoured; --color beats them."),
)


def page() -> str:
    """Return the page in man(7)'s macros."""
    root = typer.main.get_command(app())
    lines = [
        '.TH BALANCE 1 "" "balance" "User Commands"',
        ".SH NAME",
        f"balance \\- {_text(root.help or '').rstrip('.')}",
        ".SH SYNOPSIS",
        *(f".B balance {_text(' '.join(path))}\n{_text(_usage(one))}\n.br" for path, one in _leaves(root, ())),
        ".SH DESCRIPTION",
        _paragraphs(root.help or ""),
        ".SH OPTIONS OF EVERY COMMAND",
        *_options(root),
        ".SH COMMANDS",
    ]
    for path, one in _leaves(root, ()):
        lines += [f'.SS "balance {_text(" ".join(path))}"', _paragraphs(one.help or ""), *_options(one)]
    lines += [".SH EXIT STATUS", *(f".TP\n.B {int(code)}\n{_text(text)}" for code, text in MEANINGS.items())]
    lines += ["With -o nagios it is that world's: 0 OK, 1 WARNING, 2 CRITICAL, 3 UNKNOWN."]
    lines += [".SH FORMATS", *(f".TP\n.B {_text(form)}\n{_text(text)}" for form, text in formats())]
    lines += [".SH FILES AND ENVIRONMENT", *(f".TP\n.B {_text(name)}\n{_text(what)}" for name, what in _FILES)]
    return "\n".join(filter(None, lines)) + "\n"


def _leaves(command: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield every command that does something, with the words that lead to it."""
    below = getattr(command, "commands", None)
    if below is None:
        yield path, command
    for name, one in (below or {}).items():
        yield from _leaves(one, (*path, name))


def _usage(command: Any) -> str:
    words = [param.metavar or "" for param in command.params if param.param_type_name == "argument"]
    return " ".join(["[OPTIONS]", *words])


def _options(command: Any) -> Iterator[str]:
    for param in command.params:
        if param.param_type_name == "argument":
            yield f".TP\n.B {_text(param.metavar or param.name)}\n{_text(param.help or '')}"
        elif not param.hidden:
            takes = "" if param.is_flag else f" {param.metavar}"
            yield f".TP\n.B {_text(', '.join(param.opts) + takes)}\n{_text(param.help or '')}"


def _paragraphs(text: str) -> str:
    return "\n.PP\n".join(_text(" ".join(part.split())) for part in text.split("\n\n"))


def _text(text: str) -> str:
    """Return a text of which roff obeys nothing."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("`", "\\(ga").replace("'", "\\(aq")
    escaped = escaped.replace("…", "...").replace("~", "\\(ti").replace("^", "\\(ha")
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped
