"""The free service of DeepL, which has its own host."""

from balance_cli.providers.deepl import deepl

deepl_free = deepl._replace(
    id="deepl-free",
    name="DeepL API Free",
    base="https://api-free.deepl.com",
    env=("DEEPL_FREE_AUTH_KEY", "DEEPL_AUTH_KEY", "DEEPL_API_KEY"),
    key="authentication key of the free service",
    wrong_keys={"(?<!:fx)$": "a key of the paid service, which is the provider deepl"},
)
