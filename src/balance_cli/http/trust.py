"""Whom TLS trusts: the user's SSL_CERT_FILE and SSL_CERT_DIR, else the system, else the certifi bundle."""

import os
import ssl
from pathlib import Path
from typing import Final

from balance_cli.errors import Misconfigured

_SYSTEM: Final = ("/etc/ssl/certs", "/etc/pki/tls/certs", "/etc/openssl/certs")
_HASH: Final = frozenset("0123456789abcdef")
"""What the eight characters are that begin the name of a link by which OpenSSL finds certificates, ``0123abcd.0``."""


def context() -> ssl.SSLContext:
    """Return the context of a run: TLS 1.2 or newer, hosts and certificates verified.

    A directory of hashed links is opened a hundred times faster than a bundle is parsed (python/cpython#95031).
    Raises Misconfigured, naming the variable, where the user's own certificates cannot be read.
    """
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    file, directory = os.environ.get("SSL_CERT_FILE"), os.environ.get("SSL_CERT_DIR")
    if file:
        _load(made, "SSL_CERT_FILE", cafile=file)
    if directory:
        if not any(Path(part).is_dir() for part in directory.split(os.pathsep)):
            raise Misconfigured("SSL_CERT_DIR names no directory", hint="unset SSL_CERT_DIR or correct it")
        _load(made, "SSL_CERT_DIR", capath=directory)
    if file or directory:
        return made
    if hashed := next(filter(_is_hashed, _SYSTEM), None):
        made.load_verify_locations(capath=hashed)
    elif os.name == "nt":
        made.load_default_certs()
    else:
        import certifi

        made.load_verify_locations(cafile=certifi.where())
    return made


def _load(made: ssl.SSLContext, variable: str, *, cafile: str | None = None, capath: str | None = None) -> None:
    try:
        made.load_verify_locations(cafile=cafile, capath=capath)
    except (OSError, ValueError):  # an ssl.SSLError is an OSError
        raise Misconfigured(
            f"{variable} cannot be read as certificates", hint=f"unset {variable} or correct it"
        ) from None


def _is_hashed(directory: str) -> bool:
    try:
        with os.scandir(directory) as entries:
            return any(_is_hash(entry.name) for entry in entries)
    except OSError:
        return False


def _is_hash(name: str) -> bool:
    return len(name) == len("01234567.0") and name.endswith(".0") and _HASH.issuperset(name[:-2])
