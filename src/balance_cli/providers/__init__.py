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


def plugin_ids() -> list[str]:
    """Return the ids that plug-ins add; a built-in provider's id is always its own."""
    from balance_cli.providers._plugins import entries

    return sorted(entries().keys() - ids())


def known_ids() -> list[str]:
    """Return every id that a profile may name: built-in, of plug-ins, and of vendors without an endpoint."""
    from balance_cli.providers._absent import ABSENT

    return list(dict.fromkeys([*ids(), *plugin_ids(), *ABSENT]))


@cache
def find(name: str) -> Provider:
    """Return the provider with this id, importing its file alone; raises Misconfigured for an unknown id.

    Plug-ins are looked up only where the id is not built in; one that cannot be used is found too, and says so in
    ``broken``. So is a vendor that is known to have nothing to ask, and says so in ``absent``.
    """
    if name not in ids():
        from balance_cli.providers._absent import absent
        from balance_cli.providers._plugins import plugged_in

        if other := plugged_in(name) or absent(name):
            return other
        like = nearest(name, known_ids())
        raise Misconfigured(f'there is no provider "{clean(name, 64)}"{like}', hint="`balance providers` lists them")
    stem = name.replace("-", "_")
    found = getattr(import_module(f"balance_cli.providers.{stem}"), stem)
    if not isinstance(found, Provider):  # a broken file, not a broken configuration
        raise TypeError(f"providers/{stem}.py does not define the provider {stem}")
    return found
