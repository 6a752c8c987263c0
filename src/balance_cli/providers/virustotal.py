"""VirusTotal: the requests of the day, hour and month."""

from balance_cli.provider import Api, Balances, balance, next_reset, provider


@provider(
    name="VirusTotal",
    group="tool",
    docs="https://docs.virustotal.com",
    env=("VT_API_KEY", "VIRUSTOTAL_API_KEY"),
    base="https://www.virustotal.com",
    balances={"day": "requests", "month": "requests", "hour": "requests"},
    auth="x-apikey: {key}",
    codes={404: 401},
    top_up="https://www.virustotal.com",
)
def virustotal(api: Api) -> Balances:
    """The remaining requests of the day, and of the month and the hour; those of the hour do not gate.

    The key is also the name of the user in the path, so an unknown key is not found there.
    """
    quotas = api.get("/api/v3/users/{key}/overall_quotas")["data"]
    for name, period in (("day", "daily"), ("month", "monthly"), ("hour", "hourly")):
        if name == "day" or f"api_requests_{period}" in quotas:
            quota = quotas[f"api_requests_{period}"]
            pool = quota["user"] if "user" in quota else quota["group"]
            used, limit, resets_at = pool["used"], pool["allowed"], next_reset(name, api.now)
            yield balance(name, "requests", used=used, limit=limit, resets_at=resets_at, gates=name != "hour")
