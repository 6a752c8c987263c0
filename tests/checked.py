"""What the tests of faults share: one profile checked by the installed program, and what is said of it."""

import json
import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

import jsonschema
import trustme

from balance_cli.exits import Exit
from balance_cli.render._schema import schema
from conftest import SLACK, Balance, Ended
from faults import Listening, Script, accepting, head, says

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


def framed(body: str, status: str = "200 OK", *headers: str) -> bytes:
    """Return an answer with its length."""
    lines = [f"HTTP/1.1 {status}", f"content-length: {len(body.encode())}", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


def meant(form: str) -> str:
    """Return the text of what stands between the quotes of JSON."""
    return str(json.loads(f'"{form}"'))


class Place(NamedTuple):
    """A place in an answer: its provider, the rest of the profile, what is answered to a path, and whether it shows."""

    provider: str
    rest: str
    answer: Callable[[str, str], bytes]
    shows: bool = True


def json_of(text: str, status: str = "200 OK") -> Callable[[str, str], bytes]:
    """Return what answers JSON, with the key where it has @."""
    return lambda form, _: framed(text.replace("@", form), status, "content-type: application/json")


def header_of(status: str, name: str, value: str = "@") -> Callable[[str, str], bytes]:
    """Return what answers with the key in a header."""
    return lambda form, _: framed("<html>", status, f"{name}: {value.replace('@', meant(form))}")


def project(named: str, balances: str) -> Callable[[str, str], bytes]:
    """Return what answers as Deepgram does, with the key where it has @."""
    listing, amounts = json_of(f'{{"projects": [{named}]}}'), json_of(f'{{"balances": [{balances}]}}')
    return lambda form, path: (amounts if path.endswith("/balances") else listing)(form, path)


DOLLARS: Final = '{"amount": 9, "units": "usd"}'
CUSTOM: Final = 'unit = "USD"\nremaining = "left"\nplan = "plan"\nresets_at = "at"'


@contextmanager
def answering(place: Place, forms: Sequence[str]) -> Iterator[Listening]:
    """Answer each path with the form of the key whose number it begins with."""

    def serve(stream: socket.socket, found: Listening) -> None:
        while (asked := head(stream)) is not None:
            found.heard.append(asked)
            path = asked.split(b" ")[1].decode()
            stream.sendall(place.answer(forms[int(path.split("/")[1])], path))

    with accepting(serve) as found:
        yield found


def looks(balance: Balance, place: Place, key: str, forms: Sequence[str], *runs: Sequence[str]) -> list[Ended]:
    """Run the program over profiles of which each is told its form of the key, once for each of these runs."""
    with answering(place, forms) as server:
        kind = "url" if place.provider == "custom" else "base_url"
        rest = f'provider = "{place.provider}"\n{place.rest}\n{kind} = "{server.url}'
        balance.profiles({f"p{n}": f'{rest}/{n}"' for n in range(len(forms))})
        balance.env.update({"TEST_KEY": key, "GITHUB_STEP_SUMMARY": str(balance.home / "summary.md")})
        return [balance(*run, "--timeout", "30") for run in runs]
