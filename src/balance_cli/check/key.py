"""Read the key of a profile, and refuse one that must not be sent."""

import re
from datetime import datetime

from balance_cli.check.verdicts import Run, describe_key
from balance_cli.config.profile import Profile
from balance_cli.errors import Misconfigured, Rejected
from balance_cli.keys.secret import Secret, require_halves
from balance_cli.times import format_relative


def read_key(profile: Profile, run: Run) -> Secret:
    """Return the key; raise Misconfigured if it is of a wrong kind, which must not be sent."""
    provider = profile.provider
    if provider.broken:
        raise Misconfigured(provider.broken, hint=f"update or uninstall {provider.package}")
    if provider.absent:
        raise Misconfigured(f"{provider.name} has no endpoint for a balance", hint=provider.absent)
    debug = run.debug
    tell = (lambda text: debug(f"{profile.name}: {text}")) if debug else None
    secret = profile.key.read(run.environment, run.deadline, tell)
    if secret.holder is not None:
        _refuse_expired(profile, secret, run.now)
    for pattern, kind in provider.wrong_keys.items():
        if re.search(pattern, secret.reveal()):
            raise Misconfigured(f"the key from {profile.key} is {kind}; it was not sent", hint=describe_key(provider))
    if provider.has_two_part_key:
        require_halves(secret, provider.key)
    return secret


def _refuse_expired(profile: Profile, secret: Secret, now: datetime) -> None:
    """Raise Rejected if another program's file says that its key has expired."""
    from balance_cli.keys.stored import find_expiry

    expires = find_expiry(secret)
    if expires and expires <= now:
        tool = profile.provider.tool
        message = f"the key from {profile.key} expired {format_relative(expires, now)}; it was not sent"
        raise Rejected(message, hint=f"run `{tool}` once" if tool else "use the program that wrote it once")
