"""Photoroom: the images of a subscription."""

from balance_cli.provider import Api, Balances, balance, plan, provider


@provider(
    name="Photoroom",
    group="media",
    docs="https://docs.photoroom.com",
    env=("PHOTOROOM_API_KEY",),
    base="https://image-api.photoroom.com",
    balances={"images": "images", "credits": "credits"},
    auth="x-api-key: {key}",
    wrong_keys={"^sandbox_": "a key of the sandbox"},
    codes={400: 404},
    top_up="https://app.photoroom.com/api-dashboard",
)
def photoroom(api: Api) -> Balances:
    """The remaining images of the subscription; older accounts have credits.

    The newer interface answers older accounts with 400.
    """
    account = api.get("/v2/account", missing_ok=True)
    name = "credits" if account is None else "images"
    account = api.get("/v1/account") if account is None else account
    yield plan(account.get("plan"))
    yield balance(name, name, remaining=account[name]["available"], limit=account[name]["subscription"])
