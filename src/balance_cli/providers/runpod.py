"""RunPod: the balance of an account, by GraphQL."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="RunPod",
    group="compute",
    docs="https://docs.runpod.io/api-reference-v2/billing/get-the-account-balance",
    env=("RUNPOD_API_KEY",),
    base="https://api.runpod.io",
    balances={"balance": "USD"},
    key="API key that may read GraphQL",
)
def runpod(api: Api) -> Balances:
    """The account's balance; a low one does not stop an account that is invoiced (POSTPAID). GraphQL must be allowed.

    GraphQL does not say which of the two an account is.
    """
    answer = api.post("/graphql", json={"query": "query { myself { clientBalance } }"})
    yield balance("balance", "USD", remaining=answer["data"]["myself"]["clientBalance"])
