"""urlscan.io: the scans and searches of the day."""

from balance_cli.provider import Api, Balances, Rejected, balance, next_reset, provider


@provider(
    name="urlscan.io",
    group="tool",
    docs="https://docs.urlscan.io",
    env=("URLSCAN_API_KEY",),
    base="https://urlscan.io",
    balances={"public scans": "scans", "search": "searches"},
    auth="API-Key: {key}",
    top_up="https://urlscan.io/pricing",
)
def urlscan(api: Api) -> Balances:
    """The remaining public scans of the day, and its searches, which do not gate.

    Without a valid key, the response is about the address of this machine.
    """
    quotas = api.get("/api/v1/quotas")
    if quotas["scope"] == "ip-address":
        raise Rejected("the provider does not recognize the key")
    for name, kind, unit in (("public scans", "public", "scans"), ("search", "search", "searches")):
        day, resets_at = quotas["limits"][kind]["day"], next_reset("day", api.now)
        remaining, used, limit, gates = day["remaining"], day["used"], day["limit"], kind == "public"
        yield balance(name, unit, remaining=remaining, used=used, limit=limit, resets_at=resets_at, gates=gates)
