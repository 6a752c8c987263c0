"""What the tests of faults share: one profile checked by the installed program, and what is said of it."""

import json
import ssl
from typing import Any, Final

import jsonschema
import trustme

from balance_cli.exits import Exit
from balance_cli.schema import schema
from conftest import SLACK, Balance, Ended
from faults import Script, says

TIMEOUT: Final = 2.0
"""The seconds of a run that comes to its deadline."""
PATIENCE: Final = 15.0
"""The seconds of any other, which must not come to it on a busy machine either."""
OK, LOW, UNKNOWN, MISCONFIGURED = Exit.OK, Exit.LOW, Exit.UNKNOWN, Exit.MISCONFIGURED


def checked(
    balance: Balance, url: str, *arguments: str, provider: str = "apikley", rest: str = "", timeout: float = PATIENCE
) -> tuple[Ended, Any]:
    """Check one profile with a minimum of 5; return how it ended, and what is said of the profile."""
    balance.profiles({"main": f'provider = "{provider}"\nbase_url = "{url}"\n{rest}'})
    given = arguments or ("--min", "5")
    ended = balance("check", "--json", "--timeout", str(timeout), *given)
    return ended, document(ended, timeout)["profiles"][0]


def document(ended: Ended, timeout: float = PATIENCE) -> Any:
    """Return the document of a run; it is one, follows the schema, and came in time."""
    assert ended.seconds < timeout + SLACK
    found = json.loads(ended.out)
    jsonschema.validate(found, schema(), format_checker=jsonschema.FormatChecker())
    assert found["exit_code"] == ended.code
    assert all(profile["elapsed_ms"] < 1000 * (timeout + 1) for profile in found["profiles"])
    return found


def credits_of(amount: str) -> Script:
    """Answer with credits, written as they are."""
    return says(f'{{"code": 200, "msg": "success", "data": {amount}}}')


def first_then(*scripts: Script) -> Script:
    """Answer each request with the next script, and all further ones with the last."""
    left = list(scripts)

    def script(stream: Any) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(stream)

    return script


def server_context(authority: trustme.CA, *names: str, **more: Any) -> ssl.SSLContext:
    """Return the context of a server with a certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names, **more).configure_cert(context)
    return context
