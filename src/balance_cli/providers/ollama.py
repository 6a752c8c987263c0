"""Ollama: the windows of a cloud plan."""

from balance_cli.provider import Api, Balances, amount, balance, provider


@provider(
    name="Ollama Cloud",
    group="plan",
    docs="https://github.com/ollama/ollama/issues/12532",
    env=("OLLAMA_API_KEY",),
    base="https://ollama.com",
    balances={"monthly": "percent", "weekly": "percent", "session": "percent"},
    key_page="https://ollama.com/settings/keys",
    top_up="https://ollama.com/upgrade",
    published=False,
)
def ollama(api: Api) -> Balances:
    """The windows of a cloud plan; the vendor has mentioned the route, but does not document it yet.

    Plans since September 2026 have a monthly window, older ones a weekly window and sessions of five hours. The
    response does not say when these reset, or what was bought in addition. A window without ``usage`` is not a limit.
    """
    limits = api.get("/api/usage")["limits"]
    for name in ("monthly", "weekly", "session"):
        window = limits.get(name)
        share = None if window is None else window.get("usage")
        if share is not None:
            yield balance(name, "percent", used=amount(share) * 100, limit=100)
