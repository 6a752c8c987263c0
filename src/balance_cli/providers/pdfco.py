"""PDF.co: the credits of an account."""

from balance_cli.provider import Api, Balances, balance, provider


@provider(
    name="PDF.co",
    group="tool",
    docs="https://docs.pdf.co/api-reference/account-balance-info",
    env=("PDFCO_API_KEY", "PDF_CO_API_KEY"),
    base="https://api.pdf.co",
    balances={"credits": "credits"},
    auth="x-api-key: {key}",
    top_up="https://app.pdf.co",
)
def pdfco(api: Api) -> Balances:
    """The remaining credits."""
    yield balance("credits", "credits", remaining=api.get("/v1/account/credit/balance")["remainingCredits"])
