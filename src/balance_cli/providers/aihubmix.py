"""AiHubMix: what a key may still spend."""

from decimal import Decimal

from balance_cli.provider import Api, Balances, amount, balance, provider

UNCAPPED = Decimal("-0.000002")


@provider(
    name="AiHubMix",
    group="gateway",
    docs="https://docs.aihubmix.com",
    env=("AIHUBMIX_API_KEY",),
    base="https://aihubmix.com",
    balances={"key": "USD"},
    unread="a key without a limit spends its account's balance, which it may not read: set a limit on the key",
)
def aihubmix(api: Api) -> Balances:
    """What the key may still spend; the account behind it is not asked for.

    The answer calls it ``total_usage``; minus one five-hundred-thousandth stands for a key without a limit,
    which spends the account's balance.
    """
    remaining = amount(api.get("/dashboard/billing/remain")["total_usage"])
    yield balance("key", "USD", remaining=remaining, uncapped=remaining == UNCAPPED)
