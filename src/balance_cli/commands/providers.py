"""`balance providers`: list the providers, or show one in full."""

import json
from collections.abc import Iterator, Sequence
from typing import Any

from balance_cli.config.profile import usual_source
from balance_cli.environment import Environment
from balance_cli.errors import Misconfigured
from balance_cli.keys.source import name_variables
from balance_cli.keys.stored import show_usual_file
from balance_cli.provider import GROUPS, UNPUBLISHED, Provider
from balance_cli.providers import find, ids, known_ids, plugin_ids
from balance_cli.providers._absent import ABSENT
from balance_cli.terminal.view import find_width
from balance_cli.text import align_columns, align_rows, clean, fill, suggest_similar


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
        return environment.emit(json.dumps([make_document(provider) for provider in found], indent=2) + "\n")
    width = find_width(environment)
    if len(found) == 1:
        return environment.emit(describe(found[0], width))
    notes = [] if all(provider.published for provider in found) else [fill(f"* {UNPUBLISHED}", width)]
    notes += [] if wanted else [fill(f"No endpoint: {', '.join(ABSENT)}", width)]
    return environment.emit("\n".join([*_render_groups(found, width), *notes, ""]))


def _matches(provider: Provider, text: str) -> bool:
    return text.casefold() in " ".join([provider.id, provider.name, *provider.sells]).casefold()


def _render_groups(found: Sequence[Provider], width: int | None) -> Iterator[str]:
    """Yield the title and table of each group; the columns of all tables are aligned."""
    usable = [provider for provider in found if not provider.broken]
    heads, *rows = align_rows(_choose_columns(usable, width), width)
    yield f"{heads}\n"
    for group, title in GROUPS.items():
        lines = [row for provider, row in zip(usable, rows, strict=True) if provider.group == group]
        if lines:
            yield "\n".join([title, *lines, ""])
    if broken := [(f"  {provider.id}", provider.broken) for provider in found if provider.broken]:
        yield f"Plug-ins that cannot be used\n{align_columns(broken, width)}"


def _choose_columns(found: Sequence[Provider], width: int | None) -> list[tuple[str, ...]]:
    """Return the rows of the table and their heads; if they do not fit, join everything after the id, to be wrapped."""
    rows = [("  ID", "PROVIDER", "UNITS", "KEY", "PACKAGE"), *map(_get_cells, found)]
    columns = list(zip(*rows, strict=True))
    shown = columns if any(columns[-1][1:]) else columns[:-1]  # omit PACKAGE if all are built in
    sizes = [max(map(len, column)) for column in shown]
    if width is None or sum(sizes) + 2 * (len(sizes) - 1) <= width:
        return list(zip(*shown, strict=True))
    return [(row[0], ", ".join(filter(None, row[1:]))) for row in zip(*shown, strict=True)]


def _get_cells(provider: Provider) -> tuple[str, ...]:
    name = f"  {provider.id}" if provider.published else f"  {provider.id} *"
    key = name_variables(provider.env[0]) if provider.env else "no key"
    return (name, provider.name, list_units(provider), key, provider.package)


def list_units(provider: Provider) -> str:
    """List the units of a provider's balances, each once."""
    return ", ".join(dict.fromkeys(provider.balances.values()))


def make_document(provider: Provider) -> dict[str, Any]:
    """Return the JSON object of a provider."""
    return {
        "id": provider.id,
        "name": provider.name,
        "group": provider.group or None,
        "note": provider.note,
        "sells": list(provider.sells),
        "docs": provider.docs or None,
        "env": list(provider.env),
        "key": provider.key,
        "key_page": provider.key_page or None,
        "top_up": provider.top_up or None,
        "base_url": provider.base or None,
        "balances": dict(provider.balances),
        "options": dict(provider.options),
        "published": provider.published,
        "required": list(provider.required),
        "endpoint": not (provider.absent or provider.broken),
        "package": provider.package or None,
    }


def describe(provider: Provider, width: int | None = None) -> str:
    """Return the full description of a provider, with a profile to paste, which is never wrapped."""
    if provider.absent or provider.broken:
        return f"{fill(provider.note, width)}\n"
    page = f", created at {provider.key_page}" if provider.key_page else ""
    rows = [
        ("docs", provider.docs),
        *([] if provider.published else [("notice", UNPUBLISHED)]),
        *([("package", provider.package)] if provider.package else []),
        *([("sells", ", ".join(provider.sells))] if provider.sells else []),
        ("key", f"{provider.key} in {usual_source(provider)}{page}" if provider.key else "none needed"),
        *([("top up", provider.top_up)] if provider.top_up else []),
        ("address", provider.base or "set in the profile"),
        *(("balance", f"{name} ({unit})") for name, unit in provider.balances.items()),
        *(("option", f"{name}: {text}") for name, text in provider.options.items()),
    ]
    note = fill(f"{provider.name}: {provider.note}", width)
    return f"{note}\n\n{align_columns(rows, width)}\n{render_example(provider)}"


def render_example(provider: Provider) -> str:
    """Return an example profile for a provider, as TOML."""
    unit = next(iter(provider.balances.values()))
    lines = [f"[profiles.{provider.id}]", f'provider = "{provider.id}"']
    if provider.needs_base_url:
        lines.append('base_url = "https://gateway.example.com"')
    elif not provider.base:
        lines += ['url = "https://api.example.com/v1/balance"', 'remaining = "data.balance"', 'unit = "USD"']
    lines += [f'{key} = "…"' for key in provider.required]
    if "budget_period" in provider.options:
        lines.append('budget = "100USD"')
    minimum = f"5{unit}" if unit.isupper() else "10%" if unit == "percent" else f"5 {unit}" if " " not in unit else "5"
    return "\n".join([*lines, *_example_source(provider), f'min = "{minimum}"', ""])


def _example_source(provider: Provider) -> list[str]:
    """Return where an example profile reads its key: in the file of the vendor's tool, or in the usual variable."""
    if not provider.key:
        return []
    if not provider.tool:
        return [f'key_env = "{provider.env[0]}"']
    name, field = next(iter(provider.files.items()))
    return [f"key_file = {json.dumps(show_usual_file(name))}", f"key_field = {json.dumps(field)}"]
