"""ZeroBounce: the credits of an account."""

from balance_cli.provider import Api, Balances, Rejected, amount, balance, provider


@provider(
    name="ZeroBounce",
    group="message",
    docs="https://www.zerobounce.net/docs/email-validation-api-quickstart/v2-credit-balance",
    env=("ZEROBOUNCE_API_KEY", "ZERO_BOUNCE_API_KEY"),
    base="https://api.zerobounce.net",
    balances={"credits": "credits"},
    auth="?api_key={key}",
    top_up="https://www.zerobounce.net",
)
def zerobounce(api: Api) -> Balances:
    """Prepaid credits; the response to a wrong key is -1."""
    credits_ = api.get("/v2/getcredits")["Credits"]
    if amount(credits_) == -1:
        raise Rejected("the response is -1, which means a wrong key")
    yield balance("credits", "credits", remaining=credits_)
