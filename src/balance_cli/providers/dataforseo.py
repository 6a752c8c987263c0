"""DataForSEO: the balance of an account."""

from typing import Any, Final

from balance_cli.provider import Api, Balances, balance, coded, provider

ANSWER: Final = coded(20000, "tasks", field="status_code")
TASK: Final = coded(20000, "result", field="status_code")


def _open(answer: Any) -> Any:
    """Return the result: the response and the task in it each have a status."""
    return TASK(ANSWER(answer)[0])[0]


@provider(
    name="DataForSEO",
    group="tool",
    docs="https://docs.dataforseo.com/v3/appendix/user_data/",
    env=("DATAFORSEO_LOGIN+DATAFORSEO_PASSWORD", "DATAFORSEO_USERNAME+DATAFORSEO_PASSWORD"),
    base="https://api.dataforseo.com",
    balances={"balance": "USD"},
    key="login:password",
    auth="Authorization: Basic {basic}",
    envelope=_open,
    codes={40100: 401, 40200: 402, 40202: 429},
    says="status_message",
    top_up="https://app.dataforseo.com",
)
def dataforseo(api: Api) -> Balances:
    """The prepaid balance of the account."""
    yield balance("balance", "USD", remaining=api.get("/v3/appendix/user_data")["money"]["balance"])
