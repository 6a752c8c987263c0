"""Volcengine: the available balance of an account."""

from balance_cli.provider import Api, Balances, balance, provider, unless
from balance_cli.providers._hmac import VOLCENGINE


@provider(
    name="Volcengine",
    group="compute",
    docs="https://www.volcengine.com/docs/6269/1223898",
    env=("VOLCENGINE_ACCESS_KEY+VOLCENGINE_SECRET_KEY", "VOLC_ACCESSKEY+VOLC_SECRETKEY"),
    base="https://billing.volcengineapi.com",
    balances={"available": "its currency", "cash": "its currency"},
    key="AccessKeyId:SecretAccessKey",
    auth="",
    sign=VOLCENGINE.sign,
    sells=("Doubao", "Ark", "Seed"),
    wrong_keys={"^[0-9a-f]{8}-[0-9a-f-]{27}$": "a key for models (Ark)"},
    unit="CNY",
    envelope=unless("ResponseMetadata.Error", "Result"),
    says="ResponseMetadata.Error",
    top_up="https://console.volcengine.com/finance/fund/recharge",
)
def volcengine(api: Api) -> Balances:
    """The available balance of the account, minus what is frozen or owed; cash is a part of it.

    Older responses do not say the currency, which is then CNY, unless the profile says another.
    """
    account = api.post("/?Action=QueryBalanceAcct&Version=2022-01-01", json={})
    unit = account.get("Currency", api.unit)
    yield balance("available", unit, remaining=account["AvailableBalance"])
    yield balance("cash", unit, remaining=account["CashBalance"], gates=False)
