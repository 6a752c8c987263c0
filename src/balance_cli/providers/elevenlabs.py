"""ElevenLabs: the credits of a subscription."""

from balance_cli.provider import Api, Balances, balance, plan, provider


@provider(
    name="ElevenLabs",
    group="media",
    docs="https://elevenlabs.io/docs/api-reference/user/subscription/get",
    env=("ELEVENLABS_API_KEY", "XI_API_KEY"),
    base="https://api.elevenlabs.io",
    balances={"credits": "credits"},
    key="API key with user_read",
    auth="xi-api-key: {key}",
    top_up="https://elevenlabs.io/app/subscription",
)
def elevenlabs(api: Api) -> Balances:
    """The credits of the subscription, without additional credits that can be bought."""
    subscription = api.get("/v1/user/subscription")
    yield plan(subscription["tier"])
    yield balance(
        "credits",
        "credits",
        used=subscription["character_count"],
        limit=subscription["character_limit"],
        resets_at=subscription.get("next_character_count_reset_unix"),
    )
