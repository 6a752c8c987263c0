"""OpenCode Go: the windows of a subscription."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="OpenCode Go",
    group="plan",
    docs="https://opencode.ai/docs",
    env=("OPENCODE_API_KEY", "OPENCODE_GO_API_KEY"),
    base="https://opencode.ai",
    balances={"monthly": "percent", "weekly": "percent", "rolling": "percent"},
    files={"~/.local/share/opencode/auth.json": '"opencode-go".key'},
    top_up="https://opencode.ai/auth",
)
def opencode_go(api: Api) -> Balances:
    """The windows of a subscription, in percent; the prepaid balance of Zen has no endpoint."""
    usage = api.get("/zen/go/v1/usage")["usage"]
    for name in ("monthly", "weekly", "rolling"):
        window = usage[name]
        yield balance(
            name,
            "percent",
            used=window["percent"],
            limit=100,
            resets_at=window["resetsAt"],
            blocked=None if window["status"] == "ok" else f"its status is {window['status']}",
        )
