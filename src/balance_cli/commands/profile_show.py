"""`balance profile show`: a profile as the program understands it."""

from collections.abc import Mapping
from typing import Any

from balance_cli.amount import format_exact
from balance_cli.config import load as configs
from balance_cli.config.profile import Profile
from balance_cli.encode import dumps
from balance_cli.environment import Environment
from balance_cli.keys.pasted import hide_keys
from balance_cli.text import align_columns
from balance_cli.times import format_span


def show(environment: Environment, name: str, option: str | None, *, as_json: bool) -> int:
    """Print a profile, or what a check of a provider would use, without requests or reading its key."""
    [profile] = configs.select_profiles(environment, configs.load(environment, option), [name])
    found = describe(profile)
    return environment.emit(f"{dumps(found)}\n" if as_json else _render(profile, found))


def describe(profile: Profile) -> dict[str, Any]:
    """Return the JSON object of a profile; it never contains a key."""
    provider, key = profile.provider, profile.key
    url = profile.base_url or profile.options.get("url") or provider.base
    return {
        "profile": profile.name,
        "provider": provider.id,
        "address": _hide(url) or None,
        "key": f"{key}, at {key.field}" if key.field else str(key),
        "min": [str(minimum) for minimum in profile.minimums],
        "min_from": _name_origin(own=profile.strict) if profile.minimums else None,
        "min_days": profile.min_days,
        "min_days_from": _name_origin(own=profile.own_days) if profile.min_days else None,
        "max_age": int(profile.max_age),
        "unit": profile.unit,
        "budget": str(profile.budget) if profile.budget else None,
        "options": {name: _hide(text) for name, text in profile.options.items()},
        "docs": profile.docs or None,
        "top_up": provider.top_up or None,
    }


def _name_origin(*, own: bool) -> str:
    return "profile" if own else "defaults"


def _hide(text: str) -> str:
    """Return a setting without what may be a key: the query of an address, and words that look like keys."""
    address, query, _ = text.partition("?") if "://" in text else (text, "", "")
    return hide_keys(address) + (f"{query}…" if query else "")


def _render(profile: Profile, found: Mapping[str, Any]) -> str:
    """Return the lines for people, without what the profile does not have."""
    provider, origins = profile.provider, {None: "", "profile": "", "defaults": " (from [defaults])"}
    minimums = ", ".join(found["min"]) or "none (more than nothing must remain)"
    days = format_exact(profile.min_days) if profile.min_days else ""
    rows = {
        "profile": profile.name,
        "provider": f"{provider.id} ({provider.name})",
        "problem": provider.broken or (provider.absent and provider.note),
        "address": found["address"],
        "key": found["key"],
        "min": minimums + origins[found["min_from"]],
        "min_days": days + origins[found["min_days_from"]],
        "max_age": format_span(profile.max_age) if profile.max_age else "",
        "unit": found["unit"],
        "budget": found["budget"],
        **found["options"],
        "docs": found["docs"],
        "top up": found["top_up"],
    }
    return align_columns([(name, text) for name, text in rows.items() if text])
