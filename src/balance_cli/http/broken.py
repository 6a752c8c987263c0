"""What broke on the way to a provider, in our own words: an exception's text may hold the URL, and with it a key."""

import os
import socket
import ssl
from collections.abc import Iterator
from typing import Final

import httpx

from balance_cli.deadline import Deadline
from balance_cli.errors import Failure, Misconfigured, Unexpected, Unreachable
from balance_cli.text import clean

_PROXIES: Final = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "HTTP_PROXY", "http_proxy")


def late(deadline: Deadline, host: str) -> Failure:
    """Return the failure of a provider that did not answer in time."""
    return Unreachable(f"no answer from {host} within {deadline.seconds:g} s", hint="run again, or raise --timeout")


def broken(error: httpx.HTTPError, host: str, deadline: Deadline) -> Failure:
    """Say in our own words what broke: an exception's text may hold the URL, and with it a key."""
    host = clean(host, 60)
    proxy = next((name for name in _PROXIES if os.environ.get(name)), None)
    hint = f"check the network, and the proxy in {proxy}" if proxy else "check the network"
    if known := next(filter(None, (_cause(cause, host, hint) for cause in _causes(error))), None):
        return known
    match error:
        case httpx.ProxyError():
            return Unreachable(f"the proxy in {proxy} refuses to connect to {host}", hint=f"check {proxy}")
        case httpx.ConnectTimeout():
            return Unreachable(f"no connection to {host} in time", hint=hint, retryable=True)
        case _ if isinstance(error, httpx.TimeoutException) or not deadline.left():
            return late(deadline, host)
        case httpx.RemoteProtocolError() if "without sending a response" not in str(error):
            return Unexpected(f"the answer of {host} is not whole, or not HTTP", hint="is it the right host and port?")
    return Unreachable(f"the connection to {host} broke", hint=hint, retryable=True)


def _cause(cause: BaseException, host: str, hint: str) -> Failure | None:
    """Return the failure behind an exception of the operating system's or of TLS."""
    match cause:
        case ssl.SSLCertVerificationError(verify_code=9 | 10):
            message = f"the certificate of {host} is not valid now: {cause.verify_message}"
            return Unreachable(message, hint="is this machine's clock right?")
        case ssl.SSLCertVerificationError():
            message = f"the certificate of {host} is not trusted: {cause.verify_message}"
            return Unreachable(message, hint="for a private authority set SSL_CERT_FILE")
        case ssl.SSLError():
            reason = clean(cause.reason or "protocol error").replace("_", " ").lower()
            return Unreachable(f"TLS with {host} failed: {reason}", hint="is there a TLS server at that port?")
        case socket.gaierror():
            return Unreachable(f"there is no address for {host}", hint=hint, retryable=True)
        case ConnectionRefusedError():
            return Unreachable(f"{host} refuses the connection", hint=hint, retryable=True)
    return None


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error:
        yield error
        error = error.__cause__ or error.__context__


def bad_proxy(error: Exception) -> Failure:
    """Say which variable httpx stumbled over while it made a client."""
    proxies = {name: value for name in _PROXIES if (value := os.environ.get(name))}
    for name, value in proxies.items():
        if isinstance(error, ImportError) and value.lower().startswith("socks"):
            return Misconfigured(f"{name} names a SOCKS proxy", hint=f"pip install 'httpx[socks]', or unset {name}")
        try:
            httpx.Proxy(value if "://" in value else f"http://{value}")
        except Exception:  # noqa: BLE001 - as above
            return Misconfigured(f"{name} is not the URL of a proxy", hint=f"correct or unset {name}")
    name = "no_proxy" if os.environ.get("no_proxy") else "NO_PROXY"
    return Misconfigured(f"{name} cannot be understood", hint=f"name hosts in {name}, no networks in IPv6")
