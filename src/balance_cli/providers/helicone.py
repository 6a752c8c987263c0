"""Helicone: the credits that its gateway spends."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="Helicone",
    group="gateway",
    docs="https://github.com/Helicone/helicone",
    env=("HELICONE_API_KEY",),
    base="https://api.helicone.ai",
    balances={"credits": "USD"},
    unit="USD",
)
def helicone(api: Api) -> Balances:
    """Credits of an organization, less what requests under way may cost; in USD unless `unit` says.

    The answer has no unit: the server's source makes dollars of its cents before it answers. Organizations with a
    credit line may go below zero.
    """
    yield balance("credits", api.unit, remaining=api.get("/v1/credits/balance")["data"]["balance"])
