"""DeepInfra: prepaid money, and the limit of a billing cycle."""

from balance_cli.provider import Api, Balances, amount, balance, flag, provider


@provider(
    name="DeepInfra",
    group="model",
    docs="https://deepinfra.com/docs",
    env=("DEEPINFRA_API_KEY", "DEEPINFRA_TOKEN"),
    base="https://api.deepinfra.com",
    balances={"balance": "USD", "cycle limit": "USD"},
)
def deepinfra(api: Api) -> Balances:
    """Prepaid money less recent use, and the cycle's spending limit where there is one.

    The ledger counts the other way round: what is prepaid is below zero there.
    """
    ledger = api.get("/payment/checklist", params={"compute_owed": "true"})
    owed, limit = amount(ledger["stripe_balance"]) + amount(ledger["recent"]), ledger["limit"]
    blocked = f"suspended: {ledger['suspend_reason']}" if flag(ledger["suspended"], "suspended") else None
    yield balance("balance", "USD", remaining=-owed, blocked=blocked)
    if limit is not None and limit != -1:
        yield balance("cycle limit", "USD", used=ledger["recent"], limit=limit)
