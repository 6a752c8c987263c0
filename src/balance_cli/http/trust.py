"""Trusted certificates: the user's SSL_CERT_FILE and SSL_CERT_DIR, else the system's, else certifi's."""

import os
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from balance_cli.errors import Misconfigured

_SYSTEM: Final = ("/etc/ssl/certs", "/etc/pki/tls/certs", "/etc/openssl/certs")
_HASH: Final = frozenset("0123456789abcdef")
"""The characters of the hash in the name of a link by which OpenSSL finds a certificate, ``0123abcd.0``."""


def create_context(variables: Mapping[str, str]) -> ssl.SSLContext:
    """Return the TLS context of a run: TLS 1.2 or newer, with hosts and certificates verified.

    Opening a directory of hashed links is a hundred times faster than parsing a bundle (python/cpython#95031).
    Raise Misconfigured, naming the variable, if the user's own certificates cannot be read.
    """
    trusted = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    file, directory = variables.get("SSL_CERT_FILE"), variables.get("SSL_CERT_DIR")
    if file:
        _load(trusted, "SSL_CERT_FILE", cafile=file)
    if directory:
        if not any(Path(part).is_dir() for part in directory.split(os.pathsep)):
            raise Misconfigured("SSL_CERT_DIR names no existing directory", hint="correct or unset SSL_CERT_DIR")
        _load(trusted, "SSL_CERT_DIR", capath=directory)
    if file or directory:
        return trusted
    if hashed := next(filter(_is_hashed, _SYSTEM), None):
        trusted.load_verify_locations(capath=hashed)
    elif os.name == "nt":
        trusted.load_default_certs()
    else:
        import certifi

        trusted.load_verify_locations(cafile=certifi.where())
    return trusted


def _load(trusted: ssl.SSLContext, variable: str, *, cafile: str | None = None, capath: str | None = None) -> None:
    try:
        trusted.load_verify_locations(cafile=cafile, capath=capath)
    except (OSError, ValueError):  # an ssl.SSLError is an OSError
        raise Misconfigured(f"cannot read certificates from {variable}", hint=f"correct or unset {variable}") from None


def _is_hashed(directory: str) -> bool:
    try:
        with os.scandir(directory) as entries:
            return any(_is_hash(entry.name) for entry in entries)
    except OSError:
        return False


def _is_hash(name: str) -> bool:
    return len(name) == len("01234567.0") and name.endswith(".0") and _HASH.issuperset(name[:-2])
