"""Faults that came out when the program was used: a format's codes, paths and homes, and keys in the wrong place.

The numbers are those of the list of faults; every test's name begins with its rows.
"""

from typing import Final

import pytest

from balance_cli.exits import NAGIOS_UNKNOWN, Exit
from conftest import Balance

MISCONFIGURED: Final = Exit.MISCONFIGURED
CONFIG: Final = '[profiles.prod-nagios]\nprovider = "apertis"\n'


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("check -o nagios", NAGIOS_UNKNOWN),
        ("check -onagios", NAGIOS_UNKNOWN),
        ("check --output nagios", NAGIOS_UNKNOWN),
        ("check --output=nagios", NAGIOS_UNKNOWN),
        ("check -qo nagios", NAGIOS_UNKNOWN),
        ("check -qonagios", NAGIOS_UNKNOWN),
        ("check -o json -o nagios", NAGIOS_UNKNOWN),
        ("check prod-nagios -o nagios", NAGIOS_UNKNOWN),
        ("check --min 5 -o nagios", NAGIOS_UNKNOWN),
        ("--color never check -o nagios", NAGIOS_UNKNOWN),
        ("--config=/etc/b check -o nagios", NAGIOS_UNKNOWN),
        ("-- check -o nagios", NAGIOS_UNKNOWN),
        ("check", MISCONFIGURED),
        ("check prod-nagios", MISCONFIGURED),
        ("check nagios", MISCONFIGURED),
        ("check -o json nagios", MISCONFIGURED),
        ("check -o nagios -o json", MISCONFIGURED),
        ("check -o prod-nagios", MISCONFIGURED),
        ("check -o=nagios", MISCONFIGURED),
        ("check -o Nagios", MISCONFIGURED),
        ("check --outp nagios", MISCONFIGURED),
        ("check --outp=nagios", MISCONFIGURED),
        ("check --o nagios", MISCONFIGURED),
        ("check --config nagios", MISCONFIGURED),
        ("check --config -o nagios", MISCONFIGURED),
        ("check --config=/etc/prod-nagios", MISCONFIGURED),
        ("check --output-file nagios", MISCONFIGURED),
        ("check -- -o nagios", MISCONFIGURED),
        ("check -- --output=nagios", MISCONFIGURED),
        ("--config /etc/prod-nagios check", MISCONFIGURED),
        ("--config -o check nagios", MISCONFIGURED),
        ("history -o nagios", MISCONFIGURED),
        ("chek -o nagios", MISCONFIGURED),
    ],
)
def test_103_only_who_asks_for_nagios_gets_its_codes_also_for_wrong_flags(
    balance: Balance, words: str, code: int
) -> None:
    balance.write(CONFIG)
    before, dashes, names = words.removeprefix("-- ").partition(" -- ")
    leading = ["--"] if words.startswith("-- ") else []
    after = [dashes.strip(), *names.split()] if dashes else []
    for wrong in (["--mim", "5"], ["--min", "five"], ["--json=x"]):
        ended = balance(*leading, *before.split(), *wrong, *after)
        assert (ended.code, ended.out) == (code, ""), wrong
        assert ended.err.startswith("balance: ")


def test_103_a_disk_that_is_full_is_unknown_to_nagios_alone(balance: Balance) -> None:
    balance.write(CONFIG)
    for words, code in (
        (f"check -o nagios --config {balance.config}", NAGIOS_UNKNOWN),
        ("check -o nagios --output-file /dev/full", NAGIOS_UNKNOWN),
        ("check -o nagios --watch 60", NAGIOS_UNKNOWN),
        ("check -o plain prod-nagios", Exit.CRASH),
        ("check -o plain --output-file /no/such/nagios", Exit.CRASH),
    ):
        full = Balance(balance.home, balance.env, before=("sh", "-c", 'exec "$@" >/dev/full', "sh"))
        assert full(*words.split()).code == code, words
