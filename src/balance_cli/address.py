"""Check and build the URLs to which a key is sent."""

from ipaddress import ip_address
from urllib.parse import urlsplit


def check_url(address: str, *, query: bool = False) -> str:
    """Return the URL if a key may be sent to it: https, or http on this machine; with ``query`` it may have a query.

    Otherwise raise ValueError, with a message to append to the name of the setting.
    """
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ValueError("is not a valid URL") from None
    if parts.scheme not in {"https", "http"} or not host or not address.isascii() or not address.isprintable():
        raise ValueError("must be a URL that begins with https://")
    if any(char in address for char in " \\#") or "@" in parts.netloc or ("?" in address and not query):
        raise ValueError("must be a plain address, without user, password or query")
    if parts.scheme == "http" and not _is_loopback(host):
        raise ValueError("must begin with https:// (http is for this machine only: it would send the key unencrypted)")
    return address


def locate(base: str, path: str, *, moved: bool) -> str:
    """Return the URL of a path that starts at the root of the host.

    A base copied from the settings of an SDK may already end in a part of that path (``/v1``, ``/api/v1``): do not
    repeat it. If ``moved`` (the profile has a ``base_url``), the base replaces every host of the provider.
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


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
