"""One file per provider, named by its id; `_name.py` files hold what several providers share."""

from functools import cache
from importlib import import_module

from balance_cli.errors import Misconfigured
from balance_cli.provider import Provider
from balance_cli.registry import stems
from balance_cli.text import clean, suggest_similar


@cache
def ids() -> tuple[str, ...]:
    """Return every provider's id: the files of ``providers/`` are the registry."""
    return tuple(sorted(stem.replace("_", "-") for stem in stems("providers")))


def plugin_ids() -> list[str]:
    """Return the ids that plug-ins add; they cannot replace built-in providers."""
    from balance_cli.providers._plugins import find_entries

    return sorted(find_entries().keys() - ids())


def known_ids() -> list[str]:
    """Return every id that a profile may name: built-in providers, plug-ins, and vendors without an endpoint."""
    from balance_cli.providers._absent import ABSENT

    return list(dict.fromkeys([*ids(), *plugin_ids(), *ABSENT]))


@cache
def find(name: str) -> Provider:
    """Return the provider with this id, importing only its file; raise Misconfigured for an unknown id.

    Plug-ins are searched only if the id is not built in. Also return a plug-in that cannot be used, with the reason in
    ``broken``, and a vendor without an endpoint, with the alternative in ``absent``.
    """
    if name not in ids():
        from balance_cli.providers._absent import find_absent
        from balance_cli.providers._plugins import find_plugin

        if other := find_plugin(name) or find_absent(name):
            return other
        like = suggest_similar(name, known_ids())
        raise Misconfigured(f'there is no provider "{clean(name, 64)}"{like}', hint="`balance providers` lists them")
    stem = name.replace("-", "_")
    found = getattr(import_module(f"balance_cli.providers.{stem}"), stem)
    if not isinstance(found, Provider):  # an error of the code, not of the configuration
        raise TypeError(f"providers/{stem}.py does not define the provider {stem}")
    return found
