"""Every provider, from recorded data: responses are read exactly, and an error response is never ok."""

import copy
import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest

from balance_cli.amount import format_exact
from balance_cli.check.many import check_profiles
from balance_cli.check.one import verdict as check_one
from balance_cli.check.verdicts import Run
from balance_cli.config.fields import Document
from balance_cli.config.profile import Profile
from balance_cli.deadline import Deadline
from balance_cli.http.api import Spawn, send_in_turn
from balance_cli.http.client import make_client
from balance_cli.keys.secret import Secret
from balance_cli.minimum import parse_minimum
from balance_cli.model import Balance
from balance_cli.provider import GROUPS, Provider
from balance_cli.providers import find, ids
from balance_cli.registry import stems
from balance_cli.render import View, render
from balance_cli.text import join_names
from balance_cli.verdict import Report, Status, Verdict
from stub import Asked, Stub, script
from surroundings import HERE, At

FILES: Final = Path(__file__).parent / "providers"
SENTINEL: Final = "sentinel-0123456789"
NOW: Final = "2026-11-20T10:00:00Z"
PATIENCE: Final = 5
"""The seconds for which a response is held back until all requests that do not need it have come."""
NEVER: Final = {"retry-after": "3600"}
SCRIPTS: Final[dict[str, dict[str, Any]]] = {
    file.stem: script(file.read_text("utf-8")) for file in FILES.glob("*.json")
}
CASES: Final = [(name, case) for name in sorted(SCRIPTS) for case in SCRIPTS[name]["cases"]]
SEVERAL: Final = [
    (name, case) for name, case in CASES if any(len(other["exchanges"]) > 1 for other in SCRIPTS[name]["cases"])
]
"""The cases of the providers that take several requests."""
TOGETHER: Final = [(name, case) for name, case in SEVERAL if len(case["exchanges"]) > 1]
ANSWERED: Final = [(name, case) for name, case in CASES if "balances" in case]
NOT_KNOWN: Final = {Status.UNKNOWN, Status.MISCONFIGURED}
UNREAD: Final = [
    (name, case)
    for name, case in ANSWERED
    if find(name).unread and not any("remaining" in row or row.get("unlimited") for row in case["balances"])
]
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


def key_of(name: str) -> str:
    """Return a key of the kind that a provider requires."""
    key: str = SCRIPTS[name].get("key", f"sk-{SENTINEL}")
    assert SENTINEL in key
    return key


def profile_of(name: str, base: str, extra: Mapping[str, Any] | None = None) -> Profile:
    """Return a profile as loaded from a config; ``{base}`` in its values is the server's URL, and null removes one."""
    given = {"key": key_of(name), **SCRIPTS[name].get("profile", {}), **(extra or {})}
    table = {"provider": name, **({} if "url" in given else {"base_url": base}), **given}
    table = {key: value.replace("{base}", base) if isinstance(value, str) else value for key, value in table.items()}
    table = {key: value for key, value in table.items() if value is not None}
    document = Document({"profiles": {"case": table}}, HERE)
    config = document.config(Path("config.toml"))
    assert not document.problems, document.problems
    return config.profiles[0]


def verdict_of(profile: Profile, now: str = NOW, least: str | None = None) -> Verdict:
    """Return the verdict of a real check over a real socket."""
    minimums = [parse_minimum(least)] if least else []
    return check_profiles(At(now), [profile], Deadline(60), minimums=minimums).verdicts[0]


def read(name: str, case: Mapping[str, Any], exchanges: list[dict[str, Any]] | None = None) -> tuple[Verdict, Stub]:
    """Return the verdict on a recorded case, and the server that responded."""
    with Stub(exchanges=case["exchanges"] if exchanges is None else exchanges, patience=PATIENCE) as stub:
        return verdict_of(profile_of(name, stub.url, case.get("profile")), case.get("now", NOW)), stub


def send_ahead(work: Callable[[httpx.Client], None]) -> None:
    """Send a request at once, before any that is sent later."""
    with make_client(None, HERE.variables) as client:
        work(client)


def expected(wanted: Mapping[str, Any]) -> Balance:
    """Return the balance described in a script; what it leaves out is unknown."""
    amounts = {name: wanted.get(name) for name in ("remaining", "used", "limit")}
    times = {name: wanted.get(name) for name in ("resets_at", "expires_at")}
    values: dict[str, Any] = {
        **{name: None if value is None else Decimal(value) for name, value in amounts.items()},
        **{name: value and datetime.fromisoformat(value).astimezone(UTC) for name, value in times.items()},
        "unlimited": wanted.get("unlimited", False),
        "gates": wanted.get("gates", True),
        "window": wanted.get("window"),
    }
    return Balance(name=wanted["name"], unit=wanted["unit"], **values)


@pytest.fixture(params=[name for name in ids() if find(name).key])
def provider(request: pytest.FixtureRequest) -> Provider:
    """Every provider that is asked with a key, in turn."""
    return find(request.param)


@pytest.mark.parametrize(("name", "case"), CASES, ids=[f"{name}: {case['name']}" for name, case in CASES])
def test_a_recorded_response_is_read_exactly(name: str, case: dict[str, Any]) -> None:
    verdict, stub = read(name, case)
    assert stub.surprises == []
    assert stub.unasked == []
    if not as_recorded(verdict, case):
        pytest.fail(f"{name}, {case['name']}: this was read\n\n{record(verdict)}", pytrace=False)
    if verdict.error:
        assert verdict.status in ({Status.LOW} if verdict.error.kind == "used_up" else NOT_KNOWN)
        return
    written = json.loads(render(Report(checked_at=datetime.now(UTC), verdicts=(verdict,)), "json", View()))
    assert [row["unit"] or "" for row in written["profiles"][0]["balances"]] == [
        row["unit"] for row in case["balances"]
    ]
    empty = [row for row in verdict.balances if row.balance.gates and has_nothing(row.balance)]
    assert verdict.status is (Status.LOW if empty else Status.OK)


@pytest.mark.parametrize(("name", "case"), TOGETHER, ids=[f"{name}: {case['name']}" for name, case in TOGETHER])
def test_requests_that_need_no_earlier_response_are_sent_together(name: str, case: dict[str, Any]) -> None:
    _, stub = read(name, case)
    assert stub.alone == [], "ask for these with api.soon, or give the case's later requests their round"


@pytest.mark.parametrize("spawn", [send_ahead, send_in_turn])
@pytest.mark.parametrize(("name", "case"), SEVERAL, ids=[f"{name}: {case['name']}" for name, case in SEVERAL])
def test_a_recorded_response_reads_the_same_in_any_order(name: str, case: dict[str, Any], spawn: Spawn) -> None:
    with Stub(exchanges=case["exchanges"]) as stub, make_client(None, HERE.variables) as client:
        at = At(case.get("now", NOW))
        run = Run(environment=at, deadline=Deadline(60), now=at.now())
        verdict = check_one(profile_of(name, stub.url, case.get("profile")), run, lambda: client, spawn)
    assert stub.surprises == []
    assert as_recorded(verdict, case), record(verdict)


@pytest.mark.parametrize(
    ("name", "case"),
    [(name, case) for name, case in CASES if "canary" in str(case)],
    ids=[f"{name}: {case['name']}" for name, case in CASES if "canary" in str(case)],
)
def test_no_person_is_named_in_any_output(name: str, case: dict[str, Any]) -> None:
    verdict, _ = read(name, case)
    report = Report(checked_at=datetime.now(UTC), verdicts=(verdict,))
    assert not [form for form in stems("render") if "canary" in render(report, form, View(details=True))]


def as_recorded(verdict: Verdict, case: Mapping[str, Any]) -> bool:
    """Return whether a verdict matches a case: its error, or else its plan and balances."""
    if verdict.error:
        wanted = case.get("error", {})
        return verdict.error.kind == wanted.get("kind") and wanted["message"] in verdict.error.message
    rows = [expected(wanted) for wanted in case.get("balances", ())]
    return (
        "error" not in case and [row.balance for row in verdict.balances] == rows and verdict.plan == case.get("plan")
    )


def record(verdict: Verdict) -> str:
    """Return a verdict as it is written in a case, ready to paste."""
    if verdict.error:
        return f'      "error": {dumped({"kind": verdict.error.kind, "message": verdict.error.message})}'
    rows = [f"        {dumped(script_of(row.balance))}" for row in verdict.balances]
    named = [f'      "plan": {dumped(verdict.plan)},'] if verdict.plan else []
    return "\n".join([*named, '      "balances": [', ",\n".join(rows), "      ]"])


def dumped(value: object) -> str:
    """Return a value as JSON on one line."""
    return json.dumps(value, ensure_ascii=False)


def script_of(balance: Balance) -> dict[str, Any]:
    """Return a balance as it is written in a script, without defaults."""
    values = balance._asdict()
    amounts = {name: format_exact(values[name]) for name in ("remaining", "used", "limit") if values[name] is not None}
    times = {
        name: values[name].isoformat().replace("+00:00", "Z") for name in ("resets_at", "expires_at") if values[name]
    }
    usual = {"unlimited": False, "gates": True, "window": None}
    flags = {name: values[name] for name in usual if values[name] != usual[name]}
    return {"name": balance.name, "unit": balance.unit, **amounts, **times, **flags}


def has_nothing(balance: Balance) -> bool:
    """Return whether a balance is empty."""
    return balance.remaining is not None and balance.remaining <= 0


@pytest.mark.parametrize(("name", "case"), ANSWERED, ids=[f"{name}: {case['name']}" for name, case in ANSWERED])
def test_a_response_without_a_field_is_unknown_or_reads_the_same(name: str, case: dict[str, Any]) -> None:
    whole = amounts_of(read(name, case)[0])
    optional = {*SCRIPTS[name].get("optional", ())}
    for path, exchanges in without_one_field(case["exchanges"]):
        verdict, _ = read(name, case, exchanges)
        if verdict.status not in NOT_KNOWN and path not in optional:
            assert amounts_of(verdict) == whole, f"without {path} this reads differently, and is still ok"


def amounts_of(verdict: Verdict) -> list[tuple[Any, ...]]:
    """Return the balances of a verdict without times and used amounts."""
    rows = [row.balance for row in verdict.balances]
    return [(b.name, b.unit, b.remaining, b.limit, b.unlimited, b.gates) for b in rows]


def without_one_field(exchanges: list[dict[str, Any]]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Remove each field of the responses in turn; yield its path and the changed exchanges."""
    for index, exchange in enumerate(exchanges):
        for path in paths(exchange.get("answer")):
            changed = copy.deepcopy(exchanges)
            holder = changed[index]["answer"]
            for step in path[:-1]:
                holder = holder[step]
            del holder[path[-1]]
            yield ".".join("*" if isinstance(step, int) else step for step in path), changed


def paths(answer: Any, above: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the path of every field in a response."""
    items = answer.items() if isinstance(answer, dict) else enumerate(answer) if isinstance(answer, list) else ()
    for step, value in items:
        if isinstance(answer, dict):
            yield (*above, step)
        yield from paths(value, (*above, step))


@pytest.mark.parametrize(("name", "case"), UNREAD, ids=[f"{name}: {case['name']}" for name, case in UNREAD])
def test_a_minimum_is_unknown_if_the_key_does_not_show_the_remaining_amount(name: str, case: dict[str, Any]) -> None:
    with Stub(exchanges=case["exchanges"]) as stub:
        verdict = verdict_of(profile_of(name, stub.url, case.get("profile")), least="0")
    assert verdict.status is Status.UNKNOWN
    assert verdict.error
    assert verdict.error.hint == find(name).unread


@pytest.mark.parametrize("case", NO_ANSWERS)
def test_an_error_response_is_unknown(provider: Provider, case: str) -> None:
    answer, kinds = NO_ANSWERS[case]
    if provider.codes.get(answer.get("status", 200)) == 429:
        kinds = {"throttled"}
    with Stub(always=answer) as stub:
        verdict = verdict_of(profile_of(provider.id, stub.url), least="0")
    assert verdict.status is Status.UNKNOWN
    assert verdict.balances == ()
    assert verdict.error
    assert verdict.error.kind in kinds
    assert verdict.error.hint


def test_the_page_to_top_up_belongs_to_the_vendor(provider: Provider) -> None:
    if provider.group == "own":  # a self-hosted gateway has its own site
        assert provider.top_up == ""
        return
    assert urlsplit(provider.top_up).scheme == "https"
    assert provider.top_up.isascii()
    pages = {domain(page) for page in (provider.docs, provider.key_page)} - {"github.com"}
    assert domain(provider.top_up) in {*pages, domain(provider.base)}


def domain(page: str) -> str:
    """Return the domain that is registered for a page's host; no vendor has one of three parts."""
    return ".".join((urlsplit(page).hostname or "").split(".")[-2:])


def test_the_key_is_sent_only_to_the_provider(provider: Provider) -> None:
    with Stub(always={"answer": {}}) as elsewhere:
        moved = {"status": 307, "headers": {"location": elsewhere.url}}
        with Stub(always=moved) as stub:
            profile = profile_of(provider.id, stub.url)
            verdict = verdict_of(profile)
    assert elsewhere.asked == []
    assert any(has_key(asked, provider) for asked in stub.asked)
    assert verdict.error
    assert SENTINEL not in verdict.error.message + verdict.error.hint


def has_key(asked: Asked, provider: Provider) -> bool:
    """Return whether a request has the key where the label of its provider says."""
    secret = Secret(key_of(provider.id))
    if provider.sign and not provider.auth:
        return secret.fill("{user}") in asked.headers["authorization"]
    match provider.auth[:1]:
        case "?":
            return dict(parse_qsl(secret.fill(provider.auth[1:]))).items() <= dict(parse_qsl(asked.query)).items()
        case "&":
            wanted = dict(parse_qsl(secret.fill(provider.auth[1:])))
            return wanted.items() <= dict(parse_qsl(asked.body.decode())).items()
        case "{":
            wanted = {name: secret.fill(value) for name, value in json.loads(provider.auth).items()}
            return bool(asked.body) and wanted.items() <= json.loads(asked.body).items()
    name, _, value = secret.fill(provider.auth).partition(": ")
    return asked.headers[name] == value


def test_an_echoed_key_is_not_shown(provider: Provider) -> None:
    key = key_of(provider.id)
    with Stub(always={"status": 400, "answer": {"message": f"{'x' * 185} the key {key} is wrong"}}) as stub:
        verdict = verdict_of(profile_of(provider.id, stub.url))
    assert verdict.error
    assert "sentinel" not in verdict.error.message


def test_every_provider_has_complete_labels_and_recorded_cases(provider: Provider) -> None:
    assert provider.docs.startswith("https://")
    assert provider.base == "" or re.fullmatch(r"https://[a-z0-9.-]+", provider.base)
    assert provider.group in GROUPS, f"{provider.id}: its group is none of {join_names(GROUPS)}"
    assert provider.env
    assert provider.key
    made_up = [what for what in ("docs", "base") if ".example" in getattr(provider, what)]
    made_up += ["origin" for case in SCRIPTS[provider.id]["cases"] if ".example" in case["origin"]]
    assert made_up == [], f"{provider.id}: fill in {join_names(made_up)}, which the template has made up"
    assert re.fullmatch(r"[A-Z0-9].*\.", provider.note), f"{provider.id}: its docstring begins with no sentence"
    assert not provider.unread or provider.id in dict(UNREAD)
    cases = SCRIPTS[provider.id]["cases"]
    origins = [case["origin"] for case in cases]
    strange = [text for text in origins if not re.match(r"documented: https://|test data of |composed from ", text)]
    assert strange == [], f"{provider.id}: an origin begins with documented: https://, test data of, or composed from"
    names = [re.sub(r"[A-Z]{2,}", ".+", re.escape(name)) for name in provider.balances]
    seen = [balance["name"] for case in cases for balance in case.get("balances", ())]
    periods = {"day", "week", "total"} if "budget_period" in provider.options else set()
    unknown = [name for name in seen if not any(re.fullmatch(known, name) for known in names)]
    unlabelled = [name for name in unknown if name not in periods]
    assert unlabelled == [], f"{provider.id}: its label does not name the balance {join_names(unlabelled)}"
    unseen = [name for name, known in zip(provider.balances, names, strict=True) if not _any_match(known, seen)]
    assert unseen == [], f"{provider.id}: no case has the balance {join_names(unseen)}, which its label names"


def _any_match(pattern: str, names: list[str]) -> bool:
    return any(re.fullmatch(pattern, name) for name in names)


def test_every_provider_has_a_file_of_recorded_exchanges() -> None:
    assert sorted(SCRIPTS) == [name for name in ids() if find(name).key]
