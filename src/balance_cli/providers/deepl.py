"""DeepL: the characters that may still be translated."""

from balance_cli.provider import Api, Balances, balance, provider

NO_LIMIT = 1_000_000_000_000


@provider(
    name="DeepL",
    group="tool",
    docs="https://github.com/DeepLcom/openapi",
    env=("DEEPL_AUTH_KEY", "DEEPL_API_KEY"),
    base="https://api.deepl.com",
    balances={"characters": "characters"},
    key="authentication key of the paid service",
    wrong_keys={":fx$": "a key of the free service, which is the provider deepl-free"},
    auth="Authorization: DeepL-Auth-Key {key}",
)
def deepl(api: Api) -> Balances:
    """Characters of the billing period; a limit set by cost control is the limit."""
    usage = api.get("/v2/usage")
    yield balance(
        "characters",
        "characters",
        used=usage["character_count"],
        limit=usage["character_limit"],
        unlimited=usage["character_limit"] == NO_LIMIT,
        resets_at=usage.get("end_time"),
    )
