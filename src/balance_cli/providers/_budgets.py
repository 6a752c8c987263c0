"""Budgets of clouds: which of them a profile means."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from balance_cli.provider import Api, Misconfigured, Unexpected
from balance_cli.text import join_names

OPTIONS: Final = {"budget": "the name of a budget (default: every budget for costs)"}


def choose(api: Api, budgets: Iterable[Mapping[str, Any]], *, name: str) -> list[Mapping[str, Any]]:
    """Return the budgets that the profile means; ``name`` is the field with their names."""
    known = {str(budget[name]): budget for budget in budgets}
    if not known:
        raise Unexpected("there is no budget for costs", hint="create a budget in the console")
    wanted = api.options.get("budget")
    if wanted is None:
        return [*known.values()]
    if wanted not in known:
        raise Misconfigured(f"the budgets for costs are {join_names(known)}", hint="correct budget")
    return [known[wanted]]
