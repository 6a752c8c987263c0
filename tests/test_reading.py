"""From one profile to its verdict, with a made-up provider in this process."""

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal, getcontext
from types import MappingProxyType
from typing import Any, Final

import httpx
import pytest

from balance_cli.amount import balance, plan
from balance_cli.check.one import verdict
from balance_cli.check.verdicts import Run
from balance_cli.config.profile import Profile
from balance_cli.deadline import Deadline
from balance_cli.errors import Failure, Misconfigured, Rejected, Throttled, Unexpected, Unreachable, UsedUp
from balance_cli.exits import Exit
from balance_cli.http.api import Api
from balance_cli.keys.source import KeySource
from balance_cli.minimum import Minimum, parse_minimum
from balance_cli.model import Balance, Plan
from balance_cli.provider import Provider
from balance_cli.providers import find
from balance_cli.verdict import Status, Verdict
from surroundings import HERE

NOW: Final = datetime(2026, 11, 21, 12, tzinfo=UTC)
KEY: Final = "sk-made-up-0123456789"
MADE_UP: Final = find("apertis")._replace(
    id="made-up", name="Made Up", docs="https://made.up/docs", base="https://api.made.up", unit=None, options={},
    key="account key", key_page="", top_up="", wrong_keys={}, unread="",
)  # fmt: skip

Read = Callable[[Api], Iterator[Balance | Plan]]


def profile(read: Read, key: str = KEY, labels: Mapping[str, Any] = MappingProxyType({}), **more: Any) -> Profile:
    """Return a profile of the made-up provider with this adapter and these labels."""
    made = MADE_UP._replace(read=read, **labels)
    return Profile(name="main", provider=made, key=KeySource(kind="key", value=(key,)), **more)


def answering(*items: Balance | Plan | Exception) -> Read:
    """Return an adapter that yields these items, or raises them."""

    def read(_: Api) -> Iterator[Balance | Plan]:
        for item in items:
            if isinstance(item, Exception):
                raise item
            yield item

    return read


def made_of(given: Profile, **more: Any) -> Verdict:
    """Return the verdict on a profile."""
    run = Run(environment=HERE, deadline=Deadline(60), now=NOW, **more)
    answer = httpx.MockTransport(lambda _: httpx.Response(200, stream=httpx.ByteStream(b"{}")))
    with httpx.Client(transport=answer) as client:
        return verdict(given, run, lambda: client)


def failing(given: Profile) -> tuple[Status, str]:
    """Return the status and the message of a failing profile."""
    made = made_of(given)
    assert made.error is not None
    assert made.balances == ()
    return made.status, made.error.describe()


def usd(remaining: Any, **more: Any) -> Balance:
    """Return a balance in USD."""
    return balance("credits", "USD", **({} if remaining is None else {"remaining": remaining}), **more)


def test_a_successful_reading_becomes_a_verdict() -> None:
    made = made_of(profile(answering(usd(5), plan("Pro"), usd(0, gates=False))))
    assert (made.profile, made.provider, made.status, made.plan) == ("main", "made-up", Status.OK, "Pro")
    assert [row.balance.remaining for row in made.balances] == [5, 0]
    assert made.error is None
    assert made.attempts == 0
    assert 0 <= made.elapsed_ms < 10_000
    assert (made.docs, made.top_up) == ("https://made.up/docs", None)
    assert made_of(profile(answering(usd(5), plan(None)))).plan is None
    assert made_of(profile(answering(usd(5)), labels={"top_up": "https://made.up/buy"})).top_up == "https://made.up/buy"
    assert made_of(profile(answering(usd(5)), options={"url": "https://a.example"})).docs is None
    assert made_of(profile(answering(usd(5)), labels={"options": {"team": "x"}})).docs == "https://made.up/docs"
    assert made_of(profile(answering(usd(5)), labels={"docs": ""})).docs is None


def test_the_elapsed_time_is_in_milliseconds() -> None:
    def slow(_: Api) -> Iterator[Balance]:
        time.sleep(0.2)
        yield usd(5)

    assert 200 <= made_of(profile(slow)).elapsed_ms < 20_000


def test_an_adapter_gets_the_settings_of_the_run_and_the_profile() -> None:
    seen: list[Api] = []
    precisions: set[int] = set()

    def read(api: Api) -> Iterator[Balance]:
        seen.append(api)
        precisions.add(getcontext().prec)
        api.get("/x")
        yield usd(5)

    said: list[str] = []
    url, options = "https://relay.example", {"team": "a"}
    made = made_of(profile(read, base_url=url, options=options, unit="CNY"), debug=said.append)
    assert made.status is Status.OK
    assert made.attempts == 1
    [api] = seen
    assert (api.base_url, api.options, api.unit, api.now) == (url, options, "CNY", NOW)
    assert isinstance(api.provider, Provider)
    assert (api.provider.id, api.secret.reveal()) == ("made-up", KEY)
    assert said == [line for line in said if line.startswith("main: GET https://relay.example/x: 200, 2 bytes")]
    made_of(profile(read))
    assert (seen[-1].base_url, seen[-1].unit, seen[-1].debug) == (None, "", None)
    made_of(profile(read, labels={"unit": "credits"}))
    assert seen[-1].unit == "credits"
    assert precisions == {40}
    assert getcontext().prec != 40


def test_debug_output_shows_no_key() -> None:
    said: list[str] = []

    def read(api: Api) -> Iterator[Balance]:
        api.get(f"/{KEY}")
        yield usd(5)

    made_of(profile(read), debug=said.append)
    assert said
    assert KEY not in said[0]


@pytest.mark.parametrize(
    ("read", "said"),
    [
        (answering(), "the response has no balance"),
        (answering(plan("Pro")), "the response has no balance"),
        (answering(usd(5), KeyError("data")), "the response has no data"),
        (answering(IndexError("x")), "the response is not as documented (IndexError)"),
        (answering(TypeError("x")), "the response is not as documented (TypeError)"),
        (answering(ValueError("x")), "the response is not as documented (ValueError)"),
        (answering(ZeroDivisionError("x")), "the response is not as documented (ZeroDivisionError)"),
        (answering(AttributeError("x")), "the response is not as documented (AttributeError)"),
        (answering(*[usd(5)] * 1001), "the response has more than 1000 balances"),
    ],
)
def test_an_undocumented_response_is_unknown(read: Read, said: str) -> None:
    status, words = failing(profile(read))
    assert status is Status.UNKNOWN
    assert words == f"{said} (Made Up documents the response at https://made.up/docs)"


def test_a_key_command_is_limited_by_the_deadline() -> None:
    run = Run(environment=HERE, deadline=Deadline(1), now=NOW)
    slow = profile(answering(usd(5)))._replace(key=KeySource(kind="key_command", value=("sleep", "60")))
    made = verdict(slow, run, lambda: pytest.fail("nobody is asked"))
    assert made.error is not None
    assert "did not finish within 1 s" in made.error.describe()


def test_a_thousand_balances_are_accepted() -> None:
    assert len(made_of(profile(answering(*[usd(5)] * 1000))).balances) == 1000


def test_a_bug_is_reported_as_one() -> None:
    status, words = failing(profile(answering(RuntimeError("x"))))
    assert status is Status.UNKNOWN
    assert "RuntimeError" in words
    assert words.endswith("(please report it)")
    assert made_of(profile(answering(RuntimeError("x")))).error.kind == "unexpected"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("kind", "given", "labels", "code", "hint"),
    [
        (Rejected, {}, {}, Exit.UNKNOWN, "the key is from the config; Made Up needs an account key"),
        (
            Rejected,
            {},
            {"key_page": "https://made.up/keys"},
            Exit.UNKNOWN,
            "the key is from the config; Made Up needs an account key, created at https://made.up/keys",
        ),
        (Rejected, {"hint": "its own"}, {}, Exit.UNKNOWN, "its own"),
        (UsedUp, {}, {}, Exit.LOW, "top up the account"),
        (UsedUp, {}, {"top_up": "https://made.up/buy"}, Exit.LOW, "top up at https://made.up/buy"),
        (Throttled, {}, {}, Exit.UNKNOWN, "wait, or check less often"),
        (Throttled, {"wait": 29.6}, {}, Exit.UNKNOWN, "Made Up asks you to wait 30 s"),
        (Unreachable, {}, {}, Exit.UNKNOWN, "Made Up is having problems: try again later"),
        (Unexpected, {}, {}, Exit.UNKNOWN, "Made Up documents the response at https://made.up/docs"),
        (Misconfigured, {}, {}, Exit.MISCONFIGURED, "Made Up documents the response at https://made.up/docs"),
    ],
)
def test_every_failure_has_a_hint(
    kind: type[Failure], given: dict[str, Any], labels: dict[str, str], code: Exit, hint: str
) -> None:
    made = made_of(profile(answering(kind("no", **given)), labels=labels))
    assert made.status.exit is code
    assert isinstance(made.error, kind)
    assert made.error.describe() == f"no ({hint})"
    assert made.docs == "https://made.up/docs"


def test_a_provider_without_an_endpoint_gets_no_request() -> None:
    status, words = failing(profile(answering(usd(5)), labels={"absent": "look at the page"}))
    assert (status, words) == (Status.MISCONFIGURED, "Made Up has no endpoint for a balance (look at the page)")


def test_a_key_of_the_wrong_kind_is_not_sent() -> None:
    wrong = {"^pk-": "a public key", "admin": "an admin key"}
    for key, kind in (("pk-123", "a public key"), ("sk-admin-1", "an admin key")):
        status, words = failing(profile(answering(usd(5)), key=key, labels={"wrong_keys": wrong}))
        assert status is Status.MISCONFIGURED
        wanted = "Made Up needs an account key"
        assert words == f"the key from the config is {kind}; it was not sent ({wanted})"
    labels = {"wrong_keys": wrong, "key_page": "https://made.up/keys"}
    page = profile(answering(usd(5)), key="pk-123", labels=labels)
    assert failing(page)[1].endswith("needs an account key, created at https://made.up/keys)")
    assert made_of(profile(answering(usd(5)), key="sk-pk-1", labels={"wrong_keys": wrong})).status is Status.OK


def test_without_a_key_no_request_is_sent() -> None:
    made = made_of(profile(answering(usd(5)), key=" "))
    assert (made.status, made.attempts) == (Status.MISCONFIGURED, 0)


@pytest.mark.parametrize(
    ("headline", "budget", "limit", "left"),
    [
        (usd(None, used=30), "100USD", 100, 70),
        (usd(None, used=30), "100usd", 100, 70),
        (usd(None, used=30), "100", 100, 70),
        (usd(None, used=130), "100", 100, -30),
        (usd(50, used=30), "100", 100, 50),
        (usd(90, used=30), "100", 100, 70),
        (usd(None, used=30, limit=50), "100", 50, 20),
        (usd(None, used=30, limit=200), "100", 100, 70),
        (usd(None, used=30, unlimited=True), "100", 100, 70),
    ],
)
def test_a_budget_sets_the_limit(headline: Balance, budget: str, limit: int, left: int) -> None:
    given = profile(answering(headline, usd(7)), budget=parse_minimum(budget))
    first, second = (row.balance for row in made_of(given).balances)
    assert first == headline._replace(limit=Decimal(limit), remaining=Decimal(left), unlimited=False)
    assert second == usd(7)


def test_an_unusable_budget_is_reported() -> None:
    assert failing(profile(answering(usd(5)), budget=parse_minimum("9"))) == (
        Status.MISCONFIGURED,
        "a budget needs the used amount, which credits does not report (remove budget)",
    )
    assert failing(profile(answering(usd(5, used=1)), budget=parse_minimum("9EUR"))) == (
        Status.MISCONFIGURED,
        "the budget is in EUR but credits is in USD (correct the budget)",
    )


def test_a_budget_is_subtracted_exactly() -> None:
    spent = "0." + "1" * 38
    given = profile(answering(usd(None, used=spent)), budget=parse_minimum(f"1{'0' * 15}"))
    left = made_of(given).balances[0].balance.remaining
    assert left == Decimal("999999999999999." + "8" * 37 + "9")


def test_minimums_on_the_command_line_replace_the_profiles() -> None:
    own: tuple[Minimum, ...] = (parse_minimum("10"), parse_minimum("1EUR"))
    given = profile(answering(usd(5)), minimums=own, strict=True)
    assert made_of(given).status is Status.LOW
    strict = profile(answering(usd(5)), minimums=(parse_minimum("1"), parse_minimum("1EUR")), strict=True)
    assert made_of(strict).status is Status.MISCONFIGURED
    assert made_of(strict._replace(strict=False)).status is Status.OK
    assert made_of(strict, minimums=[parse_minimum("5"), parse_minimum("5EUR")]).status is Status.OK
    assert made_of(given, minimums=[parse_minimum("6")]).balances[0].minimum == 6
    assert made_of(given, minimums=[parse_minimum("1")]).status is Status.OK


def test_warnings_and_provider_hints_are_passed_to_the_verdict() -> None:
    [row] = made_of(profile(answering(usd(5))), warnings=[parse_minimum("6")]).balances
    assert row.warning == 6
    assert row.near
    made = made_of(profile(answering(usd(None)), labels={"unread": "ask the account"}), minimums=[parse_minimum("5")])
    assert made.error is not None
    assert made.error.hint == "ask the account"
