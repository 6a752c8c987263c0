"""Bright Data: the balance of an account."""

from balance_cli.provider import Api, Balances, amount, balance, provider


@provider(
    name="Bright Data",
    group="web",
    docs="https://docs.brightdata.com/api-reference/account-management-api/Get_total_balance_through_API",
    env=("BRIGHTDATA_API_KEY", "BRIGHT_DATA_API_KEY"),
    base="https://api.brightdata.com",
    balances={"balance": "USD", "pending": "USD"},
    top_up="https://brightdata.com/cp",
)
def bright_data(api: Api) -> Balances:
    """The balance minus what is billed at the next cycle, which is also shown as pending."""
    account = api.get("/customer/balance")
    remaining = amount(account["balance"]) - amount(account["pending_balance"])
    yield balance("balance", "USD", remaining=remaining)
    yield balance("pending", "USD", used=account["pending_balance"], gates=False)
