"""Describe transport errors in our own words: the text of an exception may contain the URL, and so a key."""

import socket
import ssl
from collections.abc import Iterator, Mapping
from typing import Final

import httpx

from balance_cli.deadline import Deadline
from balance_cli.errors import Failure, Misconfigured, Unexpected, Unreachable
from balance_cli.text import clean

_PROXIES: Final = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy")


def describe_timeout(deadline: Deadline, host: str) -> Failure:
    """Return the failure for a provider that did not respond in time."""
    return Unreachable(f"no response from {host} within {deadline.seconds:g} s", hint="try again, or raise --timeout")


def describe_error(error: httpx.HTTPError, host: str, deadline: Deadline, variables: Mapping[str, str]) -> Failure:
    """Return the failure for a transport error."""
    host = clean(host, 60)
    proxy = next((name for name in _PROXIES if variables.get(name)), None)
    hint = f"check the network and the proxy in {proxy}" if proxy else "check the network"
    if known := next(filter(None, (_describe_cause(cause, host, hint) for cause in _walk_causes(error))), None):
        return known
    match error:
        case httpx.ProxyError():
            return Unreachable(f"the proxy in {proxy} refused to connect to {host}", hint=f"check {proxy}")
        case httpx.ConnectTimeout():
            return Unreachable(f"connecting to {host} timed out", hint=hint, retryable=True)
        case _ if isinstance(error, httpx.TimeoutException) or not deadline.left():
            return describe_timeout(deadline, host)
        case httpx.RemoteProtocolError() if "without sending a response" not in str(error):
            return Unexpected(f"the response from {host} is incomplete or not HTTP", hint="check the host and port")
    return Unreachable(f"the connection to {host} was lost", hint=hint, retryable=True)


def _describe_cause(cause: BaseException, host: str, hint: str) -> Failure | None:
    """Return the failure for an exception of the operating system or of TLS."""
    match cause:
        case ssl.SSLCertVerificationError(verify_code=9 | 10):
            message = f"the certificate of {host} is not currently valid: {cause.verify_message}"
            return Unreachable(message, hint="check this machine's clock")
        case ssl.SSLCertVerificationError():
            message = f"the certificate of {host} is not trusted: {cause.verify_message}"
            return Unreachable(message, hint="for a private CA, set SSL_CERT_FILE")
        case ssl.SSLError():
            reason = clean(cause.reason or "protocol error").replace("_", " ").lower()
            return Unreachable(f"TLS with {host} failed: {reason}", hint="check that the port serves TLS")
        case socket.gaierror():
            return Unreachable(f"cannot resolve {host}", hint=hint, retryable=True)
        case ConnectionRefusedError():
            return Unreachable(f"{host} refused the connection", hint=hint, retryable=True)
    return None


def _walk_causes(error: BaseException | None) -> Iterator[BaseException]:
    while error:
        yield error
        error = error.__cause__ or error.__context__


def describe_bad_proxy(error: Exception, variables: Mapping[str, str]) -> Failure:
    """Return the failure that names the proxy variable on which httpx failed."""
    proxies = {name: value for name in _PROXIES if (value := variables.get(name))}
    for name, value in proxies.items():
        if isinstance(error, ImportError) and value.lower().startswith("socks"):
            return Misconfigured(
                f"{name} is a SOCKS proxy, which needs httpx[socks]",
                hint=f"pip install 'httpx[socks]', or unset {name}",
            )
        try:
            httpx.Proxy(value if "://" in value else f"http://{value}")
        except Exception:  # noqa: BLE001 - httpx raises many kinds
            return Misconfigured(f"{name} is not a valid proxy URL", hint=f"correct or unset {name}")
    name = "no_proxy" if variables.get("no_proxy") else "NO_PROXY"
    return Misconfigured(f"{name} is invalid", hint=f"list hosts in {name}, not IPv6 networks")
