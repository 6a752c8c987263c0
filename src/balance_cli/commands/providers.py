"""`balance providers`: what can be checked, with which key, documented where."""

import json
from typing import Any

from balance_cli.errors import Misconfigured
from balance_cli.exits import Exit
from balance_cli.out import emit
from balance_cli.provider import Provider, find, ids
from balance_cli.text import columns, nearest


def providers(wanted: str | None, *, as_json: bool) -> Exit:
    """Print every provider, those whose name has a text in it, or one in full."""
    known = ids()
    found = [find(name) for name in ([wanted] if wanted in known else known)]
    if wanted and wanted not in known:
        found = [provider for provider in found if wanted.lower() in f"{provider.id} {provider.name}".lower()]
    if not found:
        raise Misconfigured(
            f'there is no provider "{wanted}"{nearest(wanted or "", known)}', hint="`balance providers`"
        )
    if as_json:
        return emit(json.dumps([label(provider) for provider in found], indent=2) + "\n")
    if len(found) == 1:
        return emit(full(found[0]))
    rows = [(p.id, p.name, f"${p.env[0]}", ", ".join(dict.fromkeys(p.balances.values()))) for p in found]
    return emit(columns([("ID", "PROVIDER", "KEY", "UNITS"), *rows]))


def label(provider: Provider) -> dict[str, Any]:
    """Return what is known of a provider, for programs."""
    return {
        "id": provider.id,
        "name": provider.name,
        "note": provider.note,
        "docs": provider.docs,
        "env": list(provider.env),
        "key": provider.key,
        "key_page": provider.key_page or None,
        "base_url": provider.base or None,
        "balances": dict(provider.balances),
        "options": dict(provider.options),
    }


def full(provider: Provider) -> str:
    """Return everything about one provider, and a profile that is ready to paste."""
    made = f", made at {provider.key_page}" if provider.key_page else ""
    rows = [
        ("docs", provider.docs),
        ("key", f"{provider.key} in {' or '.join(f'${name}' for name in provider.env)}{made}"),
        ("address", provider.base or "your own: base_url"),
        *(("balance", f"{name} ({unit})") for name, unit in provider.balances.items()),
        *(("option", f"{name}: {help_}") for name, help_ in provider.options.items()),
    ]
    return f"{provider.name}: {provider.note}\n\n{columns(rows)}\n{example(provider)}"


def example(provider: Provider) -> str:
    """Return a profile of this provider, as it stands in a config."""
    address = "" if provider.base else 'base_url = "https://…"\n'
    unit = next(iter(provider.balances.values()))
    return (
        f'[profiles.{provider.id}]\nprovider = "{provider.id}"\n{address}'
        f'key_env = "{provider.env[0]}"\nmin = "5{unit if unit.isupper() else f" {unit}"}"\n'
    )
