"""Serper: the remaining credits."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="Serper",
    group="tool",
    docs="https://serper.dev",
    env=("SERPER_API_KEY",),
    base="https://google.serper.dev",
    balances={"credits": "credits"},
    auth="X-API-KEY: {key}",
    top_up="https://serper.dev/billing",
)
def serper(api: Api) -> Balances:
    """The remaining credits; those that were bought expire after six months.

    The vendor does not document this route; the field comes from public code.
    """
    yield balance("credits", "credits", remaining=api.get("/account")["balance"])
