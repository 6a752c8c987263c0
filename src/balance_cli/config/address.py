"""Addresses to which a key may be sent."""

from ipaddress import ip_address
from urllib.parse import urlsplit


def url(address: str, *, query: bool = False) -> str:
    """Return an address to which a key may be sent; raises ValueError, with the end of a sentence, for any other.

    That is one in https, or in http on this machine; with ``query`` it may have a query.
    """
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ValueError("is no URL") from None
    if parts.scheme not in {"https", "http"} or not host or not address.isascii() or not address.isprintable():
        raise ValueError("is a URL that begins with https://")
    if any(char in address for char in " \\#") or "@" in parts.netloc or ("?" in address and not query):
        raise ValueError("is an address alone: no user, no password, no query")
    if parts.scheme == "http" and not _loopback(host):
        raise ValueError("begins with https:// (http only on this machine: a key must not travel in the clear)")
    return address


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
