"""MiniMax: the weekly and the short windows of a token plan, or a pay-as-you-go balance."""

from typing import Any

from balance_cli.provider import UNSAID, Api, Balances, amount, balance, make_refusal, plan, provider


def _payload(answer: Any) -> Any:
    """Return the payload of a response, which some sites wrap; its own status decides, not the HTTP status."""
    status = answer["base_resp"]["status_code"]
    if status != 0:
        raise make_refusal(
            {"code": {1004: 401, 1008: 402}.get(status, status), "msg": answer["base_resp"]["status_msg"]}
        )
    return answer if answer.get("data") is None else answer["data"]


@provider(
    name="MiniMax",
    group="model",
    docs="https://api.minimax.io",
    env=("MINIMAX_API_KEY", "MINIMAX_CODING_API_KEY"),
    base="https://api.minimax.io",
    balances={
        **dict.fromkeys(("weekly", "interval", "MODEL weekly", "MODEL interval"), "percent"),
        **dict.fromkeys(("available", "cash", "voucher", "credit"), "the profile's"),
    },
    key="token plan or pay-as-you-go key",
    unit="",
    envelope=_payload,
    top_up="https://platform.minimax.io/user-center/payment/balance",
)
def minimax(api: Api) -> Balances:
    """The windows of a token plan, or the balance of a pay-as-you-go key, whose unit the profile sets."""
    if api.has_key("sk-api-"):
        yield from _account(api)
    else:
        yield from _windows(api)


def _account(api: Api) -> Balances:
    """Yield the balance of a pay-as-you-go account; neither site reports its currency."""
    answer, unit = api.get("/account/query_balance"), api.unit or UNSAID
    yield balance("available", unit, remaining=answer["available_amount"])
    for part in ("cash", "voucher", "credit"):
        if f"{part}_balance" in answer:
            yield balance(part, unit, remaining=answer[f"{part}_balance"], gates=False)


def _windows(api: Api) -> Balances:
    answer = api.get("/v1/token_plan/remains", missing_ok=True)
    if answer is None:
        answer = api.get("/v1/api/openplatform/coding_plan/remains")
    yield plan(answer.get("current_subscribe_title"))
    for row in sorted(answer["model_remains"], key=lambda row: row["model_name"] != "general"):
        model = row["model_name"]
        for name, field, end in (
            ("weekly", "current_weekly", "weekly_end_time"),
            ("interval", "current_interval", "end_time"),
        ):
            remaining = _read_remaining(row, field)
            if remaining is not None:
                title = name if model == "general" else f"{model} {name}"
                gates = model == "general"
                yield balance(title, "percent", remaining=remaining, limit=100, resets_at=row.get(end), gates=gates)


def _read_remaining(row: Any, window: str) -> Any:
    """Return the remaining percentage of a window, or ``None`` if the plan has no such window.

    If the response has a percentage, ignore its counts. Older responses have neither a percentage nor a status, and
    their ``usage_count`` is what remains.
    """
    status, percent, total = (f"{window}_{name}" for name in ("status", "remaining_percent", "total_count"))
    if row.get(status) == 3:  # noqa: PLR2004 - no limit
        return None
    if status in row or row.get(percent) is not None:
        return row[percent]
    return amount(row[f"{window}_usage_count"]) * 100 / amount(row[total]) if total in row else None
