"""The Kie family: credits, in the `data` beside a `code` that counts whatever the HTTP status is."""

from balance_cli.provider import Api, Balances, balance, coded

payload = coded(200)


def credits_left(api: Api, path: str = "/api/v1/chat/credit") -> Balances:
    """Yield the credits that are left; they are no money, and no rate to any is documented."""
    yield balance("credits", "credits", remaining=api.get(path))
