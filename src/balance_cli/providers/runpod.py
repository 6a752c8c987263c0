"""RunPod: the balance of an account, read with GraphQL."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="RunPod",
    group="compute",
    docs="https://docs.runpod.io/api-reference-v2/billing/get-the-account-balance",
    env=("RUNPOD_API_KEY",),
    base="https://api.runpod.io",
    balances={"balance": "USD"},
    key="API key that may read GraphQL",
    top_up="https://www.console.runpod.io/user/billing",
)
def runpod(api: Api) -> Balances:
    """The balance of the account; a low one does not stop a POSTPAID account. The key must be allowed to use GraphQL.

    GraphQL does not report whether an account is POSTPAID, which means billed by invoice.
    """
    answer = api.post("/graphql", json={"query": "query { myself { clientBalance } }"})
    yield balance("balance", "USD", remaining=answer["data"]["myself"]["clientBalance"])
