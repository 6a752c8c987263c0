"""Check amounts against the units that a provider declares; what it leaves open is allowed."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from balance_cli.config.profile import Profile
from balance_cli.minimum import Minimum
from balance_cli.provider import Provider
from balance_cli.providers import find, ids
from balance_cli.text import join_names, suggest_similar

_CODE: Final = re.compile(r"[A-Za-z]{3}", re.ASCII)
_CURRENCY, _ANY = "its currency", "the profile's"
"""How providers declare that the response, or the profile, determines the unit."""


def explain_incomparable(wanted: Minimum, provider: Provider, own: str | None = None) -> str:
    """Say what is wrong with the unit of a profile's amount, or nothing; ``own`` is the ``unit`` of the profile."""
    if _is_possible(wanted, provider, own):
        return ""
    known = _list_units(provider)
    like = suggest_similar(str(wanted.unit), known)
    return f"{wanted} cannot be compared: {provider.name} has balances in {join_names(known)}{like}"


def explain_unknown_unit(wanted: Minimum, profiles: Iterable[Profile]) -> str:
    """Say that no profile and no provider can have the unit of a default, or nothing."""
    if any(_is_possible(wanted, profile.provider, profile.unit) for profile in profiles):
        return ""
    if any(_is_possible(wanted, provider) for provider in _iterate_declaring()):
        return ""
    similar = suggest_similar(str(wanted.unit), list_all_units())
    return f"{wanted} cannot be compared: no provider has balances in {wanted.unit}{similar}"


def list_all_units() -> list[str]:
    """Return the units that providers declare, each once."""
    return list(dict.fromkeys(unit for provider in _iterate_declaring() for unit in _list_units(provider)))


def _is_possible(wanted: Minimum, provider: Provider, own: str | None = None) -> bool:
    """Return whether a provider may have a unit: a self-hosted one any unit, one that has money any currency."""
    unit = (wanted.unit or "%").casefold()
    known = [name.casefold() for name in (*_list_units(provider), own or "")]
    if unit in {"%", *known} or _ANY in known or not (provider.base and provider.balances):
        return True
    money = any(_CODE.fullmatch(name) or name == _CURRENCY for name in known)
    return money and bool(_CODE.fullmatch(unit))


def _iterate_declaring() -> Iterator[Provider]:
    """Yield the providers that declare their units, loading one after the other."""
    return (one for one in map(find, ids()) if one.base and _ANY not in _list_units(one))


def _list_units(provider: Provider) -> list[str]:
    """Return the units that a provider declares, in order."""
    return list(dict.fromkeys(name for text in provider.balances.values() for name in re.split(r", | or ", text)))
