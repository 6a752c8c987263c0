"""Solvers of captchas: they share one interface."""

from typing import Any, Final

from balance_cli.provider import Api, coded

AUTH: Final = '{"clientKey": "{key}"}'
envelope: Final = coded(0, "", field="errorId")


def read_account(api: Api) -> Any:
    """Return the account with its ``balance`` in USD."""
    return api.post("/getBalance")
