"""BytePlus: Volcengine outside China, with its own accounts."""

from balance_cli.providers._hmac import BYTEPLUS
from balance_cli.providers.volcengine import volcengine

byteplus = volcengine._replace(
    id="byteplus",
    name="BytePlus",
    docs="https://docs.byteplus.com",
    env=("BYTEPLUS_ACCESSKEY+BYTEPLUS_SECRETKEY", "BYTEPLUS_ACCESS_KEY+BYTEPLUS_SECRET_KEY"),
    base="https://billing.byteplusapi.com",
    sign=BYTEPLUS.sign,
    sells=("Seed", "Seedream", "Seedance", "ModelArk"),
    unit="USD",
    note="The available balance of the account, minus what is frozen or owed; the response does not say its currency.",
    top_up="https://console.byteplus.com/finance",
)
