"""Ollama: the windows of a cloud plan."""

from balance_cli.provider import Api, Balances, amount, balance, provider


@provider(
    name="Ollama Cloud",
    group="model",
    docs="https://github.com/ollama/ollama/issues/12532",
    env=("OLLAMA_API_KEY",),
    base="https://ollama.com",
    balances={"monthly": "percent", "weekly": "percent", "session": "percent"},
    key_page="https://ollama.com/settings/keys",
)
def ollama(api: Api) -> Balances:
    """What remains of a cloud plan's windows; the vendor has named the route, but does not document it yet.

    Plans from September 2026 on have a month, older ones a week and sessions of five hours; when these reset, and what
    was bought beside them, is not said. A window without ``usage`` is no limit.
    """
    limits = api.get("/api/usage")["limits"]
    for name in ("monthly", "weekly", "session"):
        window = limits.get(name)
        share = None if window is None else window.get("usage")
        if share is not None:
            yield balance(name, "percent", used=amount(share) * 100, limit=100)
