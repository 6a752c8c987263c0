"""PixVerse: the credits of an account."""

from collections.abc import Mapping
from uuid import uuid4

from balance_cli.http.unsigned import Unsigned
from balance_cli.keys.secret import Secret
from balance_cli.provider import Api, Balances, amount, balance, coded, provider


def _trace(_: Unsigned, _secret: Secret) -> Mapping[str, str]:
    """Give each request an id of its own, which the vendor requires."""
    return {"ai-trace-id": str(uuid4())}


@provider(
    name="PixVerse",
    group="media",
    docs="https://docs.platform.pixverse.ai/get-user-credit-balance-13778989e0",
    env=("PIXVERSE_API_KEY",),
    base="https://app-api.pixverse.ai",
    balances={"credits": "credits", "monthly": "credits", "package": "credits"},
    auth="API-KEY: {key}",
    sign=_trace,
    envelope=coded(0, "Resp", field="ErrCode"),
    top_up="https://platform.pixverse.ai",
)
def pixverse(api: Api) -> Balances:
    """Credits of the month and of packages, together and separately."""
    account = api.get("/openapi/v2/account/balance")
    monthly, package = amount(account["credit_monthly"]), amount(account["credit_package"])
    yield balance("credits", "credits", remaining=monthly + package)
    yield balance("monthly", "credits", remaining=monthly, gates=False)
    yield balance("package", "credits", remaining=package, gates=False)
