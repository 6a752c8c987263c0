"""Vendors that have no balance endpoint, and what to do instead; so they are not mistaken for misspelled names."""

from typing import Final

from balance_cli.provider import Provider

_LIMITS: Final = "Its responses to API calls have rate-limit headers; its console shows the rest."
ABSENT: Final = {
    "groq": ("Groq", _LIMITS),
    "cohere": ("Cohere", "Its API only tells whether a key is valid; its dashboard shows usage."),
    "together": ("Together AI", "Its billing page shows the credit; set up automatic top-up or an alert there."),
    "perplexity": ("Perplexity", "Its API page shows the credit; set up automatic top-up there."),
    "gemini": ("Google Gemini", "Set a budget with alerts in Google Cloud Billing."),
    "vertex": ("Google Vertex AI", "Set a budget with alerts in Google Cloud Billing."),
    "azure-openai": (
        "Azure OpenAI",
        "Set a budget in Azure Cost Management; the provider azure reads it, with the key of an application.",
    ),
    "bedrock": (
        "AWS Bedrock",
        "Set a budget in AWS Budgets; the provider aws reads it, with an access key of the account.",
    ),
    "mistral": ("Mistral", "Only its admin console shows the credits; set a spending limit there."),
    "cerebras": ("Cerebras", _LIMITS),
    "sambanova": ("SambaNova", _LIMITS),
    "nvidia": ("NVIDIA build", "Its site shows the credits."),
    "nebius": ("Nebius", "Its console shows the balance."),
    "ai21": ("AI21", "Its dashboard shows usage."),
    "upstage": ("Upstage", "Its console shows the credit."),
    "friendli": ("Friendli", "Its dashboard shows the credit."),
    "lambda": ("Lambda", "Its dashboard shows usage."),
    "replicate": ("Replicate", "Its billing page shows the credit; set a spending limit there."),
    "portkey": ("Portkey", "Its console shows the budgets of virtual keys; check the providers behind it instead."),
    "glama": ("Glama", "Its site shows the credit."),
    "github-models": ("GitHub Models", _LIMITS),
    "modelscope": ("ModelScope", _LIMITS),
    "assemblyai": ("AssemblyAI", "Its dashboard shows the balance."),
    "civitai": ("Civitai", "Its site shows Buzz."),
    "clipdrop": ("Clipdrop", "Its responses to paid calls include the remaining credits."),
    "brave": ("Brave Search", "Its responses to billed searches include the remaining quota."),
    "hetzner": ("Hetzner", "Its console shows the balance."),
    "google-cloud": (
        "Google Cloud",
        "Set a budget with alerts in Google Cloud Billing; its API has no costs.",
    ),
    "oracle-cloud": ("Oracle Cloud", "Set a budget in its console; its API needs requests signed with an RSA key."),
    "scaleway": ("Scaleway", "Its console shows the costs of the month and the vouchers."),
    "snowflake": ("Snowflake", "Set a resource monitor; reading the balance starts a warehouse, which costs credits."),
    "databricks": ("Databricks", "Set a budget in its account console; only SQL reads the usage."),
    "exoscale": ("Exoscale", "Its console shows the balance."),
    "contabo": ("Contabo", "Its console shows the balance."),
    "render": ("Render", "Its dashboard shows the costs."),
    "fly": ("Fly.io", "Its dashboard shows the costs and the credit."),
    "koyeb": ("Koyeb", "Its console shows the costs."),
    "qiniu": ("Qiniu", "Its console shows the balance."),
    "kingsoft-cloud": ("Kingsoft Cloud", "Its console shows the balance."),
    "e2b": ("E2B", "Its dashboard shows the credit."),
    "opencode-zen": (
        "OpenCode Zen",
        "Its site shows the prepaid balance; a Go subscription is the provider opencode-go.",
    ),
}
_VARIABLES: Final = {
    "cohere": ("CO_API_KEY", "COHERE_API_KEY"),
    "perplexity": ("PERPLEXITY_API_KEY", "PPLX_API_KEY"),
    "gemini": ("GEMINI_API_KEY", "GOOGLE_API_KEY"),
    "bedrock": ("AWS_BEARER_TOKEN_BEDROCK",),
    "friendli": ("FRIENDLI_TOKEN",),
    "replicate": ("REPLICATE_API_TOKEN",),
    "github-models": ("GITHUB_MODELS_TOKEN",),
    "civitai": ("CIVITAI_API_KEY", "CIVITAI_API_TOKEN"),
    "brave": ("BRAVE_API_KEY", "BRAVE_SEARCH_API_KEY"),
    "hetzner": ("HCLOUD_TOKEN",),
    "scaleway": ("SCW_SECRET_KEY",),
    "databricks": ("DATABRICKS_TOKEN",),
    "fly": ("FLY_API_TOKEN",),
    "koyeb": ("KOYEB_TOKEN",),
}
"""The usual variables of keys that have no name of the form ``VENDOR_API_KEY``, or more than one."""


def find_absent(name: str) -> Provider | None:
    """Return the entry of a vendor without an endpoint, or ``None``."""
    if name not in ABSENT:
        return None
    title, instead = ABSENT[name]
    return Provider(
        id=name,
        name=title,
        group="",
        docs="",
        env=_VARIABLES.get(name, (f"{name.upper().replace('-', '_')}_API_KEY",)),
        base="",
        balances={},
        note=f"{title} has no endpoint for a balance. {instead}",
        absent=instead,
    )
