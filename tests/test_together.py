"""Several requests of one profile at once: their order of importance, their limits, and what an early end leaves."""

import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from decimal import getcontext
from functools import partial
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from balance_cli.amount import balance as made_balance
from balance_cli.check.many import Spare, check_profiles
from balance_cli.check.one import verdict
from balance_cli.check.verdicts import Run
from balance_cli.config.fields import Document
from balance_cli.config.profile import Profile
from balance_cli.deadline import Deadline
from balance_cli.errors import Misconfigured
from balance_cli.exits import Exit
from balance_cli.http.api import Api, Spawn, send_in_turn
from balance_cli.keys.source import KeySource
from balance_cli.model import Balance as Amounts
from balance_cli.providers import find
from balance_cli.verdict import Status, Verdict
from checked import checked, document, first_then, serving
from conftest import KEY, SLACK, Balance, wait
from faults import Listening, Script, says, silence, trickle
from surroundings import HERE

KEY_LIMIT: Final = says('{"data": {"limit": 10, "limit_remaining": 6, "usage": 4}}')
CREDITS: Final = says('{"data": {"total_credits": 20, "total_usage": 5}}')
WRONG: Final = says('{"error": {"code": 401, "message": "User not found."}}', "401 Unauthorized")
DOWN: Final = says("", "503 Down", "retry-after: 3600")
AGAIN: Final = says("", "503 Down", "retry-after: 0")
MADE_UP: Final = find("apertis")._replace(id="made-up", name="Made Up", base="https://api.made.up")


def openrouter(key: Script = KEY_LIMIT, account: Script = CREDITS) -> AbstractContextManager[Listening]:
    """Serve OpenRouter: a key, and the credits of its account."""
    return serving({"/api/v1/key": key, "/api/v1/credits": account})


def late(script: Script, seconds: float = 0.4) -> Script:
    """Do the same later."""

    def script_later(stream: socket.socket) -> None:
        time.sleep(seconds)
        script(stream)

    return script_later


def verdict_of(url: str, seconds: float = 30, debug: Callable[[str], None] | None = None) -> Verdict:
    """Return the verdict on a profile of OpenRouter, checked in this process."""
    table = {"provider": "openrouter", "base_url": url, "key": KEY}
    config = Document({"profiles": {"main": table}}, HERE).config(Path("config.toml"))
    return check_profiles(HERE, config.profiles, Deadline(seconds), debug=debug).verdicts[0]


@pytest.mark.parametrize("first", ["key", "account"])
def test_the_failure_of_the_main_request_wins_whichever_response_comes_first(balance: Balance, first: str) -> None:
    key, account = (WRONG, late(DOWN)) if first == "key" else (late(WRONG), DOWN)
    with openrouter(key, account) as server:
        ended, profile = checked(balance, server.url, provider="openrouter")
    assert ended.code == Exit.UNKNOWN
    assert (profile["error"]["kind"], profile["error"]["http_status"]) == ("rejected", 401)
    assert profile["attempts"] == 1


@pytest.mark.parametrize("first", ["key", "account"])
def test_the_failure_of_another_request_is_not_lost(balance: Balance, first: str) -> None:
    key, account = (KEY_LIMIT, late(DOWN)) if first == "key" else (late(KEY_LIMIT), DOWN)
    with openrouter(key, account) as server:
        ended, profile = checked(balance, server.url, provider="openrouter")
    assert (ended.code, profile["error"]["kind"], profile["balances"]) == (Exit.UNKNOWN, "unreachable", [])


def test_attempts_is_the_maximum_over_requests_sent_together(balance: Balance) -> None:
    with openrouter(account=first_then(AGAIN, AGAIN, CREDITS)) as server:
        ended, profile = checked(balance, server.url, provider="openrouter")
    assert (ended.code, profile["attempts"], len(server.heard)) == (Exit.OK, 3, 4)


@pytest.mark.parametrize("account", [silence, trickle(b"HTTP/1.1 200 OK\r\n", b"x: y\r\n")], ids=["silence", "trickle"])
def test_the_deadline_holds_for_every_request(balance: Balance, account: Script) -> None:
    with openrouter(account=account) as server:
        ended, profile = checked(balance, server.url, provider="openrouter", timeout=2)
    assert (ended.code, profile["error"]["kind"]) == (Exit.UNKNOWN, "unreachable")
    assert "within 2 s" in profile["error"]["message"]
    assert ended.seconds < 2 + SLACK


@pytest.mark.parametrize("account", [silence, trickle(b"HTTP/1.1 200 OK\r\n", b"x: y\r\n")], ids=["silence", "trickle"])
def test_an_early_failure_waits_for_nothing_and_leaves_no_thread(account: Script) -> None:
    lines: list[str] = []
    began, threads = time.monotonic(), client_threads()
    with openrouter(late(WRONG), account) as server:
        found = verdict_of(server.url, debug=lines.append)
        wait(lambda: client_threads() <= threads)
        assert time.monotonic() - began < SLACK
    assert found.error
    assert found.error.kind == "rejected"
    assert len(lines) == 1, "that of the main request"


def client_threads() -> set[threading.Thread]:
    """Return the threads of checks in this process."""
    return {thread for thread in threading.enumerate() if "(run)" in thread.name or "(work)" in thread.name}


def test_an_abandoned_request_is_not_retried() -> None:
    threads = client_threads()
    with openrouter(late(WRONG), says("", "503 Down", "retry-after: 25")) as server:
        assert verdict_of(server.url).status is Status.UNKNOWN
        wait(lambda: client_threads() <= threads, SLACK)
    assert len([asked for asked in server.heard if b"/credits" in asked]) == 1


def test_after_the_deadline_no_thread_is_left() -> None:
    threads = client_threads()
    with openrouter(account=trickle(b"HTTP/1.1 200 OK\r\n", b"x: y\r\n")) as server:
        assert verdict_of(server.url, seconds=0.5).status is Status.UNKNOWN
        wait(lambda: client_threads() <= threads)


@pytest.mark.parametrize(("profiles", "most"), [(1, 2), (8, 16), (10, 16), (15, 16), (16, 16), (40, 16)])
def test_an_origin_has_at_most_16_connections(balance: Balance, profiles: int, most: int) -> None:
    changed, waiting, peak = threading.Condition(), 0, 0

    def hold(script: Script, stream: socket.socket) -> None:
        nonlocal waiting, peak
        with changed:
            waiting += 1
            peak = max(peak, waiting)
            changed.notify_all()
            changed.wait_for(lambda: peak >= most, 20)
        time.sleep(0.05)  # one more would come in this time
        with changed:
            waiting -= 1
        script(stream)

    with openrouter(partial(hold, KEY_LIMIT), partial(hold, CREDITS)) as server:
        balance.profiles({f"p{n}": f'provider = "openrouter"\nbase_url = "{server.url}"' for n in range(profiles)})
        ended = balance("check", "--json", "--timeout", "60")
    assert ended.code == Exit.OK
    assert {profile["remaining"] for profile in document(ended, 60)["profiles"]} == {15}
    assert len(server.heard) == 2 * profiles
    assert peak == most


def test_debug_lines_of_requests_sent_together_are_whole(balance: Balance) -> None:
    with openrouter() as server:
        balance.profiles({f"p{n}": f'provider = "openrouter"\nbase_url = "{server.url}"' for n in range(8)})
        ended = balance("check", "--debug", "--json")
    line = rf"balance: debug: p\d: GET {re.escape(server.url)}/api/v1/(key|credits): 200, \d\d bytes, \d\.\d{{3}} s"
    lines = [text for text in ended.err.splitlines() if " GET " in text]
    assert [text for text in lines if not re.fullmatch(line, text)] == []
    assert len(lines) == 16


# An adapter in this process

Answer = Callable[[httpx.Request], httpx.Response]


def replies(status: int = 200, body: bytes = b"{}") -> httpx.Response:
    """Return a response."""
    return httpx.Response(status, stream=httpx.ByteStream(body))


def client_of(answer: Answer) -> httpx.Client:
    """Return a client that answers its own requests."""
    return httpx.Client(transport=httpx.MockTransport(answer))


def spare(connect: Callable[[], httpx.Client], threads: int = 1, connections: int = 1) -> Spawn:
    """Return the spare threads of a run with one origin."""
    return partial(Spare(threads, {"made.up": connections}).start, "made.up", connect)


def made_of(
    read: Callable[[Api], Iterator[Amounts]], answer: Answer, spawn: "Spawn | None" = None, **labels: Any
) -> Verdict:
    """Return the verdict on a profile with this adapter and these labels."""
    provider = MADE_UP._replace(read=read, **labels)
    profile = Profile(name="main", provider=provider, key=KeySource(kind="key", value=(KEY,)))
    run = Run(environment=HERE, deadline=Deadline(30), now=HERE.now())
    with client_of(answer) as client:
        return verdict(profile, run, lambda: client, spawn or spare(partial(client_of, answer)))


def five() -> Amounts:
    """Return a balance."""
    return made_balance("credits", "USD", remaining=5)


SPAWNS: Final = {"a spare thread": None, "no spare thread": send_in_turn}


@pytest.mark.parametrize("spawn", SPAWNS.values(), ids=SPAWNS)
@pytest.mark.parametrize(("status", "expected"), [(200, Status.OK), (418, Status.UNKNOWN), (402, Status.LOW)])
def test_a_response_that_an_adapter_does_not_read_fails_it_all_the_same(
    spawn: "Spawn | None", status: int, expected: Status
) -> None:
    def read(api: Api) -> Iterator[Amounts]:
        api.soon("/ignored")
        yield five()

    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        return replies(status)

    found = made_of(read, answer, spawn)
    assert (found.status, asked, found.attempts) == (expected, ["/ignored"], 1)


@pytest.mark.parametrize("spawn", SPAWNS.values(), ids=SPAWNS)
def test_a_response_can_be_read_twice(spawn: "Spawn | None") -> None:
    def read(api: Api) -> Iterator[Amounts]:
        answer = api.soon("/x")
        assert answer() is answer()
        yield five()

    assert made_of(read, lambda _: replies(), spawn).status is Status.OK


def test_a_bug_in_a_spare_thread_is_reported_like_any_other() -> None:
    def read(api: Api) -> Iterator[Amounts]:
        yield made_balance("credits", "USD", remaining=api.soon("/x", unheard_of=True)()["left"])

    found = made_of(read, lambda _: replies())
    assert found.error
    assert found.error.kind == "unexpected"


def test_without_a_spare_thread_or_connection_requests_are_sent_in_turn() -> None:
    def broken() -> httpx.Client:
        raise Misconfigured("HTTPS_PROXY is not a valid proxy URL", hint="correct HTTPS_PROXY")

    def answer(_: httpx.Request) -> httpx.Response:
        threads.add(threading.current_thread())
        return replies(body=b'{"left": 5}')

    def read(api: Api) -> Iterator[Amounts]:
        first, second = api.soon("/x"), api.soon("/y")
        assert first()["left"] + second()["left"] == 10
        yield five()

    threads: set[threading.Thread] = set()
    connect = partial(client_of, answer)
    for spawn in (spare(connect, threads=0), spare(connect, connections=0), spare(broken)):
        assert made_of(read, answer, spawn).status is Status.OK
    assert threads == {threading.current_thread()}


def test_limits_and_precision_are_the_same_in_every_thread() -> None:
    precisions: list[int] = []
    half = b"{}" + b" " * (1 << 19)

    def read(api: Api) -> Iterator[Amounts]:
        first = api.soon("/x")
        api.get("/y")
        first()
        yield five()

    def envelope(answer: Any) -> Any:
        precisions.append(getcontext().prec)
        return answer

    found = made_of(read, lambda _: replies(body=half))
    assert found.error
    assert found.error.message == "the response is too large"
    assert made_of(read, lambda _: replies(), envelope=envelope).status is Status.OK
    assert precisions == [40, 40]
