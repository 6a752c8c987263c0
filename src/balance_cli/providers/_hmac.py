"""Signatures of clouds: one construction, with other constants for each vendor."""

from collections.abc import Mapping
from typing import Final, NamedTuple
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from balance_cli.http.unsigned import Unsigned
from balance_cli.keys.secret import Secret

_COMPACT: Final = "%Y%m%dT%H%M%SZ"
_ISO: Final = "%Y-%m-%dT%H:%M:%SZ"
_SECONDS: Final = "%s"
_EXPIRES: Final = 1800


class Scheme(NamedTuple):
    """The constants of a vendor.

    ``clock`` is the format of the time in the header ``date``. ``signs`` are the headers that are signed if a request
    has them; ``digest``, ``nonce`` and ``session`` are those for the hash of the body, a random text and the third part
    of a key. With a ``scope``, the key of the signature is derived from ``prefix``, the day and the scope; without one,
    the secret is the key. ``dated`` is false if the text to sign does not repeat the time. ``slash`` ends the path, but
    only in the text to sign.
    """

    name: str
    date: str
    clock: str
    signs: tuple[str, ...]
    digest: str = ""
    nonce: str = ""
    session: str = ""
    prefix: str = ""
    day: str = "%Y%m%d"
    scope: tuple[str, ...] = ()
    dated: bool = True
    slash: str = ""
    user: str = "Credential"
    comma: str = ", "

    def sign(self, request: Unsigned, secret: Secret) -> Mapping[str, str]:
        """Return the headers that sign a request."""
        user, key, *session = secret.reveal().split(":")
        added = self._make_headers(request, session)
        headers = {**request.headers, **added}
        names = [name for name in self.signs if name in headers]
        lines = [f"{name}:{headers[name].strip()}" for name in names]
        path, query = canonicalize(request.url)
        canonical = [request.method, path + self.slash, query, *lines, "", ";".join(names), _hash(request.body)]
        scope = [f"{request.now:{self.day}}", *self.scope] if self.scope else []
        start = [self.name, added[self.date] if self.dated else "", "/".join(scope)]
        text = "\n".join(filter(None, [*start, _hash("\n".join(canonical).encode())]))
        derived = (self.prefix + key).encode()
        for part in scope:
            derived = _sign(derived, part)
        signature = _sign(derived, text).hex()
        secret.add(signature)
        said = (f"{self.user}={'/'.join([user, *scope])}", f"SignedHeaders={';'.join(names)}", f"Signature={signature}")
        return {**added, "authorization": f"{self.name} {self.comma.join(said)}"}

    def _make_headers(self, request: Unsigned, session: list[str]) -> dict[str, str]:
        """Return the headers that the signature covers beside those of the request."""
        from uuid import uuid4

        seconds = str(int(request.now.timestamp()))
        added = {self.date: seconds if self.clock == _SECONDS else f"{request.now:{self.clock}}"}
        if self.digest:
            added[self.digest] = _hash(request.body)
        if self.nonce:
            added[self.nonce] = str(uuid4())
        if self.session and session:
            added[self.session] = session[0]
        return added


def canonicalize(url: str) -> tuple[str, str]:
    """Return the path and the query of a URL, both quoted as RFC 3986 says, and the query sorted."""
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    pairs = sorted((quote(name, safe=""), quote(value, safe="")) for name, value in query)
    return quote(unquote(parts.path) or "/"), "&".join(f"{name}={value}" for name, value in pairs)


def sign_baidu(request: Unsigned, secret: Secret) -> Mapping[str, str]:
    """Return the headers that sign a request to Baidu: it quotes values, leaves out the body and chains hex digits."""
    user, key, *session = secret.reveal().split(":")
    path, query = canonicalize(request.url)
    added = {"x-bce-date": f"{request.now:{_ISO}}"}
    if session:
        added["x-bce-security-token"] = session[0]
    signed = {"host": request.headers["host"], **added}
    lines = [f"{name}:{quote(signed[name], safe='')}" for name in signed]
    start = f"bce-auth-v1/{user}/{added['x-bce-date']}/{_EXPIRES}"
    derived = _sign(key.encode(), start).hex()
    signature = _sign(derived.encode(), "\n".join([request.method, path, query, *lines])).hex()
    secret.add(signature)
    return {**added, "authorization": f"{start}/{';'.join(signed)}/{signature}"}


def _hash(body: bytes) -> str:
    from hashlib import sha256

    return sha256(body).hexdigest()


def _sign(key: bytes, text: str) -> bytes:
    from hmac import digest

    return digest(key, text.encode(), "sha256")


AWS_BUDGETS: Final = Scheme(
    "AWS4-HMAC-SHA256",
    date="x-amz-date",
    clock=_COMPACT,
    signs=("content-type", "host", "x-amz-date", "x-amz-security-token", "x-amz-target"),
    session="x-amz-security-token",
    prefix="AWS4",
    scope=("us-east-1", "budgets", "aws4_request"),
)
TENCENT: Final = Scheme(
    "TC3-HMAC-SHA256",
    date="x-tc-timestamp",
    clock=_SECONDS,
    signs=("content-type", "host"),
    session="x-tc-token",
    prefix="TC3",
    day="%Y-%m-%d",
    scope=("billing", "tc3_request"),
)
ALIBABA: Final = Scheme(
    "ACS3-HMAC-SHA256",
    date="x-acs-date",
    clock=_ISO,
    signs=(
        *("host", "x-acs-action", "x-acs-content-sha256", "x-acs-date"),
        *("x-acs-security-token", "x-acs-signature-nonce", "x-acs-version"),
    ),
    digest="x-acs-content-sha256",
    nonce="x-acs-signature-nonce",
    session="x-acs-security-token",
    dated=False,
    comma=",",
)
VOLCENGINE: Final = Scheme(
    "HMAC-SHA256",
    date="x-date",
    clock=_COMPACT,
    signs=("content-type", "host", "x-content-sha256", "x-date", "x-security-token"),
    digest="x-content-sha256",
    session="x-security-token",
    scope=("cn-beijing", "billing", "request"),
)
BYTEPLUS: Final = VOLCENGINE._replace(scope=("ap-southeast-1", "billing", "request"))
HUAWEI: Final = Scheme(
    "SDK-HMAC-SHA256",
    date="x-sdk-date",
    clock=_COMPACT,
    signs=("host", "x-sdk-date", "x-security-token"),
    session="x-security-token",
    slash="/",
    user="Access",
)
JD_CLOUD: Final = Scheme(
    "JDCLOUD3-HMAC-SHA256",
    date="x-jdcloud-date",
    clock=_COMPACT,
    signs=("host", "x-jdcloud-date", "x-jdcloud-nonce"),
    nonce="x-jdcloud-nonce",
    prefix="JDCLOUD3",
    scope=("cn-north-1", "asset", "jdcloud3_request"),
)
