"""Prometheus' text format, for node_exporter's textfile collector; an amount that is not known has no sample."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final

from balance_cli.amount import EXACT, plain
from balance_cli.render import Format, View
from balance_cli.verdict import Judged, Report, Verdict

METRICS: Final = {
    "balance_up": "Whether the provider answered with balances.",
    "balance_remaining": "What remains of a balance, in its unit.",
    "balance_used": "What was used of a balance, in its unit.",
    "balance_limit": "The limit of a balance, in its unit.",
    "balance_min": "The minimum that a balance was held against, in its unit.",
    "balance_unlimited": "Whether the provider says that a balance is unlimited.",
    "balance_low": "Whether a balance that was judged is below its minimum, or will not last its days.",
    "balance_burn_per_day": "What is used of a balance in a day, of late, in its unit.",
    "balance_runway_seconds": "For how long a balance lasts at that.",
    "balance_min_runway_seconds": "For how long a balance must last.",
    "balance_status": "The profile's status, as the exit code it comes to: 0 ok, 2 misconfigured, 3 low, 4 unknown.",
    "balance_last_check_timestamp_seconds": "When the check was made.",
}
_Sample = tuple[str, dict[str, str], str]


def render(report: Report, _: View) -> str:
    """Return every metric with its help, its type and its samples; of a run that was stopped, nothing."""
    if report.error:
        return ""
    moment = str(int(report.checked_at.timestamp()))
    samples = [*_samples(report.verdicts), ("balance_last_check_timestamp_seconds", {}, moment)]
    return "".join(_metric(name, [sample for sample in samples if sample[0] == name]) for name in METRICS)


def _metric(name: str, samples: Iterable[_Sample]) -> str:
    lines = [f"{metric}{_labels(labels)} {value}\n" for metric, labels, value in samples]
    return f"# HELP {name} {METRICS[name]}\n# TYPE {name} gauge\n{''.join(lines)}" if lines else ""


def _labels(labels: dict[str, str]) -> str:
    quoted = (f'{name}="{_quoted(value)}"' for name, value in labels.items())
    return f"{{{','.join(quoted)}}}" if labels else ""


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _samples(verdicts: Iterable[Verdict]) -> Iterator[_Sample]:
    for verdict in verdicts:
        profile = {"profile": verdict.profile, "provider": verdict.provider}
        yield "balance_up", profile, str(int(bool(verdict.balances)))
        yield "balance_status", profile, str(int(verdict.status.exit))
        for name, row in _named(verdict.balances):
            labels = {**profile, "name": name, "unit": row.balance.unit}
            yield from ((metric, labels, value) for metric, value in _values(row))


def _named(rows: Sequence[Judged]) -> Iterator[tuple[str, Judged]]:
    """Yield balances by names of which no two are the same: of those that share one the second is its ``name (2)``."""
    own = {(row.balance.name, row.balance.unit) for row in rows}
    taken: set[tuple[str, str]] = set()
    for row in rows:
        name, unit, count = row.balance.name, row.balance.unit, 1
        label = name
        while (label, unit) in taken or (count > 1 and (label, unit) in own):
            count += 1
            label = f"{name} ({count})"
        taken.add((label, unit))
        yield label, row


def _values(row: Judged) -> Iterator[tuple[str, str]]:
    balance = row.balance
    amounts: dict[str, Decimal | None] = {
        "balance_remaining": balance.remaining,
        "balance_used": balance.used,
        "balance_limit": balance.limit,
        "balance_min": row.minimum,
        "balance_burn_per_day": row.outlook.burn_per_day,
        "balance_runway_seconds": _seconds(row.outlook.runway_days),
        "balance_min_runway_seconds": _seconds(row.min_days),
    }
    yield from ((metric, plain(number)) for metric, number in amounts.items() if number is not None)
    yield "balance_unlimited", str(int(balance.unlimited))
    if row.low is not None:
        yield "balance_low", str(int(row.low))


def _seconds(days: Decimal | None) -> Decimal | None:
    return None if days is None else EXACT.multiply(days, 86_400)


FORMAT: Final = Format(render)
