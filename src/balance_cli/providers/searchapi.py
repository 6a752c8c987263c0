"""SearchApi: the searches of a subscription."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="SearchApi",
    group="tool",
    docs="https://www.searchapi.io/docs/account-api",
    env=("SEARCHAPI_API_KEY",),
    base="https://www.searchapi.io",
    balances={"searches": "searches"},
    top_up="https://www.searchapi.io/pricing",
)
def searchapi(api: Api) -> Balances:
    """The remaining searches of the month."""
    answer = api.get("/api/v1/me")
    account, period = answer["account"], answer.get("subscription", {})
    used, limit, resets_at = account["current_month_usage"], account["monthly_allowance"], period.get("period_end")
    yield balance(
        "searches", "searches", remaining=account["remaining_credits"], used=used, limit=limit, resets_at=resets_at
    )
