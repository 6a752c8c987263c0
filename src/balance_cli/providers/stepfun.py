"""StepFun: the balance of an account."""

from balance_cli.provider import Api, Balances, balance, plan, provider


@provider(
    name="StepFun",
    group="model",
    docs="https://platform.stepfun.com/docs/zh/api-reference/accounts/get",
    env=("STEPFUN_API_KEY", "STEP_API_KEY"),
    base="https://api.stepfun.com",
    balances={"balance": "CNY"},
    top_up="https://platform.stepfun.com/account-overview",
)
def stepfun(api: Api) -> Balances:
    """The balance of the account; for a postpaid account it means something else, and does not gate.

    The other two totals in the response are everything that was ever topped up or granted.
    """
    account = api.get("/v1/accounts")
    yield plan(account["type"])
    yield balance("balance", "CNY", remaining=account["balance"], gates=account["type"] != "postpaid")
