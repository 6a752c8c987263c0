"""Judge balances: which minimum applies to which balance, and what status follows. No network, no printing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from balance_cli.amount import EXACT
from balance_cli.errors import Failure, Misconfigured, Unexpected
from balance_cli.minimum import Minimum
from balance_cli.model import Balance, Reading
from balance_cli.text import join_names
from balance_cli.times import DAY
from balance_cli.verdict import JudgedBalance, Outlook, Report, Status, Verdict, pick_strongest


def judge(
    reading: Reading, minimums: Sequence[Minimum], *, each: bool, warnings: Sequence[Minimum] = (), hint: str = ""
) -> tuple[Status, tuple[JudgedBalance, ...], Failure | None]:
    """Compare every balance with the minimums and warnings that apply to it.

    With ``each`` every minimum must apply to a balance (a profile's own list), otherwise at least one (several
    ``--min`` for several profiles). If two apply to a balance, the larger counts; a gating balance without one needs
    more than zero. If ``remaining`` is unknown, a minimum or a warning makes the profile ``unknown``; ``hint`` is then
    the provider's advice, if any. A balance below a warning is ``near``, which changes no status.
    """
    held, unmatched = _assign(minimums, reading.balances)
    warned, unmatched_warnings = _assign(warnings, reading.balances)
    rows = tuple(_judge(balance, held[n], warned[n]) for n, balance in enumerate(reading.balances))
    trouble: dict[Status, Failure | None] = {Status.OK: None}
    if unmatched_warnings and not any(warned):
        trouble[Status.MISCONFIGURED] = _report_unmatched(unmatched_warnings, reading.balances)
    if unknown := [row.balance for row in rows if _is_unknown(row)]:
        trouble[Status.UNKNOWN] = _report_unknown(unknown, hint)
    if unmatched and (each or not any(held)):
        trouble[Status.MISCONFIGURED] = _report_unmatched(unmatched, reading.balances)
    error = trouble[pick_strongest(set(trouble))]
    if any(row.low for row in rows):
        trouble[Status.LOW] = None
    return pick_strongest(set(trouble)), rows, error


def judge_days(report: Report, min_days: Mapping[str, Decimal | None]) -> Report:
    """Judge every gating balance by the number of days that its profile must last."""
    verdicts = (
        _judge_verdict_days(verdict, min_days.get(verdict.profile), report.checked_at) for verdict in report.verdicts
    )
    return report._replace(verdicts=tuple(verdicts))


def _assign(
    minimums: Sequence[Minimum], balances: Sequence[Balance]
) -> tuple[Sequence[Sequence[Minimum]], Sequence[Minimum]]:
    """Return the minimums that apply to each balance, and those that apply to none."""
    targets = [(minimum, set(find_targets(minimum, balances))) for minimum in minimums]
    held = [[minimum for minimum, places in targets if n in places] for n in range(len(balances))]
    return held, [minimum for minimum, places in targets if not places]


def find_targets(wanted: Minimum, balances: Sequence[Balance]) -> Iterable[int]:
    """Return the indexes of the balances to which a minimum applies."""
    if wanted.unit == "%":
        return (i for i, b in enumerate(balances) if b.gates and (b.unlimited or b.limit is not None))
    unit = balances[0].unit if wanted.unit is None else wanted.unit
    same = [i for i, b in enumerate(balances) if b.unit.casefold() in {"", unit.casefold()}]
    return [i for i in same if balances[i].gates] or same[:1]


def _judge(balance: Balance, minimums: Sequence[Minimum], warnings: Sequence[Minimum]) -> JudgedBalance:
    """Compare one balance with the minimums and warnings that apply to it."""
    warning = _find_largest(warnings, balance)
    return JudgedBalance(
        balance=balance,
        minimum=_find_largest(minimums, balance),
        low=_is_low(balance, minimums) if minimums else _has_nothing(balance) or None,
        warning=warning,
        near=bool(warnings and _is_low(balance, warnings)),
    )


def _find_largest(minimums: Sequence[Minimum], balance: Balance) -> Decimal | None:
    """Return the largest amount that these minimums require of a balance, or ``None`` without any."""
    return max((_to_amount(minimum, balance) for minimum in minimums), default=None)


def _to_amount(minimum: Minimum, balance: Balance) -> Decimal:
    """Return a minimum as an amount of this balance."""
    if minimum.unit == "%":
        return EXACT.multiply(balance.limit or Decimal(0), minimum.amount).scaleb(-2, EXACT)
    return minimum.amount


def _has_nothing(balance: Balance) -> bool:
    """Return whether a gating balance has nothing remaining."""
    return balance.gates and balance.remaining is not None and balance.remaining <= 0


def _is_low(balance: Balance, minimums: Sequence[Minimum]) -> bool | None:
    """Return whether a balance is below any of its minimums; ``None`` if its amount or its unit is unknown."""
    if balance.unlimited:
        return False
    if balance.remaining is None or not balance.unit:
        return None
    nothing = balance.limit is not None and balance.limit <= 0 and balance.remaining <= 0
    share = any(minimum.unit == "%" and minimum.amount > 0 for minimum in minimums)
    return balance.remaining < max(_to_amount(minimum, balance) for minimum in minimums) or (nothing and share)


def _is_unknown(row: JudgedBalance) -> bool:
    """Return whether a balance has a minimum or a warning, but its amount or its unit is unknown."""
    held = row.minimum is not None or row.warning is not None
    known = row.balance.remaining is not None and row.balance.unit != ""
    return held and not known and not row.balance.unlimited


def _report_unknown(balances: Sequence[Balance], hint: str) -> Failure:
    names = join_names(balance.name for balance in balances)
    if without_unit := [balance.name for balance in balances if not balance.unit]:
        units = f"the unit of {join_names(without_unit)}"
        return Unexpected(f"{units} is unknown", hint='set it in the profile, like unit = "USD"')
    if hint:
        return Unexpected(f"the remaining amount of {names} is unknown", hint=hint)
    if any(balance.used is not None and balance.limit is None for balance in balances):
        return Unexpected(
            f"the remaining amount of {names} is unknown: the provider reports only what was used",
            hint='set a budget in the profile, like budget = "100USD"',
        )
    return Unexpected(
        f"the remaining amount of {names} is unknown", hint="the provider does not report it for this key"
    )


def _report_unmatched(unmatched: Sequence[Minimum], balances: Sequence[Balance]) -> Failure:
    wanted = join_names(unmatched)
    if all(minimum.unit == "%" for minimum in unmatched):
        return Misconfigured(
            f"a minimum of {wanted} cannot be compared: no gating balance has a limit",
            hint=f"use an amount in {join_names(_list_units(balances))}",
        )
    return Misconfigured(
        f"a minimum of {wanted} cannot be compared: the balances are in {join_names(_list_units(balances))}",
        hint="use one of these units",
    )


def _list_units(balances: Iterable[Balance]) -> Iterator[str]:
    return iter(dict.fromkeys(balance.unit or "a unit set in the profile" for balance in balances))


def _judge_verdict_days(verdict: Verdict, min_days: Decimal | None, now: datetime) -> Verdict:
    """Return the verdict with its gating balances also judged by ``min_days``."""
    if min_days is None:
        return verdict
    rows = tuple(_judge_days(row, min_days, now) if row.balance.gates else row for row in verdict.balances)
    statuses, error = {verdict.status}, verdict.error
    if any(row.low for row in rows):
        statuses.add(Status.LOW)
    if unknown := [row.balance for row in rows if row.min_days is not None and row.low is None]:
        statuses.add(Status.UNKNOWN)
        error = error or _report_no_outlook(unknown)
    return verdict._replace(balances=rows, status=pick_strongest(statuses), error=error)


def _judge_days(row: JudgedBalance, min_days: Decimal, now: datetime) -> JudgedBalance:
    lasts = _lasts(row.balance, row.outlook, min_days, now)
    low = None if lasts is None else not lasts
    return row._replace(min_days=min_days, lasts=lasts, low=_pick_worst(low, row.low) if row.judged else low)


def _pick_worst(*answers: bool | None) -> bool | None:
    """Return the worst answer: true (low) beats ``None`` (unknown), which beats false."""
    return True if True in answers else None if None in answers else False


def _lasts(balance: Balance, outlook: Outlook, min_days: Decimal, now: datetime) -> bool | None:
    """Return whether a balance lasts long enough, or is reset in time; ``None`` if that is unknown.

    It must also last at the burn rate of a surge.
    """
    if balance.unlimited:
        return True
    if outlook.surge and not _outlasts(balance, outlook.surge.runway_days, min_days, now):
        return False
    if outlook.runway_days is None:
        return True if outlook.burn_per_day is not None and balance.remaining is not None else None
    return _outlasts(balance, outlook.runway_days, min_days, now)


def _outlasts(balance: Balance, days: Decimal, min_days: Decimal, now: datetime) -> bool:
    """Return whether a balance that runs out in some days lasts long enough, or is reset before that."""
    wait = None if balance.resets_at is None else Decimal((balance.resets_at - now).total_seconds())
    return days >= min_days or (wait is not None and 0 < wait <= days * DAY)


def _report_no_outlook(balances: Sequence[Balance]) -> Failure:
    if unknown := [balance.name for balance in balances if balance.remaining is None]:
        return Unexpected(
            f"cannot tell how long {join_names(unknown)} will last: the remaining amount is unknown",
            hint="the provider does not report it for this key",
        )
    return Unexpected(
        f"cannot tell how long {join_names(balance.name for balance in balances)} will last: not enough history yet",
        hint="run `balance check --record` for at least an hour",
    )
