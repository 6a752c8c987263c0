"""Etherscan: the credits of the day."""

from datetime import timedelta

from balance_cli.provider import Api, Balances, balance, coded, provider


@provider(
    name="Etherscan",
    group="tool",
    docs="https://docs.etherscan.io",
    env=("ETHERSCAN_API_KEY",),
    base="https://api.etherscan.io",
    balances={"credits": "credits"},
    auth="?apikey={key}",
    envelope=coded("1", "result", field="status"),
    says="result",
    top_up="https://etherscan.io/apis",
)
def etherscan(api: Api) -> Balances:
    """The remaining credits of the day or of another interval."""
    params = {"chainid": "1", "module": "getapilimit", "action": "getapilimit"}
    usage = api.get("/v2/api", params=params)
    days, _, clock = usage["intervalExpiryTimespan"].rpartition(".")
    hours, minutes, seconds = map(int, clock.split(":"))
    resets_at = api.now + timedelta(days=int(days or 0), hours=hours, minutes=minutes, seconds=seconds)
    remaining, used, limit = usage["creditsAvailable"], usage["creditsUsed"], usage["creditLimit"]
    yield balance("credits", "credits", remaining=remaining, used=used, limit=limit, resets_at=resets_at)
