"""Which units a provider's balances can have, as its label says it; what the label leaves open is not ruled out."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from balance_cli.config.profile import Profile
from balance_cli.minimum import Minimum
from balance_cli.provider import Provider
from balance_cli.providers import find, ids
from balance_cli.text import listed, nearest

_CODE: Final = re.compile(r"[A-Za-z]{3}", re.ASCII)
_CURRENCY, _ANY = "its currency", "the profile's"
"""How labels say that the answer, or the profile, says the unit."""


def incomparable(wanted: Minimum, provider: Provider, own: str | None = None) -> str:
    """Return what is wrong with the unit of a profile's amount, nothing where it may be right; it may have its own."""
    if _possible(wanted, provider, own):
        return ""
    known = _known(provider)
    like = nearest(str(wanted.unit), known)
    return f"{wanted} cannot be compared: {provider.name} has balances in {listed(known)}{like}"


def unheard(wanted: Minimum, profiles: Iterable[Profile]) -> str:
    """Return what is wrong with the unit of a default: neither a profile nor any listed provider can have it."""
    if any(_possible(wanted, profile.provider, profile.unit) for profile in profiles):
        return ""
    if any(_possible(wanted, provider) for provider in _listed()):
        return ""
    known = dict.fromkeys(unit for provider in _listed() for unit in _known(provider))
    return f"{wanted} cannot be compared: no provider has balances in {wanted.unit}{nearest(str(wanted.unit), known)}"


def _possible(wanted: Minimum, provider: Provider, own: str | None = None) -> bool:
    """Return whether a provider may answer in a unit: a site of the user's own in any, an account in any currency."""
    unit = (wanted.unit or "%").casefold()
    known = [name.casefold() for name in (*_known(provider), own or "")]
    if unit in {"%", *known} or _ANY in known or not (provider.base and provider.balances):
        return True
    money = any(_CODE.fullmatch(name) or name == _CURRENCY for name in known)
    return money and bool(_CODE.fullmatch(unit))


def _listed() -> Iterator[Provider]:
    """Yield the providers whose labels say their units, loading one after the other."""
    return (one for one in map(find, ids()) if one.base and _ANY not in _known(one))


def _known(provider: Provider) -> list[str]:
    """Return the units that a label names, in its order."""
    return list(dict.fromkeys(name for text in provider.balances.values() for name in re.split(r", | or ", text)))
