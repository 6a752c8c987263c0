"""Fuzzing: a mutated response is unknown, or never gives a larger balance than its numbers allow.

A longer run: `FUZZ=20000 pytest tests/test_fuzz.py`. Its findings become recorded cases in tests/providers.
"""

import copy
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from balance_cli.check.one import verdict
from balance_cli.check.verdicts import Run
from balance_cli.config.fields import Document
from balance_cli.config.load import parse as parse_toml
from balance_cli.config.profile import SHOWN
from balance_cli.encode import dumps
from balance_cli.errors import Unexpected
from balance_cli.minimum import parse_minimum
from balance_cli.providers import ids
from balance_cli.strict import parse_json
from balance_cli.verdict import Status, Verdict
from surroundings import HERE, StillDeadline
from test_providers import ANSWERED, NOW, profile_of

TIMES: Final = int(os.environ.get("FUZZ", "60"))
FUZZED: Final = settings(max_examples=TIMES, deadline=None, suppress_health_check=list(HealthCheck))
BASE: Final = "http://127.0.0.1:1"

strange = st.one_of(
    st.none(),
    st.booleans(),
    st.sampled_from(
        ["", "NaN", "inf", "-1", "1e400", "1,5", "٥", " 5", "0x1", "9" * 60, "12.5", "unlimited", "\ud800\x1b[0m"]
    ),
    st.sampled_from([0, -1, 1, 10**30, 99999999]).map(Decimal),
    st.decimals(-(10**16), 10**16, allow_nan=False, allow_infinity=False),
    st.lists(st.none(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.none(), max_size=1),
    st.sampled_from(["false", "true", "no", "yes", "error", {}, [], {"a": 1}, [1], Decimal(0), Decimal(1)]).map(
        copy.deepcopy
    ),
)


def answered(name: str, case: Mapping[str, Any], answers: list[Any]) -> Verdict:
    """Return the verdict of the real adapter on these responses instead of the recorded ones, without a network."""
    waiting = [dict(exchange, answer=answer) for exchange, answer in zip(case["exchanges"], answers, strict=True)]

    def serve(request: httpx.Request) -> httpx.Response:
        line = f"{request.method} {request.url.raw_path.decode()}"
        for exchange in waiting:
            if exchange["request"] == line:
                waiting.remove(exchange)
                body = exchange["text"].encode() if "text" in exchange else dumps(exchange["answer"]).encode()
                return httpx.Response(exchange.get("status", 200), stream=httpx.ByteStream(body))
        return httpx.Response(404, stream=httpx.ByteStream(b""))

    run = Run(
        environment=HERE,
        deadline=StillDeadline(60),
        now=datetime.fromisoformat(case.get("now", NOW)),
        minimums=[parse_minimum("-1000000000000000")],
    )
    with httpx.Client(transport=httpx.MockTransport(serve)) as client:
        return verdict(profile_of(name, BASE, case.get("profile")), run, lambda: client)


def places(answer: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every place in a response: its container, and its key or index there."""
    if isinstance(answer, dict | list):
        items = answer.items() if isinstance(answer, dict) else enumerate(answer)
        for step, value in list(items):
            yield answer, step
            yield from places(value)


def numbers(value: Any) -> Iterator[Decimal]:
    """Yield the absolute value of every number in a value, including those in its strings."""
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from numbers(item)
    elif isinstance(value, Decimal | int) and not isinstance(value, bool):
        yield abs(Decimal(value))
    elif isinstance(value, str):
        yield from (Decimal(text) for text in re.findall(r"[0-9]+(?:\.[0-9]+)?", value, re.ASCII) if len(text) < 40)


@pytest.mark.parametrize("name", sorted({name for name, _ in ANSWERED}))
@FUZZED
@given(data=st.data())
def test_a_mutated_response_never_gives_more_than_it_says(name: str, data: st.DataObject) -> None:
    case = data.draw(st.sampled_from([case for of, case in ANSWERED if of == name]))
    answers = [copy.deepcopy(exchange.get("answer")) for exchange in case["exchanges"]]
    for _ in range(data.draw(st.integers(1, 3))):
        found = [place for answer in answers for place in places(answer)]
        if not found:
            break
        holder, step = data.draw(st.sampled_from(found))
        match data.draw(st.sampled_from(["drop", "change", "rename"])):
            case "drop":
                del holder[step]
            case "change":
                holder[step] = data.draw(strange)
            case _ if isinstance(holder, dict):
                holder[f"{step}x"] = holder.pop(step)
    made = answered(name, case, answers)
    assert made.error is None or "bug in balance" not in made.error.message, made.error.message
    assert (made.status in {Status.UNKNOWN, Status.MISCONFIGURED}) == (
        made.error is not None
    ) or made.status is Status.LOW
    most = sum(numbers(answers), Decimal(100)) + sum(numbers(case.get("profile", {})), Decimal(0))
    if name in {"new-api", "new-api-account", "one-api"}:  # multiplied by the site's own exchange rate
        most *= max(numbers(answers), default=Decimal(1)) + 1
    for row in made.balances:
        balance = row.balance
        assert balance.remaining is None or balance.remaining <= most, f"{balance.name}: more than was said"
        assert balance.name.isprintable()


@FUZZED
@given(st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_arbitrary_bytes_are_json_or_unexpected(body: bytes) -> None:
    try:
        found = parse_json(body, "text/plain")
    except Unexpected:
        return
    assert found == json.loads(body.decode("utf-8-sig"), parse_float=Decimal)


toml = st.recursive(
    st.one_of(
        st.none().map(lambda _: True), st.integers(), st.text(max_size=8), st.decimals(allow_nan=True), st.dates()
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
keys = st.sampled_from(
    ["provider", "key", "key_env", "key_command", "key_file", "min", "unit", "budget", "base_url", "mim"]
)


@FUZZED
@given(
    st.dictionaries(
        st.sampled_from(["profiles", "defaults", "profile"]) | st.text(max_size=5),
        toml | st.dictionaries(st.text(max_size=5), st.dictionaries(keys, toml | st.sampled_from(ids()), max_size=5)),
    )
)
def test_arbitrary_documents_are_configs_or_reported_as_problems(document: dict[str, Any]) -> None:
    reader = Document(document, HERE)
    config = reader.config(Path("config.toml"))
    assert all(problem.message and problem.message.isprintable() for problem in reader.problems[:SHOWN])
    tables = document.get("profiles")
    if isinstance(tables, dict) and tables and not config.profiles:
        assert reader.problems


@FUZZED
@given(st.text(max_size=300))
def test_arbitrary_text_is_toml_or_an_error(text: str) -> None:
    with suppress(ValueError):
        parse_toml(text)
