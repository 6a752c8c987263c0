"""Brevo: the e-mails and text messages of an account."""

from balance_cli.provider import Api, Balances, balance, plan, provider


@provider(
    name="Brevo",
    group="message",
    docs="https://developers.brevo.com/reference/get-account",
    env=("BREVO_API_KEY", "SENDINBLUE_API_KEY"),
    base="https://api.brevo.com",
    balances={"e-mail": "emails", "sms": "credits"},
    auth="api-key: {key}",
    sells=("Sendinblue",),
    top_up="https://app.brevo.com",
)
def brevo(api: Api) -> Balances:
    """The remaining e-mails of the day or of the plan's period; credits for text messages do not gate."""
    plans = api.get("/v3/account")["plan"]
    mail, *_ = [part for part in plans if part["type"] != "sms"]
    yield plan(mail["type"])
    yield balance("e-mail", "emails", remaining=mail["credits"], resets_at=mail.get("endDate"))
    for part in plans:
        if part["type"] == "sms":
            yield balance("sms", "credits", remaining=part["credits"], gates=False)
