"""One file per provider, named by its id; `_name.py` are families of providers, never providers."""

from functools import cache
from importlib import import_module

from balance_cli.errors import Misconfigured
from balance_cli.provider import Provider
from balance_cli.registry import stems
from balance_cli.text import clean, nearest


def ids() -> list[str]:
    """Return every provider's id: the files of ``providers/`` are the registry."""
    return sorted(stem.replace("_", "-") for stem in stems("providers"))


@cache
def find(name: str) -> Provider:
    """Return the provider with this id, importing its file alone; raises Misconfigured for an unknown id.

    One that is known to have nothing to ask is found too, and says so in ``absent``.
    """
    known = ids()
    if name not in known:
        from balance_cli.providers._absent import ABSENT, absent

        if nothing := absent(name):
            return nothing
        like = nearest(name, [*known, *ABSENT])
        raise Misconfigured(f'there is no provider "{clean(name, 64)}"{like}', hint="`balance providers` lists them")
    stem = name.replace("-", "_")
    found = getattr(import_module(f"balance_cli.providers.{stem}"), stem)
    if not isinstance(found, Provider):  # a broken file, not a broken configuration
        raise TypeError(f"providers/{stem}.py does not define the provider {stem}")
    return found
