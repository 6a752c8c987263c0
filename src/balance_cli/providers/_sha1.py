"""Signatures of clouds with SHA-1 instead of an HMAC."""

from collections.abc import Mapping

from balance_cli.http.unsigned import Unsigned
from balance_cli.keys.secret import Secret


def sign_ovh(request: Unsigned, secret: Secret) -> Mapping[str, str]:
    """Return the headers that sign a request to OVHcloud, with a key ``application:secret:consumer``."""
    application, key, consumer = secret.reveal().split(":")
    seconds = str(int(request.now.timestamp()))
    signature = _hash(f"{key}+{consumer}+{request.method}+{request.url}+{request.body.decode()}+{seconds}")
    secret.add(signature)
    return {
        "x-ovh-application": application,
        "x-ovh-consumer": consumer,
        "x-ovh-timestamp": seconds,
        "x-ovh-signature": f"$1${signature}",
    }


def sign_ucloud(form: Mapping[str, str], secret: Secret) -> Mapping[str, str]:
    """Return a form for UCloud, with the public part of the key and the signature, which knows no time."""
    signed = {**form, "PublicKey": secret.fill("{user}")}
    signature = _hash("".join(f"{name}{signed[name]}" for name in sorted(signed)) + secret.fill("{secret}"))
    secret.add(signature)
    return {**signed, "Signature": signature}


def _hash(text: str) -> str:
    from hashlib import sha1

    return sha1(text.encode(), usedforsecurity=False).hexdigest()
