"""Hugging Face: a month of Inference Providers."""

from balance_cli.provider import Api, Balances, amount, balance, next_reset, nullable, provider


@provider(
    name="Hugging Face",
    group="gateway",
    docs="https://huggingface.co/docs/inference-providers/pricing",
    env=("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"),
    base="https://huggingface.co",
    balances={"inference": "USD"},
    key="token with Billing read",
    files={"~/.cache/huggingface/token": ""},
    top_up="https://huggingface.co/settings/billing",
)
def huggingface(api: Api) -> Balances:
    """Costs of the month beyond the included credit, against the spending limit if one is set.

    The route is that of the billing page and is undocumented; it does not report the remaining included credit.
    """
    month = api.now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    period = {"startDate": str(int(month.timestamp())), "endDate": str(int(api.now.timestamp()))}
    inference = api.get("/api/settings/billing/usage-v2", params=period)["usage"]["inferenceProviders"]
    yield balance(
        "inference",
        "USD",
        used=max(amount(0), amount(inference["usedNanoUsd"]) - amount(inference["includedNanoUsd"])),
        limit=nullable(inference.get("limitNanoUsd"), zero=True),
        resets_at=next_reset("month", api.now),
        per=10**9,
    )
