"""Providers on loopback that compute the signature of what they received again, and refuse a wrong one."""

import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import quote

from stub import Asked, Stub

SECRET: Final = "sentinel-0123456789"
SESSION: Final = "session-9876543210"
_FRESH: Final = 300
"""The seconds for which a signature is valid."""
_WRONG: Final = {"status": 403, "answer": {"Code": "SignatureDoesNotMatch", "Message": "The signature is wrong."}}
_BUSY: Final = {"status": 503, "headers": {"retry-after": "1"}, "text": ""}
"""After this pause, a signature has another time."""


@dataclass(slots=True, kw_only=True)
class Clerk(Stub):
    """A provider that is busy at first, and responds to a request whose signature is right and new."""

    sign: Callable[[Asked], str]
    response: Mapping[str, Any]
    busy: int = 1
    signatures: list[str] = field(default_factory=list)

    def answer(self, asked: Asked) -> Mapping[str, Any]:
        """Return the response to a request, if it is signed."""
        self.asked.append(asked)
        sent = asked.headers["authorization"]
        if sent in self.signatures or sent != self.sign(asked):
            return _WRONG
        self.signatures.append(sent)
        return _BUSY if len(self.signatures) <= self.busy else self.response


def hash_of(body: bytes) -> str:
    """Return the hash of a body in hexadecimal."""
    return hashlib.sha256(body).hexdigest()


def mac(key: bytes, text: str) -> bytes:
    """Return the HMAC of a text."""
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def is_fresh(time: str, form: str) -> bool:
    """Return whether a time is about now."""
    sent = datetime.strptime(time, form).replace(tzinfo=UTC)
    return abs((datetime.now(UTC) - sent).total_seconds()) < _FRESH


def canonical(asked: Asked, names: str, *, end: str = "") -> str:
    """Return a request as these vendors sign it, from what was received, the host with its port."""
    method, target = asked.line.split()
    path, _, query = target.partition("?")
    lines = [f"{name}:{asked.headers[name]}\n" for name in names.split(";")]
    return "\n".join([method, path + end, query, "".join(lines), names, hash_of(asked.body)])


def aws(asked: Asked) -> str:
    """Sign as AWS does, with a session token."""
    time = asked.headers["x-amz-date"]
    assert is_fresh(time, "%Y%m%dT%H%M%SZ")
    assert asked.headers["x-amz-security-token"] == SESSION
    scope = f"{time[:8]}/us-east-1/budgets/aws4_request"
    names = "content-type;host;x-amz-date;x-amz-security-token;x-amz-target"
    text = f"AWS4-HMAC-SHA256\n{time}\n{scope}\n{hash_of(canonical(asked, names).encode())}"
    key = mac(mac(mac(mac(f"AWS4{SECRET}".encode(), time[:8]), "us-east-1"), "budgets"), "aws4_request")
    signature = mac(key, text).hex()
    return f"AWS4-HMAC-SHA256 Credential=theid/{scope}, SignedHeaders={names}, Signature={signature}"


def tencent(asked: Asked) -> str:
    """Sign as Tencent Cloud does."""
    seconds = asked.headers["x-tc-timestamp"]
    sent = datetime.fromtimestamp(int(seconds), UTC)
    assert abs((datetime.now(UTC) - sent).total_seconds()) < _FRESH
    scope = f"{sent:%Y-%m-%d}/billing/tc3_request"
    text = f"TC3-HMAC-SHA256\n{seconds}\n{scope}\n{hash_of(canonical(asked, 'content-type;host').encode())}"
    key = mac(mac(mac(f"TC3{SECRET}".encode(), f"{sent:%Y-%m-%d}"), "billing"), "tc3_request")
    signature = mac(key, text).hex()
    return f"TC3-HMAC-SHA256 Credential=theid/{scope}, SignedHeaders=content-type;host, Signature={signature}"


def alibaba(asked: Asked) -> str:
    """Sign as Alibaba Cloud does."""
    assert is_fresh(asked.headers["x-acs-date"], "%Y-%m-%dT%H:%M:%SZ")
    assert asked.headers["x-acs-content-sha256"] == hash_of(asked.body)
    names = "host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version"
    signature = mac(SECRET.encode(), f"ACS3-HMAC-SHA256\n{hash_of(canonical(asked, names).encode())}").hex()
    return f"ACS3-HMAC-SHA256 Credential=theid,SignedHeaders={names},Signature={signature}"


def volcengine(asked: Asked, region: str = "cn-beijing") -> str:
    """Sign as Volcengine does."""
    time = asked.headers["x-date"]
    assert is_fresh(time, "%Y%m%dT%H%M%SZ")
    assert asked.headers["x-content-sha256"] == hash_of(asked.body)
    scope, names = f"{time[:8]}/{region}/billing/request", "content-type;host;x-content-sha256;x-date"
    text = f"HMAC-SHA256\n{time}\n{scope}\n{hash_of(canonical(asked, names).encode())}"
    key = mac(mac(mac(mac(SECRET.encode(), time[:8]), region), "billing"), "request")
    return f"HMAC-SHA256 Credential=theid/{scope}, SignedHeaders={names}, Signature={mac(key, text).hex()}"


def byteplus(asked: Asked) -> str:
    """Sign as BytePlus does."""
    return volcengine(asked, "ap-southeast-1")


def huawei(asked: Asked) -> str:
    """Sign as Huawei Cloud does."""
    time = asked.headers["x-sdk-date"]
    assert is_fresh(time, "%Y%m%dT%H%M%SZ")
    request = canonical(asked, "host;x-sdk-date", end="/")
    signature = mac(SECRET.encode(), f"SDK-HMAC-SHA256\n{time}\n{hash_of(request.encode())}").hex()
    return f"SDK-HMAC-SHA256 Access=theid, SignedHeaders=host;x-sdk-date, Signature={signature}"


def baidu(asked: Asked) -> str:
    """Sign as Baidu AI Cloud does."""
    time = asked.headers["x-bce-date"]
    assert is_fresh(time, "%Y-%m-%dT%H:%M:%SZ")
    start = f"bce-auth-v1/theid/{time}/1800"
    method, path = asked.line.split()
    host = quote(asked.headers["host"], safe="")
    text = f"{method}\n{path}\n\nhost:{host}\nx-bce-date:{re.sub(':', '%3A', time)}"
    signature = mac(mac(SECRET.encode(), start).hex().encode(), text).hex()
    return f"{start}/host;x-bce-date/{signature}"
