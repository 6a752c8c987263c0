"""The HTTP client of a thread: what it sends, whom it trusts, and that it keeps nothing of an answer."""

import ssl
from functools import cache
from http.cookiejar import CookieJar
from urllib.request import getproxies

import httpx

from balance_cli import __version__
from balance_cli.http.broken import bad_proxy
from balance_cli.http.kept import Kept


def client(context: ssl.SSLContext | None) -> httpx.Client:
    """Return one thread's client; without a context it is for HTTP on loopback, past every proxy."""
    kept = Kept()
    try:
        made = httpx.Client(
            verify=context or ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
            cookies=_NoCookies(),
            trust_env=context is not None and _proxied(),
            headers={
                "accept": "application/json",
                "accept-encoding": "identity",
                "user-agent": f"balance-cli/{__version__}",
            },
            event_hooks={"request": [kept.look], "response": [kept.note]},
        )
    except Exception as error:  # noqa: BLE001 - httpx raises whatever the proxy variables make it stumble over
        raise bad_proxy(error) from None
    return made


class _NoCookies(CookieJar):
    """A jar that looks for no cookies: the profiles of an origin have nothing of each other's."""

    def extract_cookies(self, *_: object) -> None:
        """Take none."""

    def add_cookie_header(self, *_: object) -> None:
        """Give none."""


@cache
def _proxied() -> bool:
    """Return whether there is any proxy; asking httpx to look costs as much as a request, for every client anew."""
    return bool(getproxies())
