"""CUDO Compute: the credit of each billing account."""

from balance_cli.provider import Api, Balances, Unexpected, balance, provider
from balance_cli.text import join_names


@provider(
    name="CUDO Compute",
    group="compute",
    docs="https://www.cudocompute.com/docs",
    env=("CUDO_API_KEY",),
    base="https://rest.compute.cudo.org",
    balances={"ACCOUNT": "USD"},
    options={"billing_account": "the id of a billing account (default: all)"},
    top_up="https://compute.cudo.org",
)
def cudo(api: Api) -> Balances:
    """The credit of each billing account, or of the one that the profile names."""
    accounts = api.get("/v1/billing-accounts")["billingAccounts"]
    wanted = [account for account in accounts if account["id"] == api.options.get("billing_account", account["id"])]
    if not wanted:
        have = join_names(account["id"] for account in accounts)
        raise Unexpected(f"the key's billing accounts are {have}", hint="correct billing_account")
    for account in wanted:
        yield balance(account["displayName"], "USD", remaining=account["creditBalance"]["value"])
