"""Fish Audio: the credit for its API, and the package for its site."""

from balance_cli.provider import Api, Balances, balance, plan, provider


@provider(
    name="Fish Audio",
    group="media",
    docs="https://docs.fish.audio/api-reference/endpoint/wallet/get-api-credit",
    env=("FISH_API_KEY", "FISH_AUDIO_API_KEY"),
    base="https://api.fish.audio",
    balances={"credit": "USD", "package": "credits"},
    top_up="https://fish.audio/app/billing/",
)
def fish_audio(api: Api) -> Balances:
    """Prepaid credit for the API; a package is for its site, and does not gate."""
    read_package = api.soon("/wallet/self/package", optional=True)
    yield balance("credit", "USD", remaining=api.get("/wallet/self/api-credit")["credit"])
    if (package := read_package()) is not None:
        yield plan(package["type"])
        yield balance("package", "credits", remaining=package["balance"], limit=package["total"], gates=False)
