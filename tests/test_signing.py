"""Signatures: equal to those of the vendors' own SDKs and documents, and valid over a real socket, on every try."""

import json
import uuid
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest

import clerk
from balance_cli.http.unsigned import Unsigned
from balance_cli.keys.secret import Secret
from balance_cli.provider import Sign
from balance_cli.providers import _hmac, _sha1
from conftest import Balance
from stub import Asked

VECTORS: Final = json.loads((Path(__file__).parent / "signatures.json").read_text("utf-8"))
"""Requests signed by the vendors' own SDKs, with the clock at ``CLOCK``."""
CLOCK: Final = datetime(2026, 11, 20, 12, 34, 56, tzinfo=UTC)
SECRET: Final = "SECRETEXAMPLE"
JSON: Final = {"content-type": "application/json"}
BALANCE: Final = "/?Action=QueryBalanceAcct&Version=2022-01-01"


SDKS: Final[list[tuple[Any, ...]]] = [
    (
        "tencent",
        _hmac.TENCENT.sign,
        f"AKIDEXAMPLE:{SECRET}",
        "POST https://billing.tencentcloudapi.com/",
        {
            "headers": {**JSON, "x-tc-action": "DescribeAccountBalance", "x-tc-version": "2018-07-09"},
            "body": "{}",
        },
        "",
    ),
    (
        "alibaba",
        _hmac.ALIBABA.sign,
        f"LTAIEXAMPLE:{SECRET}",
        "POST https://business.aliyuncs.com/",
        {"headers": {"x-acs-action": "QueryAccountBalance", "x-acs-version": "2017-12-14"}},
        "3156853299f313e23d1673dc12e1703d",
    ),
    (
        "volcengine",
        _hmac.VOLCENGINE.sign,
        f"AKLTEXAMPLE:{SECRET}",
        f"POST https://billing.volcengineapi.com{BALANCE}",
        {"headers": JSON, "body": "{}"},
        "",
    ),
    (
        "volcengine_get",
        _hmac.VOLCENGINE._replace(scope=("cn-north-1", "billing", "request")).sign,
        f"AKLTEXAMPLE:{SECRET}",
        f"GET https://open.volcengineapi.com{BALANCE}",
        {},
        "",
    ),
    (
        "byteplus",
        _hmac.BYTEPLUS.sign,
        f"AKAPEXAMPLE:{SECRET}",
        f"POST https://open.byteplusapi.com{BALANCE}",
        {"headers": JSON, "body": "{}"},
        "",
    ),
    (
        "baidu",
        _hmac.sign_baidu,
        f"ALTAKEXAMPLE:{SECRET}",
        "POST https://billing.baidubce.com/v1/finance/cash/balance",
        {},
        "",
    ),
    (
        "huawei",
        _hmac.HUAWEI.sign,
        f"HUAWEIAKEXAMPLE:{SECRET}",
        "GET https://bss.myhuaweicloud.com/v2/accounts/customer-accounts/balances",
        {},
        "",
    ),
    (
        "aws",
        _hmac.AWS_BUDGETS.sign,
        "AKIDEXAMPLE:wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        "POST https://budgets.amazonaws.com/",
        {
            "headers": {
                "content-type": "application/x-amz-json-1.1",
                "x-amz-target": "AWSBudgetServiceGateway.DescribeBudgets",
            },
            "body": VECTORS["aws"]["body"],
        },
        "",
    ),
    (
        "jdcloud",
        _hmac.JD_CLOUD.sign,
        f"JDCAKEXAMPLE:{SECRET}",
        "GET https://asset.jdcloud-api.com/v1/regions/cn-north-1/assets:describeAccountAmount",
        {},
        "ed558a3b-9808-4edb-8597-187bda63a4f2",
    ),
    (
        "ovh",
        _sha1.sign_ovh,
        "APPKEYEXAMPLE:APPSECRETEXAMPLE:CONSUMERKEYEXAMPLE",
        "GET https://eu.api.ovh.com/1.0/me/credit/balance",
        {},
        "",
    ),
]


def sign(scheme: Sign, key: str, method: str, url: str, *, now: datetime = CLOCK, **more: Any) -> Mapping[str, str]:
    """Return the headers of a signed request."""
    headers = {"host": urlsplit(url).netloc, **more.get("headers", {})}
    body = more.get("body", "").encode()
    unsigned = Unsigned(method=method, url=url, headers=headers, body=body, now=now)
    return {**headers, **scheme(unsigned, Secret(key))}


@pytest.fixture
def nonce(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Make the random text of a signature that of a vector."""
    monkeypatch.setattr(uuid, "uuid4", lambda: request.param)


@pytest.mark.parametrize(("vector", "scheme", "key", "line", "more", "nonce"), SDKS, indirect=["nonce"])
@pytest.mark.usefixtures("nonce")
def test_a_signature_equals_that_of_the_vendors_sdk(
    vector: str, scheme: Sign, key: str, line: str, more: dict[str, Any]
) -> None:
    method, url = line.split()
    wanted = {name.lower(): value for name, value in VECTORS[vector]["headers"].items()}
    assert sign(scheme, key, method, url, **more) == {"host": urlsplit(url).netloc, **wanted}


def test_a_signed_form_equals_that_of_the_vendors_sdk() -> None:
    signed = _sha1.sign_ucloud({"Action": "GetBalance"}, Secret(f"UCLOUDPUBEXAMPLE:{SECRET}"))
    assert signed == VECTORS["ucloud"]["form"]


def test_every_recorded_signature_is_compared() -> None:
    assert {"ucloud", *(row[0] for row in SDKS)} == VECTORS.keys()


@pytest.mark.parametrize("nonce", ["3156853299f313e23d1673dc12e1703d"], indirect=True)
@pytest.mark.usefixtures("nonce")
def test_a_signature_equals_that_in_alibabas_documents() -> None:
    image = "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd"
    signed = sign(
        _hmac.ALIBABA.sign,
        "YourAccessKeyId:YourAccessKeySecret",
        "POST",
        f"https://ecs.cn-shanghai.aliyuncs.com/?RegionId=cn-shanghai&ImageId={image}",
        headers={"x-acs-action": "RunInstances", "x-acs-version": "2014-05-26"},
        now=datetime(2023, 10, 26, 10, 22, 32, tzinfo=UTC),
    )
    assert signed["authorization"].endswith("06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0")


def test_a_signature_equals_that_in_awss_test_suite() -> None:
    signed = sign(
        _hmac.AWS_BUDGETS._replace(scope=("us-east-1", "service", "aws4_request")).sign,
        "AKIDEXAMPLE:wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
        "GET",
        "https://example.amazonaws.com/",
        now=datetime(2015, 8, 30, 12, 36, tzinfo=UTC),
    )
    assert signed["authorization"] == (
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
        "SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"
    )


def test_a_signature_equals_that_in_tencents_documents() -> None:
    signed = sign(
        _hmac.TENCENT._replace(scope=("cvm", "tc3_request")).sign,
        "AKIDz8krbsJ5yKBZQpn74WFkmLPx3*******:Gu5t9xGARNpq86cd98joQYCN3*******",
        "POST",
        "https://cvm.tencentcloudapi.com/",
        headers={"content-type": "application/json; charset=utf-8", "x-tc-action": "describeinstances"},
        body=r'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"], "Name": "instance-name"}]}',
        now=datetime.fromtimestamp(1551113065, UTC),
    )
    assert signed["authorization"].endswith("2230eefd229f582d8b1b891af7107b91597240707d778ab3738f756258d7652c")


BUDGET: Final = {
    "BudgetName": "lab",
    "BudgetType": "COST",
    "TimeUnit": "MONTHLY",
    "BudgetLimit": {"Amount": "20", "Unit": "USD"},
    "CalculatedSpend": {"ActualSpend": {"Amount": "12.5", "Unit": "USD"}},
}
ACCOUNT: Final = {"AvailableBalance": "7.5", "CashBalance": "7.5"}
HUAWEI: Final = {"account_type": 1, "amount": 7.5, "currency": "CNY", "measure_id": 1}
SIGNED: Final[dict[str, tuple[Any, Any, str]]] = {
    "aws": (clerk.aws, {"Budgets": [BUDGET]}, "AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN"),
    "tencent-cloud": (
        clerk.tencent,
        {"Response": {"RealBalance": 750, "RealCreditBalance": 750}},
        "TENCENTCLOUD_SECRET_ID TENCENTCLOUD_SECRET_KEY",
    ),
    "alibaba-cloud": (
        clerk.alibaba,
        {"Success": True, "Data": {"AvailableAmount": "7.5", "AvailableCashAmount": "7.5", "Currency": "CNY"}},
        "ALIBABA_CLOUD_ACCESS_KEY_ID ALIBABA_CLOUD_ACCESS_KEY_SECRET",
    ),
    "volcengine": (
        clerk.volcengine,
        {"ResponseMetadata": {}, "Result": ACCOUNT},
        "VOLCENGINE_ACCESS_KEY VOLCENGINE_SECRET_KEY",
    ),
    "byteplus": (
        clerk.byteplus,
        {"ResponseMetadata": {}, "Result": ACCOUNT},
        "BYTEPLUS_ACCESSKEY BYTEPLUS_SECRETKEY",
    ),
    "baidu-cloud": (clerk.baidu, {"cashBalance": 7.5}, "BCE_ACCESS_KEY_ID BCE_SECRET_ACCESS_KEY"),
    "huawei-cloud": (
        clerk.huawei,
        {"account_balances": [HUAWEI]},
        "HUAWEICLOUD_SDK_AK HUAWEICLOUD_SDK_SK",
    ),
}


def check(balance: Balance, name: str, vendor: clerk.Clerk, key: str) -> Any:
    """Check a provider with a key in its usual variables; return the document of its profile."""
    options = 'account_id = "111122223333"\n' if name == "aws" else ""
    balance.write(f'[profiles.a]\nprovider = "{name}"\nbase_url = "{vendor.url}"\n{options}min = 5\n')
    balance.env.update(zip(SIGNED[name][2].split(), key.split(":"), strict=False))
    return json.loads(balance("check", "--json", "--debug").out)["profiles"][0]


@pytest.mark.parametrize("name", SIGNED)
def test_a_signature_is_valid_at_a_server_on_the_first_try_and_on_a_retry(balance: Balance, name: str) -> None:
    sign, response, _ = SIGNED[name]
    with clerk.Clerk(sign=sign, response={"answer": response}) as vendor:
        found = check(balance, name, vendor, f"theid:{clerk.SECRET}:{clerk.SESSION}")
    assert (found["status"], found["remaining"], found["attempts"]) == ("ok", 7.5, 2), found
    assert len(set(vendor.signatures)) == len(vendor.asked) == 2


@pytest.mark.parametrize("name", SIGNED)
def test_a_wrong_signature_is_rejected(balance: Balance, name: str) -> None:
    sign, response, _ = SIGNED[name]
    with clerk.Clerk(sign=sign, response={"answer": response}) as vendor:
        found = check(balance, name, vendor, f"theid:{clerk.SECRET}x:{clerk.SESSION}")
    assert (found["status"], found["error"]["kind"], len(vendor.asked)) == ("unknown", "rejected", 1)
    assert found["error"]["hint"].endswith("; its signature needs a correct clock")


@pytest.mark.parametrize("name", SIGNED)
def test_a_key_in_two_parts_and_its_signature_are_hidden(balance: Balance, name: str) -> None:
    said: list[str] = []

    def refuse(asked: Asked) -> str:
        said.append(asked.headers["authorization"])
        return "no"

    with Echo(sign=refuse, response={}) as vendor:
        check(balance, name, vendor, f"theid:{clerk.SECRET}:{clerk.SESSION}")
        ended = balance("check", "--debug")
    signature = said[-1][-64:]
    for part in (clerk.SECRET, clerk.SESSION, "theid", signature):
        assert part[:8] not in ended.out + ended.err


class Echo(clerk.Clerk):
    """A provider that repeats the headers of a request in its error."""

    def answer(self, asked: Asked) -> Mapping[str, Any]:
        """Return an error with everything that was received, and with the secret."""
        self.sign(asked)
        names = ("authorization", "x-amz-security-token")
        echo = [asked.headers[name] for name in names if name in asked.headers]
        return {"status": 403, "answer": {"message": f"{clerk.SECRET} {' '.join(echo)[-120:]} theid {echo[0][-64:]}"}}
