"""NeverBounce: the credits of an account."""

from balance_cli.provider import Api, Balances, amount, balance, coded, provider


@provider(
    name="NeverBounce",
    group="message",
    docs="https://developers.neverbounce.com",
    env=("NEVERBOUNCE_API_KEY",),
    base="https://api.neverbounce.com",
    balances={"credits": "credits", "paid": "credits", "free": "credits"},
    auth="?key={key}",
    envelope=coded("success", "credits_info", field="status"),
    top_up="https://app.neverbounce.com",
)
def neverbounce(api: Api) -> Balances:
    """Paid and free credits, together and separately."""
    credits_ = api.get("/v4/account/info")
    paid, free = amount(credits_["paid_credits_remaining"]), amount(credits_["free_credits_remaining"])
    yield balance("credits", "credits", remaining=paid + free)
    yield balance("paid", "credits", remaining=paid, gates=False)
    yield balance("free", "credits", remaining=free, gates=False)
