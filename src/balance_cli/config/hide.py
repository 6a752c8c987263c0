"""Hide the keys in the text of a config, so that it can be shown to others; comments and layout stay."""

import re
from collections.abc import Iterator
from typing import Any, Final

from balance_cli.config.lines import COMMENT, STRINGS
from balance_cli.config.load import parse
from balance_cli.errors import Misconfigured
from balance_cli.keys.echo import hide_parts
from balance_cli.keys.pasted import hide_keys

_INSTEAD: Final = "[key]"
_SETTING: Final = r"[\w-]*(?i:key|token|secret|password)"
"""The names of settings whose value is a key; those that say where a key is, like key_file, do not end like this."""
_ASSIGNED: Final = rf"""(?<![\w-])((?:{_SETTING}|"{_SETTING}"|'{_SETTING}')[ \t]*=)[ \t]*"""
_STRING: Final = "|".join(STRINGS)
_VALUE: Final = rf"(?:{_STRING}|\[[^\]]*\]|[^\s,}}#][^,}}#\n]*)"
_BROKEN: Final = r"""(?:"(?:\\.|[^"\\\n])*"(?!")[^\n]*|'[^'\n]*'(?!')[^\n]*|[^"'\[\n][^\n]*|(?=\n|\Z)|.*)"""
"""A value in a text that is not valid TOML: the rest of the line, or of the text if its end is not on this line."""


def hide_config(text: str) -> str:
    """Return the text of a config with ``[key]`` for every key in it; raise Misconfigured if one cannot be hidden."""
    try:
        document = parse(text)
    except ValueError:
        return _hide_elsewhere(_replace(_BROKEN, text))
    hidden = re.sub(rf"{_ASSIGNED}{_VALUE}|(?:{_STRING})|({COMMENT})", _hide_token, text, flags=re.DOTALL)
    if not _is_hidden(hidden):
        raise Misconfigured("a key in the config cannot be hidden", hint='write it on a line of its own, as key = "…"')
    return hide_parts(_hide_elsewhere(hidden), {str(value) for value in _find_secrets(document)})


def _is_hidden(text: str) -> bool:
    """Return whether a text is valid TOML in which every key is hidden."""
    try:
        return all(value == _INSTEAD for value in _find_secrets(parse(text)))
    except ValueError:
        return False


def _hide_token(token: re.Match[str]) -> str:
    """Return an assignment or a comment without its key, and a string as it is."""
    if token[1]:
        return f'{token[1]} "{_INSTEAD}"'
    return _replace(r"[^\n]*", token[2]) if token[2] else token[0]


def _replace(value: str, text: str) -> str:
    return re.sub(f"{_ASSIGNED}{value}", rf'\1 "{_INSTEAD}"', text, flags=re.DOTALL)


def _hide_elsewhere(text: str) -> str:
    """Return a text without the users and queries of addresses, and without words that look like keys."""
    text = re.sub(r"(?<=://)[^/\s\"'@]*@", "", text)
    return hide_keys(re.sub(r"(://[^\s\"'?]*\?)[^\s\"']*", r"\1…", text))


def _find_secrets(value: Any) -> Iterator[Any]:
    """Yield the values of all settings that are keys, at any depth."""
    if isinstance(value, list):
        for item in value:
            yield from _find_secrets(item)
    elif isinstance(value, dict):
        for name, item in value.items():
            if re.fullmatch(_SETTING, name) and not isinstance(item, dict):
                yield item
            else:
                yield from _find_secrets(item)
