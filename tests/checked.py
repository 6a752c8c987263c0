"""Shared by the fault tests: check one profile with the installed program and return its part of the document."""

import json
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, NamedTuple

import jsonschema
import trustme

from balance_cli.exits import Exit
from balance_cli.render._schema import schema
from conftest import SLACK, Balance, Ended
from faults import Listening, Script, accepting, head, says

TIMEOUT: Final = 2.0
"""The timeout in seconds of a run that is expected to reach it."""
PATIENCE: Final = 15.0
"""The timeout of any other run, long enough that it is not reached even on a busy machine."""
OK, LOW, UNKNOWN, MISCONFIGURED = Exit.OK, Exit.LOW, Exit.UNKNOWN, Exit.MISCONFIGURED


def checked(
    balance: Balance, url: str, *arguments: str, provider: str = "apikley", rest: str = "", timeout: float = PATIENCE
) -> tuple[Ended, Any]:
    """Check one profile with a minimum of 5; return the ended process and the profile's part of the document."""
    balance.profiles({"main": f'provider = "{provider}"\nbase_url = "{url}"\n{rest}'})
    given = arguments or ("--min", "5")
    ended = balance("check", "--json", "--timeout", str(timeout), *given)
    return ended, document(ended, timeout)["profiles"][0]


def document(ended: Ended, timeout: float = PATIENCE) -> Any:
    """Return the JSON document of a run; assert that it follows the schema and came in time."""
    assert ended.seconds < timeout + SLACK
    found = json.loads(ended.out)
    jsonschema.validate(found, schema(), format_checker=jsonschema.FormatChecker())
    assert found["exit_code"] == ended.code
    assert all(profile["elapsed_ms"] < 1000 * (timeout + 1) for profile in found["profiles"])
    return found


def credits_of(amount: str) -> Script:
    """Respond with credits, the amount written as given."""
    return says(f'{{"code": 200, "msg": "success", "data": {amount}}}')


def first_then(*scripts: Script) -> Script:
    """Respond to each request with the next script, and to all further ones with the last."""
    left = list(scripts)

    def script(stream: Any) -> None:
        (left.pop(0) if len(left) > 1 else left[0])(stream)

    return script


@contextmanager
def serving(scripts: Mapping[str, Script]) -> Iterator[Listening]:
    """Respond to each path with its script."""

    def serve(stream: socket.socket, found: Listening) -> None:
        while (asked := head(stream)) is not None:
            found.heard.append(asked)
            scripts[asked.split(b" ")[1].decode().partition("?")[0]](stream)

    with accepting(serve) as found:
        yield found


def server_context(authority: trustme.CA, *names: str, **more: Any) -> ssl.SSLContext:
    """Return the TLS context of a server with a certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names, **more).configure_cert(context)
    return context


def framed(body: str, status: str = "200 OK", *headers: str) -> bytes:
    """Return a response with its Content-Length."""
    lines = [f"HTTP/1.1 {status}", f"content-length: {len(body.encode())}", *headers]
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()


def meant(form: str) -> str:
    """Decode the content of a JSON string."""
    return str(json.loads(f'"{form}"'))


class Place(NamedTuple):
    """A place in a response: the provider, the rest of the profile, the response to a path, and whether it is shown."""

    provider: str
    rest: str
    answer: Callable[[str, str], bytes]
    shows: bool = True


def json_of(text: str, status: str = "200 OK") -> Callable[[str, str], bytes]:
    """Return a function that responds with JSON, with the key in place of @."""
    return lambda form, _: framed(text.replace("@", form), status, "content-type: application/json")


def header_of(status: str, name: str, value: str = "@") -> Callable[[str, str], bytes]:
    """Return a function that responds with the key in a header."""
    return lambda form, _: framed("<html>", status, f"{name}: {value.replace('@', meant(form))}")


def project(named: str, balances: str) -> Callable[[str, str], bytes]:
    """Return a function that responds like Deepgram, with the key in place of @."""
    listing, amounts = json_of(f'{{"projects": [{named}]}}'), json_of(f'{{"balances": [{balances}]}}')
    return lambda form, path: (amounts if path.endswith("/balances") else listing)(form, path)


DOLLARS: Final = '{"amount": 9, "units": "usd"}'
CUSTOM: Final = 'unit = "USD"\nremaining = "left"\nplan = "plan"\nresets_at = "at"'


@contextmanager
def answering(place: Place, forms: Sequence[str]) -> Iterator[Listening]:
    """Respond to each path with the form of the key whose number the path begins with."""

    def serve(stream: socket.socket, found: Listening) -> None:
        while (asked := head(stream)) is not None:
            found.heard.append(asked)
            path = asked.split(b" ")[1].decode()
            stream.sendall(place.answer(forms[int(path.split("/")[1])], path))

    with accepting(serve) as found:
        yield found


def looks(balance: Balance, place: Place, key: str, forms: Sequence[str], *runs: Sequence[str]) -> list[Ended]:
    """Run the program once for each of ``runs``, over profiles that each get their own form of the key back."""
    with answering(place, forms) as server:
        kind = "url" if place.provider == "custom" else "base_url"
        rest = f'provider = "{place.provider}"\n{place.rest}\n{kind} = "{server.url}'
        balance.profiles({f"p{n}": f'{rest}/{n}"' for n in range(len(forms))})
        balance.env.update({"TEST_KEY": key, "GITHUB_STEP_SUMMARY": str(balance.home / "summary.md")})
        return [balance(*run, "--timeout", "30") for run in runs]
