"""DeepL: the character limits of an account and of a key."""

from collections.abc import Mapping
from typing import Any

from balance_cli.model import Balance
from balance_cli.provider import Api, Balances, balance, first, provider

NO_LIMIT = 1_000_000_000_000


@provider(
    name="DeepL",
    group="tool",
    docs="https://github.com/DeepLcom/openapi",
    env=("DEEPL_AUTH_KEY", "DEEPL_API_KEY"),
    base="https://api.deepl.com",
    balances={"characters": "characters", "key": "characters"},
    key="authentication key of the paid service",
    wrong_keys={":fx$": "a key of the free service, which is the provider deepl-free"},
    auth="Authorization: DeepL-Auth-Key {key}",
    top_up="https://www.deepl.com/your-account/plan",
)
def deepl(api: Api) -> Balances:
    """Characters of the billing period, limited by the plan or by cost control; a key may have its own limit.

    A key limit of zero allows nothing. The responses of some plans do not mention keys.
    """
    usage = api.get("/v2/usage")
    yield _characters("characters", usage)
    keyed = first(usage, "api_key_character_count", "api_key_character_limit") is not None
    if keyed and usage["api_key_character_limit"] != NO_LIMIT:
        yield _characters("key", usage, of="api_key_")


def _characters(name: str, usage: Mapping[str, Any], *, of: str = "") -> Balance:
    limit = usage[f"{of}character_limit"]
    return balance(
        name,
        "characters",
        used=usage[f"{of}character_count"],
        limit=limit,
        unlimited=limit == NO_LIMIT,
        resets_at=usage.get("end_time"),
    )
