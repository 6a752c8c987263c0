"""Rev AI: the audio that an account may transcribe."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="Rev AI",
    group="media",
    docs="https://docs.rev.ai",
    env=("REVAI_ACCESS_TOKEN",),
    base="https://api.rev.ai",
    balances={"audio": "seconds", "money": "USD"},
    key="access token",
    top_up="https://www.rev.ai",
)
def rev_ai(api: Api) -> Balances:
    """The remaining seconds of audio; newer responses also have the money of the account."""
    account = api.get("/speechtotext/v1/account")
    yield balance("audio", "seconds", remaining=account["balance_seconds"])
    if "total_balance" in account:
        yield balance("money", "USD", remaining=account["total_balance"])
