"""The Kie family: credits in `data`; `code` decides, whatever the HTTP status is."""

from balance_cli.provider import Api, Balances, balance, coded

payload = coded(200)


def remaining_credits(api: Api, path: str = "/api/v1/chat/credit") -> Balances:
    """Yield the remaining credits; no price in money is documented."""
    yield balance("credits", "credits", remaining=api.get(path))
