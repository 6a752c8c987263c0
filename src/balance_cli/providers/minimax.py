"""MiniMax: the weekly and the short windows of a token plan."""

from typing import Any

from balance_cli.provider import Api, Balances, amount, balance, plan, provider, refused


def _payload(answer: Any) -> Any:
    """Return what an answer holds, which some sites wrap; its own status counts, not HTTP's."""
    status = answer["base_resp"]["status_code"]
    if status != 0:
        raise refused({"code": {1004: 401, 1008: 402}.get(status, status), "msg": answer["base_resp"]["status_msg"]})
    return answer if answer.get("data") is None else answer["data"]


@provider(
    name="MiniMax",
    group="model",
    docs="https://api.minimax.io",
    env=("MINIMAX_API_KEY", "MINIMAX_CODING_API_KEY"),
    base="https://api.minimax.io",
    balances={"weekly": "percent", "interval": "percent", "MODEL weekly": "percent", "MODEL interval": "percent"},
    key="token plan key",
    wrong_keys={"^sk-api-": "a pay-as-you-go key, whose balance has no endpoint"},
    envelope=_payload,
)
def minimax(api: Api) -> Balances:
    """What remains of a token plan in its windows; a pay-as-you-go balance cannot be asked for."""
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
            left = _left(row, field)
            if left is not None:
                title = name if model == "general" else f"{model} {name}"
                gates = model == "general"
                yield balance(title, "percent", remaining=left, limit=100, resets_at=row.get(end), gates=gates)


def _left(row: Any, window: str) -> Any:
    """Return the percentage of a window that remains, ``None`` where the plan has no such window.

    Older answers have no status, and their ``usage_count`` is what remains; where both counts are 0 the percentage is.
    """
    if f"{window}_status" in row:
        return None if row[f"{window}_status"] == 3 else row[f"{window}_remaining_percent"]  # noqa: PLR2004 - no limit
    if f"{window}_total_count" not in row:
        return None
    total = amount(row[f"{window}_total_count"])
    return amount(row[f"{window}_usage_count"]) * 100 / total if total > 0 else row[f"{window}_remaining_percent"]
