"""`balance profile show`: everything that the program makes of a profile, but never its key."""

import json
from typing import Any, Final

import pytest

from balance_cli.exits import Exit
from balance_cli.providers import find
from balance_cli.providers._absent import ABSENT
from conftest import KEY, Balance
from stub import Stub

DEFAULTS: Final = '[defaults]\nmin = ["5USD", "10%"]\nmin_days = "36h"\nmax_age = "90s"\n\n'
XAI: Final = find("xai")


def shown(balance: Balance, name: str = "main") -> dict[str, Any]:
    """Return the document that describes a profile."""
    ended = balance("profile", "show", name, "--json")
    assert (ended.code, ended.err) == (Exit.OK, "")
    found: dict[str, Any] = json.loads(ended.out)
    return found


def test_a_profile_is_shown_in_full(balance: Balance) -> None:
    balance.write(
        f'{DEFAULTS}[profiles.main]\nprovider = "xai"\nkey_command = ["op", "read", "op://a/b"]\nteam_id = "team-1"\n'
        'base_url = "https://proxy.example.com/v1"\nmin = "100USD"\nbudget = "200USD"\n'
    )
    assert balance("profile", "show", "main").out == (
        "profile   main\n"
        "provider  xai (xAI)\n"
        "address   https://proxy.example.com/v1\n"
        "key       key_command op\n"
        "min       100 USD\n"
        "min_days  1.5 (from [defaults])\n"
        "max_age   90 s\n"
        "budget    200 USD\n"
        "team_id   team-1\n"
        f"docs      {XAI.docs}\n"
        f"top up    {XAI.top_up}\n"
    )
    assert shown(balance) == {
        "profile": "main",
        "provider": "xai",
        "address": "https://proxy.example.com/v1",
        "key": "key_command op",
        "min": ["100 USD"],
        "min_from": "profile",
        "min_days": 1.5,
        "min_days_from": "defaults",
        "max_age": 90,
        "unit": None,
        "budget": "200 USD",
        "options": {"team_id": "team-1"},
        "docs": XAI.docs,
        "top_up": XAI.top_up,
    }


@pytest.mark.parametrize(
    ("defaults", "own", "minimum", "origins"),
    [
        (DEFAULTS, "", "5 USD, 10% (from [defaults])", ("defaults", "defaults")),
        (DEFAULTS, 'min = ["5USD", "10%"]\nmin_days = "36h"', "5 USD, 10%", ("profile", "profile")),
        ("", "min = 3", "3", ("profile", None)),
        ("", "", "none (more than nothing must remain)", (None, None)),
    ],
    ids=["defaults", "the same as the defaults", "own", "none"],
)
def test_it_says_where_the_minimums_come_from(
    balance: Balance, defaults: str, own: str, minimum: str, origins: tuple[str | None, str | None]
) -> None:
    balance.write(f'{defaults}[profiles.main]\nprovider = "apertis"\n{own}\n')
    rows = dict(line.split(maxsplit=1) for line in balance("profile", "show", "main").out.splitlines())
    assert rows["min"] == minimum
    found = shown(balance)
    assert (found["min_from"], found["min_days_from"]) == origins


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("", "$APERTIS_API_KEY or $APERTIS_KEY"),
        ('key_env = "A"', "$A"),
        ('key_file = "~/auth.json"\nkey_field = "tokens.access"', "key_file ~/auth.json, at tokens.access"),
        ('key_keyring = "balance/main"', "key_keyring balance/main"),
        (f'key = "{KEY}"', "the config"),
    ],
)
def test_it_says_where_the_key_is_without_reading_it(balance: Balance, line: str, key: str) -> None:
    balance.write(f'[profiles.main]\nprovider = "apertis"\n{line}\n')
    assert shown(balance)["key"] == key
    assert f"key       {key}\n" in balance("profile", "show", "main").out


def test_no_request_is_made_and_no_command_is_run(balance: Balance) -> None:
    with Stub() as stub:
        touch = f'key_command = ["touch", "{balance.home}/ran"]'
        balance.write(f'[profiles.main]\nprovider = "apertis"\nbase_url = "{stub.url}"\n{touch}\n')
        assert shown(balance)["address"] == stub.url
        assert stub.asked == []
    assert not (balance.home / "ran").exists()


def test_a_key_in_an_address_or_an_option_is_not_shown(balance: Balance) -> None:
    url = f"https://api.example.com/balance?token=hunter2secret&key={KEY}"
    balance.write(
        f'[profiles.main]\nprovider = "custom"\nurl = "{url}"\nremaining = "left"\nunit = "USD"\n'
        f'[profiles.team]\nprovider = "xai"\nteam_id = "{KEY}"\n'
    )
    found = shown(balance)
    assert found["address"] == found["options"]["url"] == "https://api.example.com/balance?…"
    assert "hunter2" not in balance("profile", "show", "main").out
    assert shown(balance, "team")["options"] == {"team_id": "[key]"}


def test_a_provider_is_shown_as_a_check_would_use_it(balance: Balance) -> None:
    assert shown(balance, "apertis")["address"] == find("apertis").base
    out = balance("profile", "show", "groq").out
    assert f"problem   Groq has no endpoint for a balance. {ABSENT['groq'][1]}\n" in out
    assert "address" not in out
    assert shown(balance, "groq")["address"] is None


def test_an_unknown_profile_is_an_error(balance: Balance) -> None:
    balance.write('[profiles.main]\nprovider = "apertis"\n')
    ended = balance("profile", "show", "mian", "--json")
    assert (ended.code, ended.out) == (Exit.MISCONFIGURED, "")
    assert 'did you mean "main"?' in ended.err
