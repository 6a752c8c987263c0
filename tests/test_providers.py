"""Every provider, by data: what was recorded is read exactly, and what is not an answer is never enough."""

import base64
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import pytest

from balance_cli.check import check
from balance_cli.fields import Document
from balance_cli.judge import minimum
from balance_cli.model import Balance, Status, Verdict
from balance_cli.profile import Profile
from balance_cli.provider import Provider, find, ids
from stub import Stub, script

FILES: Final = Path(__file__).parent / "providers"
KEY: Final = "sk-sentinel-0123456789"
NOW: Final = "2026-11-20T10:00:00Z"
NEVER: Final = {"retry-after": "3600"}
SCRIPTS: Final[dict[str, dict[str, Any]]] = {
    file.stem: script(file.read_text("utf-8")) for file in FILES.glob("*.json")
}
CASES: Final = [(name, case) for name in sorted(SCRIPTS) for case in SCRIPTS[name]["cases"]]
NO_ANSWERS: Final[dict[str, tuple[dict[str, Any], set[str]]]] = {
    "401": ({"status": 401, "answer": {"error": {"message": "invalid api key"}}}, {"rejected"}),
    "403": ({"status": 403, "text": "<html>Forbidden</html>"}, {"rejected"}),
    "429": ({"status": 429, "headers": NEVER, "answer": {}}, {"throttled"}),
    "503": ({"status": 503, "headers": NEVER, "text": ""}, {"unreachable"}),
    "418": ({"status": 418, "answer": {"remaining": 100}}, {"unexpected"}),
    "302": ({"status": 302, "headers": {"location": "https://elsewhere.invalid/"}, "text": ""}, {"unexpected"}),
    "an empty body": ({"text": ""}, {"unexpected"}),
    "HTML": (
        {"text": "<!doctype html><title>Sign in</title>", "headers": {"content-type": "text/html"}},
        {"unexpected"},
    ),
    "{}": ({"answer": {}}, {"unexpected"}),
    "[]": ({"answer": []}, {"unexpected"}),
    "null": ({"answer": None}, {"unexpected"}),
    "a number": ({"answer": 100}, {"unexpected"}),
    "an error in a 200": ({"answer": {"error": {"message": "invalid api key", "code": 401}}}, {"rejected"}),
    "no success in a 200": ({"answer": {"success": False, "message": "too late"}}, {"unexpected"}),
}


def profile_of(provider: str, base_url: str, extra: Mapping[str, Any] | None = None) -> Profile:
    """Return a profile as a config would have it."""
    table = {"provider": provider, "base_url": base_url, "key": KEY, **(extra or {})}
    document = Document({"profiles": {"case": table}})
    config = document.config(Path("config.toml"))
    assert not document.problems, document.problems
    return config.profiles[0]


def verdict_of(profile: Profile, now: str = NOW, least: str | None = None) -> Verdict:
    """Return what a real check over a real socket makes of a profile."""
    minimums = [minimum(least)] if least else []
    return check([profile], timeout=10, minimums=minimums, now=datetime.fromisoformat(now)).verdicts[0]


def expected(wanted: Mapping[str, Any]) -> Balance:
    """Return the balance that a script writes down; what it leaves out is not known."""
    amounts = {name: wanted.get(name) for name in ("remaining", "used", "limit")}
    times = {name: wanted.get(name) for name in ("resets_at", "expires_at")}
    values: dict[str, Any] = {
        **{name: None if value is None else Decimal(value) for name, value in amounts.items()},
        **{name: value and datetime.fromisoformat(value).astimezone(UTC) for name, value in times.items()},
        "unlimited": wanted.get("unlimited", False),
        "gates": wanted.get("gates", True),
    }
    return Balance(name=wanted["name"], unit=wanted["unit"], **values)


@pytest.fixture(params=ids())
def provider(request: pytest.FixtureRequest) -> Provider:
    """Every provider in turn."""
    return find(request.param)


@pytest.mark.parametrize(("name", "case"), CASES, ids=[f"{name}: {case['name']}" for name, case in CASES])
def test_a_recorded_answer_is_read_exactly(name: str, case: dict[str, Any]) -> None:
    with Stub(exchanges=case["exchanges"]) as stub:
        verdict = verdict_of(profile_of(name, stub.url, case.get("profile")), case.get("now", NOW))
    assert stub.surprises == []
    if "error" in case:
        assert verdict.error
        assert verdict.error.kind == case["error"]["kind"]
        assert case["error"]["message"] in verdict.error.message
        assert verdict.status in {Status.UNKNOWN, Status.MISCONFIGURED}
        return
    assert verdict.error is None, verdict.error.message
    assert stub.unasked == []
    assert [row.balance for row in verdict.balances] == [expected(wanted) for wanted in case["balances"]]
    assert verdict.plan == case.get("plan")
    assert verdict.status is Status.OK


@pytest.mark.parametrize("case", NO_ANSWERS)
def test_what_is_no_answer_is_unknown(provider: Provider, case: str) -> None:
    answer, kinds = NO_ANSWERS[case]
    with Stub(always=answer) as stub:
        verdict = verdict_of(profile_of(provider.id, stub.url, extra(provider)), least="0")
    assert verdict.status is Status.UNKNOWN
    assert verdict.balances == ()
    assert verdict.error
    assert verdict.error.kind in kinds
    assert verdict.error.hint


def test_the_key_goes_where_it_belongs_and_nowhere_else(provider: Provider) -> None:
    with (
        Stub(always={"answer": {}}) as elsewhere,
        Stub(always={"status": 307, "headers": {"location": elsewhere.url}}) as stub,
    ):
        verdict = verdict_of(profile_of(provider.id, stub.url, extra(provider)))
    assert elsewhere.asked == []
    assert signature(provider) in {f"{name}: {value}" for asked in stub.asked for name, value in asked.headers.items()}
    assert verdict.error
    assert KEY not in verdict.error.message + verdict.error.hint


def test_a_key_that_is_echoed_is_not_shown(provider: Provider) -> None:
    with Stub(always={"status": 400, "answer": {"message": f"{'x' * 185} the key {KEY} is wrong"}}) as stub:
        verdict = verdict_of(profile_of(provider.id, stub.url, extra(provider)))
    assert verdict.error
    assert "sk-sentinel" not in verdict.error.message


def test_every_provider_has_a_label_and_recorded_cases(provider: Provider) -> None:
    assert provider.docs.startswith("https://")
    assert provider.base.startswith("https://") or provider.base == ""
    assert provider.env
    assert provider.key
    assert provider.note.endswith(".")
    cases = SCRIPTS[provider.id]["cases"]
    assert all(case["origin"] for case in cases)
    seen = [balance for case in cases for balance in case.get("balances", ())]
    assert {balance["unit"] for balance in seen if "unit" not in str(cases)} <= {*provider.balances.values()}


def extra(provider: Provider) -> dict[str, Any]:
    """Return the further keys that a profile of this provider cannot do without."""
    found: dict[str, Any] = SCRIPTS[provider.id].get("profile", {})
    return found


def signature(provider: Provider) -> str:
    """Return the header that a request of this provider is signed with."""
    basic = base64.b64encode(KEY.encode()).decode()
    return provider.auth.replace("{key}", KEY).replace("{basic}", basic)


def test_every_file_of_exchanges_belongs_to_a_provider() -> None:
    assert sorted(SCRIPTS) == ids()
