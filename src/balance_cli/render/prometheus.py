"""Prometheus text format, for node_exporter's textfile collector; unknown amounts have no sample."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final

from balance_cli.amount import EXACT, format_exact
from balance_cli.render import Format, View
from balance_cli.times import DAY
from balance_cli.verdict import JudgedBalance, Report, Verdict

METRICS: Final = {
    "balance_up": "Whether the provider reported balances.",
    "balance_remaining": "Remaining amount of the balance, in its unit.",
    "balance_used": "Used amount of the balance, in its unit.",
    "balance_limit": "Limit of the balance, in its unit.",
    "balance_min": "Minimum of the balance, in its unit.",
    "balance_unlimited": "Whether the provider reports the balance as unlimited.",
    "balance_low": "Whether the balance is below its minimum, or will not last long enough.",
    "balance_burn_per_day": "Recent burn rate of the balance per day, in its unit.",
    "balance_runway_seconds": "How long the balance will last at the recent burn rate.",
    "balance_runway_low_seconds": "How long the balance will last if it is used as in the fastest of the last weeks.",
    "balance_runway_high_seconds": "How long the balance will last if it is used as in the slowest of the last weeks.",
    "balance_surge_burn_per_day": "Burn rate of a surge of the balance per day, in its unit.",
    "balance_surge_runway_seconds": "How long the balance will last at the burn rate of a surge.",
    "balance_min_runway_seconds": "How long the balance must last.",
    "balance_status": "Status of the profile, as an exit code: 0 ok, 2 misconfigured, 3 low, 4 unknown.",
    "balance_read_timestamp_seconds": "Time at which the balances were read.",
    "balance_last_check_timestamp_seconds": "Time of the check.",
}
_Sample = tuple[str, dict[str, str], str]


def render(report: Report, _: View) -> str:
    """Render every metric with its help, type and samples; nothing if an error stopped the run."""
    if report.error:
        return ""
    moment = str(int(report.checked_at.timestamp()))
    samples = [*_collect_samples(report.verdicts), ("balance_last_check_timestamp_seconds", {}, moment)]
    return "".join(_render_metric(name, [sample for sample in samples if sample[0] == name]) for name in METRICS)


def _render_metric(name: str, samples: Iterable[_Sample]) -> str:
    lines = [f"{metric}{_render_labels(labels)} {value}\n" for metric, labels, value in samples]
    return f"# HELP {name} {METRICS[name]}\n# TYPE {name} gauge\n{''.join(lines)}" if lines else ""


def _render_labels(labels: dict[str, str]) -> str:
    quoted = (f'{name}="{_escape(value)}"' for name, value in labels.items())
    return f"{{{','.join(quoted)}}}" if labels else ""


def _escape(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _collect_samples(verdicts: Iterable[Verdict]) -> Iterator[_Sample]:
    for verdict in verdicts:
        profile = {"profile": verdict.profile, "provider": verdict.provider}
        yield "balance_up", profile, str(int(bool(verdict.balances)))
        yield "balance_status", profile, str(int(verdict.status.exit))
        if verdict.read_at:
            yield "balance_read_timestamp_seconds", profile, str(int(verdict.read_at.timestamp()))
        for name, row in _name_uniquely(verdict.balances):
            labels = {**profile, "name": name, "unit": row.balance.unit}
            yield from ((metric, labels, value) for metric, value in _collect_values(row))


def _name_uniquely(rows: Sequence[JudgedBalance]) -> Iterator[tuple[str, JudgedBalance]]:
    """Yield each balance with a unique label: the second one of the same name and unit becomes ``name (2)``."""
    names = {(row.balance.name, row.balance.unit) for row in rows}
    taken: set[tuple[str, str]] = set()
    for row in rows:
        name, unit, count = row.balance.name, row.balance.unit, 1
        label = name
        while (label, unit) in taken or (count > 1 and (label, unit) in names):
            count += 1
            label = f"{name} ({count})"
        taken.add((label, unit))
        yield label, row


def _collect_values(row: JudgedBalance) -> Iterator[tuple[str, str]]:
    balance, outlook, surge = row.balance, row.outlook, row.outlook.surge
    amounts: dict[str, Decimal | None] = {
        "balance_remaining": balance.remaining,
        "balance_used": balance.used,
        "balance_limit": balance.limit,
        "balance_min": row.minimum,
        "balance_burn_per_day": outlook.burn_per_day,
        "balance_runway_seconds": _to_seconds(outlook.runway_days),
        "balance_runway_low_seconds": _to_seconds(outlook.runway_days_low),
        "balance_runway_high_seconds": _to_seconds(outlook.runway_days_high),
        "balance_surge_burn_per_day": surge and surge.burn_per_day,
        "balance_surge_runway_seconds": _to_seconds(surge and surge.runway_days),
        "balance_min_runway_seconds": _to_seconds(row.min_days),
    }
    yield from ((metric, format_exact(number)) for metric, number in amounts.items() if number is not None)
    yield "balance_unlimited", str(int(balance.unlimited))
    if row.low is not None:
        yield "balance_low", str(int(row.low))


def _to_seconds(days: Decimal | None) -> Decimal | None:
    return None if days is None else EXACT.multiply(days, DAY)


FORMAT: Final = Format(render)
