"""Providers of other packages: entry points of the group ``balance_cli.providers``, read only where they are wanted."""

import re
from collections.abc import Mapping
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Final

from balance_cli.config.address import url
from balance_cli.provider import GROUPS, Provider
from balance_cli.text import clean, listed

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP: Final = "balance_cli.providers"
_ID: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)


@cache
def entries() -> Mapping[str, tuple["EntryPoint", ...]]:
    """Return the ids that installed packages name, and the entry points that do, in the order of their packages."""
    from importlib.metadata import entry_points

    found: dict[str, tuple[EntryPoint, ...]] = {}
    named = (entry for entry in entry_points(group=GROUP) if _ID.fullmatch(entry.name))
    for entry in sorted(named, key=package):
        found[entry.name] = (*found.get(entry.name, ()), entry)
    return dict(sorted(found.items()))


def package(entry: "EntryPoint") -> str:
    """Return the name and version of the package that an entry point is from."""
    return clean(f"{entry.dist.name} {entry.dist.version}" if entry.dist else "an unnamed package", 60)


def plugged_in(name: str) -> Provider | None:
    """Return the provider that a package has under this id, ``None`` where none has.

    One that cannot be used says why in ``broken``.
    """
    entry, *others = entries().get(name, (None,))
    if entry is None:
        return None
    if others:
        return _broken(entry, f"{listed(map(package, (entry, *others)))} each have a provider {name}: keep one of them")
    try:
        found = entry.load()
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a stranger's module does, others go on
        return _broken(entry, f"{package(entry)} cannot be imported: {type(error).__name__}: {error}")
    wrong = _wrong(found, name)
    if wrong:
        return _broken(entry, f"{package(entry)}: {wrong}")
    usable: Provider = found
    return usable._replace(package=package(entry), verify=partial(_verify, usable))


def _verify(found: Provider, table: Mapping[str, Any]) -> list[str]:
    """Return what a plug-in finds wrong with a profile; where it fails at that, this is what is wrong."""
    try:
        return [clean(problem) for problem in found.verify(table)]
    except Exception as error:  # noqa: BLE001 - a config with a stranger's profile in it can still be read
        return [f"the plug-in of {found.id} failed here: {type(error).__name__} (please report it)"]


def _broken(entry: "EntryPoint", why: str) -> Provider:
    """Return what stands in for a provider that cannot be used, so that its profiles alone say so."""
    return Provider(
        id=entry.name,
        name=entry.name,
        group="",
        docs="",
        env=("API_KEY",),
        base="",
        balances={},
        unit="",
        note=clean(why),
        package=package(entry),
        broken=clean(why),
    )


def _wrong(found: object, name: str) -> str:
    """Return what is wrong with what a package gives as a provider, as the end of a sentence."""
    if not isinstance(found, Provider):
        return f"{name} is not a provider but {type(found).__name__}"
    if found.id != name:
        return f'the entry point {name} names the provider "{found.id}": name the function {name.replace("-", "_")}'
    if found.group not in GROUPS:
        return f"the group of {name} is none of {listed(GROUPS)}"
    variables = found._asdict()["env"]  # of any type: not every author runs mypy
    if not (isinstance(variables, tuple) and variables):
        return f'the env of {name} is not a tuple of variables, like ("ACME_API_KEY",)'
    if not found.balances:
        return f"{name} names no balances"
    try:
        url(found.base or "https://localhost")
    except ValueError as error:
        return f"the base of {name} {error}"
    return ""
