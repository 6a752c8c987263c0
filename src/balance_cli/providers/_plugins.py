"""Load providers of other packages: entry points of the group ``balance_cli.providers``, read only when needed."""

import re
from collections.abc import Mapping
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Final

from balance_cli.address import check_url
from balance_cli.provider import GROUPS, Provider
from balance_cli.text import clean, join_names

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

GROUP: Final = "balance_cli.providers"
_ID: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*", re.ASCII)
_PAGE: Final = re.compile(r"https://[!-~]+", re.ASCII)


@cache
def find_entries() -> Mapping[str, tuple["EntryPoint", ...]]:
    """Map the ids that installed packages declare to their entry points, in the order of the packages."""
    from importlib.metadata import entry_points

    found: dict[str, tuple[EntryPoint, ...]] = {}
    named = (entry for entry in entry_points(group=GROUP) if _ID.fullmatch(entry.name))
    for entry in sorted(named, key=name_package):
        found[entry.name] = (*found.get(entry.name, ()), entry)
    return dict(sorted(found.items()))


def name_package(entry: "EntryPoint") -> str:
    """Return the name and version of an entry point's package."""
    return clean(f"{entry.dist.name} {entry.dist.version}" if entry.dist else "an unnamed package", 60)


def find_plugin(name: str) -> Provider | None:
    """Return the plug-in with this id, or ``None``; if it cannot be used, ``broken`` says why."""
    entry, *others = find_entries().get(name, (None,))
    if entry is None:
        return None
    if others:
        packages = join_names(map(name_package, (entry, *others)))
        return _make_broken(entry, f"{packages} all have a provider {name}: keep one of them")
    try:
        found = entry.load()
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a plug-in may raise anything; others must go on
        return _make_broken(entry, f"{name_package(entry)} cannot be imported: {type(error).__name__}: {error}")
    problem = _find_problem(found, name)
    if problem:
        return _make_broken(entry, f"{name_package(entry)}: {problem}")
    usable: Provider = found
    return usable._replace(package=name_package(entry), verify=partial(_verify, usable))


def _verify(found: Provider, table: Mapping[str, Any]) -> list[str]:
    """Return the problems that a plug-in finds in a profile, or that it failed."""
    try:
        return [clean(problem) for problem in found.verify(table)]
    except Exception as error:  # noqa: BLE001 - the rest of the config must still be read
        return [f"bug in the plug-in of {found.id}: {type(error).__name__} (please report it)"]


def _make_broken(entry: "EntryPoint", why: str) -> Provider:
    """Return a stand-in for a provider that cannot be used, so that only its profiles fail."""
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
        package=name_package(entry),
        broken=clean(why),
    )


def _find_problem(found: object, name: str) -> str:
    """Say what is wrong with a provider of a package, or return an empty string."""
    if not isinstance(found, Provider):
        return f"{name} is of type {type(found).__name__}, not a provider"
    if found.id != name:
        return f'the entry point {name} names the provider "{found.id}": name the function {name.replace("-", "_")}'
    if found.group not in GROUPS:
        return f"the group of {name} is not one of {join_names(GROUPS)}"
    variables = found._asdict()["env"]  # may be of any type: not every author runs mypy
    if not (isinstance(variables, tuple) and variables):
        return f'the env of {name} must be a tuple of variables, like ("ACME_API_KEY",)'
    if not found.balances:
        return f"{name} declares no balances"
    try:
        check_url(found.base or "https://localhost")
    except ValueError as error:
        return f"the base of {name} {error}"
    if found.top_up and not _PAGE.fullmatch(found.top_up):
        return f"the top_up of {name} must be a page that begins with https://"
    return ""
