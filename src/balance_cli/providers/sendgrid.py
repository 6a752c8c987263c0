"""SendGrid: the e-mails of a plan's period."""

from balance_cli.provider import Api, Balances, amount, balance, provider


@provider(
    name="SendGrid",
    group="message",
    docs="https://www.twilio.com/docs/sendgrid/api-reference/users-api/retrieve-your-credit-balance",
    env=("SENDGRID_API_KEY",),
    base="https://api.sendgrid.com",
    balances={"emails": "emails"},
    key="API key with user.credits.read",
    sells=("Twilio SendGrid",),
    top_up="https://app.sendgrid.com",
)
def sendgrid(api: Api) -> Balances:
    """The remaining e-mails of the period; those sent beyond it are negative."""
    mails = api.get("/v3/user/credits")
    remaining = amount(mails["remain"]) - amount(mails["overage"])
    limit, resets_at = mails["total"], mails.get("next_reset")
    yield balance("emails", "emails", remaining=remaining, used=mails["used"], limit=limit, resets_at=resets_at)
