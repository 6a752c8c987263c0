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


def locate(base: str, path: str, *, moved: bool) -> str:
    """Return the URL of a path that begins at the host's root.

    A base that users copy from an SDK's settings ends in a part of that path (``/v1``, ``/api/v1``), which is not said
    twice. Where a profile has a ``base_url``, it stands for every host of its provider.
    """
    if "://" in path:
        if not moved:
            return path
        path = path[path.index("/", path.index("://") + 3) :]
    root = base.rstrip("/").removesuffix("/v1")
    prefix = urlsplit(root).path
    if prefix and path.startswith(f"{prefix}/"):
        root = root.removesuffix(prefix)
    return root + path


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
