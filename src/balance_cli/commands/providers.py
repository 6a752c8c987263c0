"""`balance providers`: list the providers, or show one in full."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from balance_cli.environment import Environment
from balance_cli.errors import Misconfigured
from balance_cli.provider import GROUPS, Provider
from balance_cli.providers import find, ids, known_ids, plugin_ids
from balance_cli.providers._absent import ABSENT
from balance_cli.text import align_columns, clean, suggest_similar


def providers(environment: Environment, wanted: str | None, *, as_json: bool) -> int:
    """Print all providers, those whose id or name contains a text, or one in full."""
    if wanted in ids() or wanted in (known := known_ids()):
        found = [find(str(wanted))]
    else:
        names = sorted([*ids(), *plugin_ids()])
        found = [provider for provider in map(find, names) if _matches(provider, wanted or "")]
    if not found:
        like = suggest_similar(str(wanted), known)
        raise Misconfigured(f'there is no provider "{clean(wanted, 64)}"{like}', hint="`balance providers` lists them")
    if as_json:
        return environment.emit(json.dumps([label(provider) for provider in found], indent=2) + "\n")
    if len(found) == 1:
        return environment.emit(full(found[0]))
    return environment.emit(
        "\n".join(_render_groups(found)) + ("" if wanted else f"\nNo endpoint: {', '.join(ABSENT)}\n")
    )


def _matches(provider: Provider, text: str) -> bool:
    return text.casefold() in f"{provider.id} {provider.name}".casefold()


def _render_groups(found: Sequence[Provider]) -> Iterator[str]:
    """Yield the title and table of each group; the columns of all tables are aligned."""
    usable = [provider for provider in found if not provider.broken]
    rows = [("", p.id, p.name, f"${p.env[0]}", units(p), p.package) for p in usable]
    width = 6 if any(p.package for p in usable) else 5  # omit PACKAGE if all are built in
    heads = ("", "ID", "PROVIDER", "KEY", "UNITS", "PACKAGE")
    table = align_columns([row[:width] for row in (heads, *rows)]).splitlines()
    yield f"{table[0]}\n"
    for group, title in GROUPS.items():
        lines = [line for provider, line in zip(usable, table[1:], strict=True) if provider.group == group]
        if lines:
            yield "\n".join([title, *lines, ""])
    if broken := [f"  {provider.id}  {provider.broken}" for provider in found if provider.broken]:
        yield "\n".join(["Plug-ins that cannot be used", *broken, ""])


def units(provider: Provider) -> str:
    """List the units of a provider's balances, each once."""
    return ", ".join(dict.fromkeys(provider.balances.values()))


def label(provider: Provider) -> dict[str, Any]:
    """Return the JSON object of a provider."""
    return {
        "id": provider.id,
        "name": provider.name,
        "group": provider.group or None,
        "note": provider.note,
        "docs": provider.docs or None,
        "env": list(provider.env),
        "key": provider.key,
        "key_page": provider.key_page or None,
        "top_up": provider.top_up or None,
        "base_url": provider.base or None,
        "balances": dict(provider.balances),
        "options": dict(provider.options),
        "endpoint": not (provider.absent or provider.broken),
        "package": provider.package or None,
    }


def full(provider: Provider) -> str:
    """Return the full description of a provider, with a profile to paste."""
    if provider.absent or provider.broken:
        return f"{provider.note}\n"
    page = f", created at {provider.key_page}" if provider.key_page else ""
    rows = [
        ("docs", provider.docs),
        *([("package", provider.package)] if provider.package else []),
        ("key", f"{provider.key} in {' or '.join(f'${name}' for name in provider.env)}{page}"),
        *([("top up", provider.top_up)] if provider.top_up else []),
        ("address", provider.base or "set in the profile"),
        *(("balance", f"{name} ({unit})") for name, unit in provider.balances.items()),
        *(("option", f"{name}: {text}") for name, text in provider.options.items()),
    ]
    return f"{provider.name}: {provider.note}\n\n{align_columns(rows)}\n{example(provider)}"


def example(provider: Provider) -> str:
    """Return an example profile for a provider, as TOML."""
    unit = next(iter(provider.balances.values()))
    lines = [f"[profiles.{provider.id}]", f'provider = "{provider.id}"']
    if provider.needs_base_url:
        lines.append('base_url = "https://gateway.example.com"')
    elif not provider.base:
        lines += ['url = "https://api.example.com/v1/balance"', 'remaining = "data.balance"', 'unit = "USD"']
    if "budget_period" in provider.options:
        lines.append('budget = "100USD"')
    minimum = f"5{unit}" if unit.isupper() else "10%" if unit == "percent" else f"5 {unit}" if " " not in unit else "5"
    return "\n".join([*lines, f'key_env = "{provider.env[0]}"', f'min = "{minimum}"', ""])
