"""Judging: which balances a minimum is held against, and what comes of it. No network, no printing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from balance_cli.amount import EXACT
from balance_cli.errors import Failure, Misconfigured, Unexpected
from balance_cli.minimum import Minimum
from balance_cli.model import Balance, Reading
from balance_cli.text import listed
from balance_cli.verdict import Judged, Outlook, Report, Status, Verdict, strongest


def judge(
    reading: Reading, minimums: Sequence[Minimum], *, each: bool, warnings: Sequence[Minimum] = (), hint: str = ""
) -> tuple[Status, tuple[Judged, ...], Failure | None]:
    """Hold every minimum, and every warning, against the balances it is meant for.

    With ``each`` every minimum must find a balance (a profile's own list), else at least one of them must (several
    ``--min`` over several profiles). A balance with two minimums must have the larger; one that gates and has none must
    have more than nothing. A minimum or a warning for a balance whose ``remaining`` is not known makes the profile
    ``unknown``; ``hint`` says what to do then, where the provider knows. A balance below a warning is ``near``, which
    changes no status.
    """
    held, without = _hold(minimums, reading.balances)
    warned, pointless = _hold(warnings, reading.balances)
    rows = tuple(_judge(balance, held[n], warned[n]) for n, balance in enumerate(reading.balances))
    trouble: dict[Status, Failure | None] = {Status.OK: None}
    if pointless and not any(warned):
        trouble[Status.MISCONFIGURED] = _incomparable(pointless, reading.balances)
    if unread := [row.balance for row in rows if _is_unread(row)]:
        trouble[Status.UNKNOWN] = _unread(unread, hint)
    if without and (each or not any(held)):
        trouble[Status.MISCONFIGURED] = _incomparable(without, reading.balances)
    error = trouble[strongest(set(trouble))]
    if any(row.low for row in rows):
        trouble[Status.LOW] = None
    return strongest(set(trouble)), rows, error


def judge_days(report: Report, min_days: Mapping[str, Decimal | None]) -> Report:
    """Hold every balance at which work stops against the days that its profile must last, by its outlook."""
    verdicts = (_last(verdict, min_days.get(verdict.profile), report.checked_at) for verdict in report.verdicts)
    return report._replace(verdicts=tuple(verdicts))


def _hold(
    minimums: Sequence[Minimum], balances: Sequence[Balance]
) -> tuple[Sequence[Sequence[Minimum]], Sequence[Minimum]]:
    """Return the minimums of each balance, and those that are meant for none."""
    targets = [(minimum, set(_targets(minimum, balances))) for minimum in minimums]
    held = [[minimum for minimum, places in targets if n in places] for n in range(len(balances))]
    return held, [minimum for minimum, places in targets if not places]


def _targets(wanted: Minimum, balances: Sequence[Balance]) -> Iterable[int]:
    """Return which balances a minimum judges, by their places."""
    if wanted.unit == "%":
        return (i for i, b in enumerate(balances) if b.gates and (b.unlimited or b.limit is not None))
    unit = balances[0].unit if wanted.unit is None else wanted.unit
    same = [i for i, b in enumerate(balances) if b.unit.casefold() in {"", unit.casefold()}]
    return [i for i in same if balances[i].gates] or same[:1]


def _judge(balance: Balance, minimums: Sequence[Minimum], warnings: Sequence[Minimum]) -> Judged:
    """Hold one balance against the minimums and warnings that are meant for it."""
    warning = _largest(warnings, balance)
    return Judged(
        balance=balance,
        minimum=_largest(minimums, balance),
        low=_is_low(balance, minimums) if minimums else _has_nothing(balance) or None,
        warning=warning,
        near=bool(warnings and _is_low(balance, warnings)),
    )


def _largest(minimums: Sequence[Minimum], balance: Balance) -> Decimal | None:
    """Return the largest of the amounts that a balance must have, ``None`` without any."""
    return max((_amount(minimum, balance) for minimum in minimums), default=None)


def _amount(minimum: Minimum, balance: Balance) -> Decimal:
    """Return the amount that a minimum comes to for this balance."""
    if minimum.unit == "%":
        return EXACT.multiply(balance.limit or Decimal(0), minimum.amount).scaleb(-2, EXACT)
    return minimum.amount


def _has_nothing(balance: Balance) -> bool:
    """Return whether work stops because nothing is left of a balance."""
    return balance.gates and balance.remaining is not None and balance.remaining <= 0


def _is_low(balance: Balance, minimums: Sequence[Minimum]) -> bool | None:
    """Return whether a balance is below any of its minimums; ``None`` where what remains, or its unit, is not known."""
    if balance.unlimited:
        return False
    if balance.remaining is None or not balance.unit:
        return None
    nothing = balance.limit is not None and balance.limit <= 0 and balance.remaining <= 0
    share = any(minimum.unit == "%" and minimum.amount > 0 for minimum in minimums)
    return balance.remaining < max(_amount(minimum, balance) for minimum in minimums) or (nothing and share)


def _is_unread(row: Judged) -> bool:
    """Return whether a balance has a minimum or a warning, and what remains of it, or its unit, is not known."""
    held = row.minimum is not None or row.warning is not None
    known = row.balance.remaining is not None and row.balance.unit != ""
    return held and not known and not row.balance.unlimited


def _unread(balances: Sequence[Balance], hint: str) -> Failure:
    names = listed(balance.name for balance in balances)
    if unsaid := [balance.name for balance in balances if not balance.unit]:
        return Unexpected(f"the unit of {listed(unsaid)} is not known", hint='say it in the profile, like unit = "USD"')
    if hint:
        return Unexpected(f"what remains of {names} is not known", hint=hint)
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
    return iter(dict.fromkeys(balance.unit or "a unit that the profile says" for balance in balances))


def _last(verdict: Verdict, min_days: Decimal | None, now: datetime) -> Verdict:
    """Return the verdict, and what follows from the days that its balances last."""
    if min_days is None:
        return verdict
    rows = tuple(_judge_days(row, min_days, now) if row.balance.gates else row for row in verdict.balances)
    statuses, error = {verdict.status}, verdict.error
    if any(row.low for row in rows):
        statuses.add(Status.LOW)
    if unknown := [row.balance for row in rows if row.min_days is not None and row.low is None]:
        statuses.add(Status.UNKNOWN)
        error = error or _no_outlook(unknown)
    return verdict._replace(balances=rows, status=strongest(statuses), error=error)


def _judge_days(row: Judged, min_days: Decimal, now: datetime) -> Judged:
    lasts = _lasts(row.balance, row.outlook, min_days, now)
    low = None if lasts is None else not lasts
    return row._replace(min_days=min_days, lasts=lasts, low=_worst(low, row.low) if row.judged else low)


def _worst(*answers: bool | None) -> bool | None:
    """Return whether anything is low: one that is decides, then one that is not known."""
    return True if True in answers else None if None in answers else False


def _lasts(balance: Balance, outlook: Outlook, min_days: Decimal, now: datetime) -> bool | None:
    """Return whether a balance lasts long enough; ``None`` where that is not known. A reset in time is enough."""
    if balance.unlimited:
        return True
    if outlook.runway_days is None:
        return True if outlook.burn_per_day is not None and balance.remaining is not None else None
    resets, ends = balance.resets_at, outlook.runs_out_at
    if resets and resets > now and (ends is None or resets <= ends):
        return True
    return outlook.runway_days >= min_days


def _no_outlook(balances: Sequence[Balance]) -> Failure:
    if unread := [balance.name for balance in balances if balance.remaining is None]:
        return Unexpected(
            f"cannot tell how long {listed(unread)} will last: what remains is not known",
            hint="the provider does not say it to this key",
        )
    return Unexpected(
        f"cannot tell how long {listed(balance.name for balance in balances)} will last: not enough history yet",
        hint="at least an hour of `balance check --record` is needed",
    )
