"""Judging: which balances a minimum is held against, and what comes of it. No network, no printing."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from balance_cli.amount import EXACT
from balance_cli.errors import Failure, Misconfigured, Unexpected
from balance_cli.minimum import Minimum
from balance_cli.model import Balance, Reading
from balance_cli.text import listed
from balance_cli.verdict import Judged, Status, strongest


def judge(
    reading: Reading, minimums: Sequence[Minimum], *, each: bool
) -> tuple[Status, tuple[Judged, ...], Failure | None]:
    """Hold every minimum against the balances it is meant for.

    With ``each`` every minimum must find a balance (a profile's own list), else at least one of them must (several
    ``--min`` over several profiles). A balance judged by two minimums must have the larger. One that is judged and
    whose ``remaining`` is not known makes the profile ``unknown``.
    """
    held: dict[int, list[Minimum]] = {}
    without = []
    for wanted in minimums:
        targets = list(_targets(wanted, reading.balances))
        if not targets:
            without.append(wanted)
        for index in targets:
            held.setdefault(index, []).append(wanted)
    rows = tuple(_judged(balance, held.get(index, [])) for index, balance in enumerate(reading.balances))
    statuses = {Status.OK}
    error: Failure | None = None
    if unread := [row.balance for row in rows if row.minimum is not None and row.low is None]:
        statuses.add(Status.UNKNOWN)
        error = _unread(unread)
    if without and (each or not held):
        statuses.add(Status.MISCONFIGURED)
        error = _incomparable(without, reading.balances)
    if any(row.low for row in rows):
        statuses.add(Status.LOW)
    return strongest(statuses), rows, error


def _targets(wanted: Minimum, balances: Sequence[Balance]) -> Iterable[int]:
    """Return which balances a minimum judges, by their places."""
    if wanted.unit == "%":
        return (i for i, b in enumerate(balances) if b.gates and (b.unlimited or b.limit is not None))
    unit = balances[0].unit if wanted.unit is None else wanted.unit
    same = [i for i, b in enumerate(balances) if b.unit.casefold() == unit.casefold()]
    return [i for i in same if balances[i].gates] or same[:1]


def _judged(balance: Balance, minimums: Sequence[Minimum]) -> Judged:
    """Hold one balance against the minimums that are meant for it; of several amounts it must have the largest."""
    if not minimums:
        return Judged(balance=balance)
    floor = max(_floor(wanted, balance) for wanted in minimums)
    if balance.unlimited:
        return Judged(balance=balance, minimum=floor, low=False)
    if balance.remaining is None:
        return Judged(balance=balance, minimum=floor)
    nothing = balance.limit is not None and balance.limit <= 0 and balance.remaining <= 0
    share = any(wanted.unit == "%" and wanted.amount > 0 for wanted in minimums)
    return Judged(balance=balance, minimum=floor, low=balance.remaining < floor or (nothing and share))


def _floor(wanted: Minimum, balance: Balance) -> Decimal:
    """Return the amount that a minimum comes to for this balance."""
    if wanted.unit == "%":
        return EXACT.multiply(balance.limit or Decimal(0), wanted.amount).scaleb(-2, EXACT)
    return wanted.amount


def _unread(balances: Sequence[Balance]) -> Failure:
    names = listed(balance.name for balance in balances)
    if any(balance.used is not None and balance.limit is None for balance in balances):
        return Unexpected(
            f"what remains of {names} is not known: the provider says only what was used",
            hint='say what may be used, with budget = "100USD" in the profile',
        )
    return Unexpected(f"what remains of {names} is not known", hint="the provider does not say it to this key")


def _incomparable(without: Sequence[Minimum], balances: Sequence[Balance]) -> Failure:
    wanted = listed(without)
    if all(minimum.unit == "%" for minimum in without):
        return Misconfigured(
            f"a minimum of {wanted} cannot be compared: no balance that gates has a limit",
            hint=f"give an amount in {listed(_units(balances))}",
        )
    return Misconfigured(
        f"a minimum of {wanted} cannot be compared: the balances are in {listed(_units(balances))}",
        hint="give a minimum in one of these units",
    )


def _units(balances: Iterable[Balance]) -> Iterator[str]:
    return iter(dict.fromkeys(balance.unit for balance in balances))
