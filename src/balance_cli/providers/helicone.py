"""Helicone: the credits of its gateway."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="Helicone",
    group="gateway",
    docs="https://github.com/Helicone/helicone",
    env=("HELICONE_API_KEY",),
    base="https://api.helicone.ai",
    balances={"credits": "USD"},
    unit="USD",
    top_up="https://us.helicone.ai/credits",
)
def helicone(api: Api) -> Balances:
    """Credits of the organization, minus the possible cost of running requests; in USD by default.

    The response has no unit; according to its source code, the server converts cents to dollars. Organizations with a
    credit line may go below zero.
    """
    yield balance("credits", api.unit, remaining=api.get("/v1/credits/balance")["data"]["balance"])
