"""PDFShift: the credits of a plan."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="PDFShift",
    group="tool",
    docs="https://docs.pdfshift.io",
    env=("PDFSHIFT_API_KEY",),
    base="https://api.pdfshift.io",
    balances={"credits": "credits"},
    auth="X-API-Key: {key}",
    top_up="https://app.pdfshift.io",
)
def pdfshift(api: Api) -> Balances:
    """The remaining credits of the month."""
    usage = api.get("/v3/credits/usage")["credits"]
    yield balance("credits", "credits", remaining=usage["remaining"], used=usage["used"], limit=usage["total"])
