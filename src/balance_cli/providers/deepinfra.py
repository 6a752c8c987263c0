"""DeepInfra: prepaid balance, and the limit of a billing cycle."""

from balance_cli.provider import Api, Balances, amount, balance, flag, provider


@provider(
    name="DeepInfra",
    group="model",
    docs="https://deepinfra.com/docs",
    env=("DEEPINFRA_API_KEY", "DEEPINFRA_TOKEN"),
    base="https://api.deepinfra.com",
    balances={"balance": "USD", "cycle limit": "USD"},
    top_up="https://deepinfra.com/dash/billing",
)
def deepinfra(api: Api) -> Balances:
    """Prepaid balance minus recent use, and the spending limit of the billing cycle if there is one.

    In the vendor's ledger the signs are reversed: prepaid money is negative.
    """
    ledger = api.get("/payment/checklist", params={"compute_owed": "true"})
    owed, limit = amount(ledger["stripe_balance"]) + amount(ledger["recent"]), ledger["limit"]
    blocked = f"suspended: {ledger['suspend_reason']}" if flag(ledger["suspended"], "suspended") else None
    yield balance("balance", "USD", remaining=-owed, blocked=blocked)
    if limit is not None and limit != -1:
        yield balance("cycle limit", "USD", used=ledger["recent"], limit=limit)
