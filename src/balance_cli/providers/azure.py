"""Azure: the credits of a billing profile, and the budgets of a subscription."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from balance_cli.model import Balance
from balance_cli.provider import UNSAID, Api, Balances, Misconfigured, balance, next_reset, provider, segment
from balance_cli.providers import _budgets
from balance_cli.providers._oauth import fetch_token

SIGN_IN: Final = "https://login.microsoftonline.com"
CREDITS: Final = "/providers/Microsoft.Consumption/credits/balanceSummary"
BUDGETS: Final = "/providers/Microsoft.Consumption/budgets"
VERSION: Final = {"api-version": "2024-08-01"}


def _verify(table: Mapping[str, Any]) -> Iterable[str]:
    if ("billing_account" in table) != ("billing_profile" in table):
        yield "billing_account and billing_profile require each other"


@provider(
    name="Azure budgets",
    group="compute",
    docs="https://learn.microsoft.com/en-us/rest/api/consumption/budgets/list",
    env=("AZURE_CLIENT_ID+AZURE_CLIENT_SECRET",),
    base="https://management.azure.com",
    balances={"credits": "its currency", "BUDGET": "its currency"},
    key="client_id:client_secret",
    auth="&grant_type=client_credentials&client_id={user}&client_secret={secret}&scope=https://management.azure.com/.default",
    sells=("Azure OpenAI", "Microsoft Foundry"),
    options={
        "tenant_id": "the directory of the application",
        "subscription_id": "the subscription with the budgets",
        "billing_account": "the billing account with the credits",
        "billing_profile": "the billing profile with the credits",
        **_budgets.OPTIONS,
    },
    required=("tenant_id",),
    verify=_verify,
    says="error_description",
    top_up="https://portal.azure.com",
)
def azure(api: Api) -> Balances:
    """Credits after the charges of the month, and budgets for costs.

    The application needs the role Cost Management Reader. Its token is fetched with the key for each check; only
    Azure's sign-in gets the key, and only its management gets the token.
    """
    options = {name: segment(value) for name, value in api.options.items()}
    if not {"billing_account", "subscription_id"} & options.keys():
        raise Misconfigured("the profile names no subscription", hint="set subscription_id, or the billing options")
    auth = fetch_token(api, f"{SIGN_IN}/{options['tenant_id']}/oauth2/v2.0/token")
    read_credit = _ask_for_credits(api, options, auth)
    budgets = _get_budgets(api, options, auth)
    if (credit := read_credit()) is not None:
        estimated = credit["properties"]["balanceSummary"]["estimatedBalance"]
        yield balance("credits", estimated["currency"], remaining=estimated["value"])
    yield from budgets


def _ask_for_credits(api: Api, options: Mapping[str, str], auth: str) -> Callable[[], Any]:
    if "billing_account" not in options:
        return lambda: None
    profile = f"{options['billing_account']}/billingProfiles/{options['billing_profile']}"
    path = f"/providers/Microsoft.Billing/billingAccounts/{profile}{CREDITS}"
    return api.soon(path, params=VERSION, auth=auth)


def _get_budgets(api: Api, options: Mapping[str, str], auth: str) -> list[Balance]:
    if "subscription_id" not in options:
        return []
    path = f"/subscriptions/{options['subscription_id']}{BUDGETS}"
    budgets = api.get(path, params=VERSION, auth=auth)["value"]
    found = [budget for budget in budgets if budget["properties"]["category"] == "Cost"]
    return [_read(api, budget) for budget in _budgets.choose(api, found, name="name")]


def _read(api: Api, budget: Mapping[str, Any]) -> Balance:
    """Return the balance of a budget; a new one does not say yet what was spent."""
    about = budget["properties"]
    spent = about.get("currentSpend", {"unit": UNSAID, "amount": UNSAID})
    resets_at = next_reset(about["timeGrain"].lower(), api.now)
    return balance(budget["name"], spent["unit"], used=spent["amount"], limit=about["amount"], resets_at=resets_at)
