"""The HTTP client of a thread: its headers, its certificates, and no cookies."""

import ssl
from collections.abc import Mapping
from functools import cache
from http.cookiejar import CookieJar
from urllib.request import getproxies

import httpx

from balance_cli import __version__
from balance_cli.http.broken import describe_bad_proxy
from balance_cli.http.kept import Kept


def make_client(context: ssl.SSLContext | None, variables: Mapping[str, str]) -> httpx.Client:
    """Return a client for one thread; without a context it is for HTTP on loopback and uses no proxy."""
    kept = Kept()
    try:
        made = httpx.Client(
            verify=context or ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
            cookies=_NoCookies(),
            trust_env=context is not None and _has_proxy(),
            headers={
                "accept": "application/json",
                "accept-encoding": "identity",
                "user-agent": f"balance-cli/{__version__}",
            },
            event_hooks={"request": [kept.look], "response": [kept.note]},
        )
    except Exception as error:  # noqa: BLE001 - bad proxy variables make httpx raise many kinds
        raise describe_bad_proxy(error, variables) from None
    return made


class _NoCookies(CookieJar):
    """A cookie jar that stays empty: profiles of one origin must not share a session."""

    def extract_cookies(self, *_: object) -> None:
        """Store no cookies."""

    def add_cookie_header(self, *_: object) -> None:
        """Send no cookies."""


@cache
def _has_proxy() -> bool:
    """Return whether any proxy is set; if httpx looks for one, that costs as much as a request for every client."""
    return bool(getproxies())
