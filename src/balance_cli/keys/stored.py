"""A key in a file: alone, or in the JSON of another program, with its expiry and other values beside it.

Such a file is only read. Its refresh token may be used once, so renewing the key would sign out the program it is of.
"""

import json
import re
from base64 import urlsafe_b64decode
from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from balance_cli.environment import Environment
from balance_cli.errors import Misconfigured
from balance_cli.files import MOST_BYTES, read_start
from balance_cli.keys.secret import MOST, Secret, parse_key
from balance_cli.times import parse_time

_EXPIRY: Final = ("expiresAt", "expires_at", "expires", "expiry_date")
_VALUE: Final = re.compile(r"[!-~]{1,200}", re.ASCII)
"""A value that may be sent in a header."""
_VARIABLE: Final = r"\$\{(\w+):-(.*?)\}"
"""A folder that a variable may replace, as in a shell: ``${CODEX_HOME:-~/.codex}``."""


def show_usual_file(name: str) -> str:
    """Return a usual file as a user knows it, with the default folder in place of a variable."""
    return re.sub(_VARIABLE, r"\2", name)


def find_usual_files(
    environment: Environment, files: Mapping[str, str], *, more: bool = False
) -> Iterator[tuple[str, str]]:
    """Yield the usual files of a provider, as a user writes them, each with the JMESPath of the key in it.

    With ``more``, also yield those that exist of every name with ``*``.
    """
    variables = environment.variables
    for name, field in files.items():
        place = re.sub(_VARIABLE, lambda found: variables.get(found[1]) or found[2], name)
        if "*" not in place:
            yield place, field
        elif more:
            import glob

            for found in sorted(glob.glob(environment.expand_home(place))):  # noqa: PTH207 - the pattern is absolute
                yield environment.abbreviate_home(Path(found)), field


def read_usual_file(environment: Environment, files: Mapping[str, str], without: Misconfigured) -> Secret:
    """Read the first usual file that holds a key; raise Misconfigured, or ``without`` if there is no such file."""
    for place, field in find_usual_files(environment, files):
        try:
            return read_key_file(Path(environment.expand_home(place)), field, place)
        except FileNotFoundError:
            continue
        except OSError as error:
            without = Misconfigured(f"cannot read {place}: {error.strerror}", hint=without.hint)
        except Misconfigured as unusable:
            without = unusable
    raise without


def read_key_file(file: Path, field: str, source: str) -> Secret:
    """Read the key in a file, at a JMESPath of its JSON if there is one; raise OSError or Misconfigured."""
    if not field:
        body, _ = read_start(file, MOST + 1)
        return parse_key(body.decode("latin-1"), source)
    import jmespath

    body, _ = read_start(file, MOST_BYTES + 1)
    parent, _, _ = field.rpartition(".")
    try:
        document = json.loads(body, parse_float=Decimal) if len(body) <= MOST_BYTES else None
        text = jmespath.search(field, document)
        holder = _search_parent(parent or "@", document)
    except (ValueError, RecursionError):
        raise Misconfigured(f"{source} is not valid JSON", hint="name the JSON file that holds the key") from None
    if not isinstance(text, str):
        hint = "sign in with the program that writes this file, or correct key_field"
        raise Misconfigured(f"{source} has no key at {field}", hint=hint)
    return Secret(parse_key(text, source).reveal(), holder if isinstance(holder, dict) else {})


def _search_parent(expression: str, document: Any) -> Any:
    """Return the object around a key; ``None`` if the last dot of the key's JMESPath was inside quotes or brackets."""
    import jmespath

    try:
        return jmespath.search(expression, document)
    except ValueError:
        return None


def find_expiry(secret: Secret) -> datetime | None:
    """Return when a key expires, by the values beside it in its file, or by itself if it is a JSON Web Token."""
    if secret.holder is None:
        return None
    said = [secret.holder.get(name) for name in _EXPIRY]
    times = [parse_time(value) for value in (*said, _read_token(secret.reveal()).get("exp"))]
    return min(filter(None, times), default=None)


def _read_token(key: str) -> dict[str, Any]:
    """Return the claims of a JSON Web Token, which are not verified; empty if the key is none."""
    _, _, rest = key.partition(".")
    claims, dot, _ = rest.partition(".")
    if not dot:
        return {}
    try:
        found = json.loads(urlsafe_b64decode(claims + "=" * (-len(claims) % 4)), parse_float=Decimal)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def find_beside(secret: Secret, wanted: Mapping[str, str]) -> dict[str, str]:
    """Return the values that a provider needs and that its key's file holds beside the key, by name of the option."""
    import jmespath

    found = {name: jmespath.search(field, secret.holder) for name, field in wanted.items()}
    return {name: text for name, text in found.items() if isinstance(text, str) and _VALUE.fullmatch(text)}
