"""Firecrawl: the credits of a team."""

from balance_cli.provider import Api, Balances, balance, nullable, provider


@provider(
    name="Firecrawl",
    group="tool",
    docs="https://github.com/firecrawl/firecrawl-docs",
    env=("FIRECRAWL_API_KEY",),
    base="https://api.firecrawl.dev",
    balances={"credits": "credits"},
    top_up="https://www.firecrawl.dev/app/billing",
)
def firecrawl(api: Api) -> Balances:
    """The credits of the team: those of the plan, packs and coupons.

    Use cannot be computed from the two amounts, and a self-hosted server reports only what remains.
    """
    team = api.get("/v2/team/credit-usage")["data"]
    yield balance(
        "credits",
        "credits",
        remaining=team["remainingCredits"],
        limit=nullable(team.get("planCredits")),
        resets_at=team.get("billingPeriodEnd"),
    )
