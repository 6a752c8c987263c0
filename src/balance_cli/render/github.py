"""GitHub Actions: an annotation for what is not ok, a summary of the job, outputs for later steps."""

from collections.abc import Iterator, Mapping
from typing import Final

from balance_cli.render import Format, View, markdown
from balance_cli.render._said import why
from balance_cli.verdict import Report, Status

LEVELS: Final = {Status.OK: "", Status.LOW: "error", Status.MISCONFIGURED: "error", Status.UNKNOWN: "warning"}
"""The level of each status's annotation, "" for none."""


def render(report: Report, _: View) -> str:
    """Return the workflow commands and a line that a person reads in the log; ok profiles get no annotation."""
    commands = [
        f"::{LEVELS[v.status]} title={_property(f'balance {v.profile} {v.status}')}::{_data(why(v) or v.status)}\n"
        for v in report.verdicts
        if LEVELS[v.status]
    ]
    if report.error:
        commands.append(f"::error title=balance::{_data(report.error.said())}\n")
    fine = sum(verdict.status is Status.OK for verdict in report.verdicts)
    return f"{''.join(commands)}balance: {fine} of {len(report.verdicts)} ok\n"


def files(report: Report, view: View, environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the files that the runner reads, and what is appended to each; outside of Actions there are none."""
    if summary := environ.get("GITHUB_STEP_SUMMARY"):
        said = f"{markdown.escaped(report.error.said())}\n" if report.error else markdown.render(report, view)
        yield summary, f"### Balances: {report.status}\n\n{said}\n"
    if outputs := environ.get("GITHUB_OUTPUT"):
        yield outputs, f"status={report.status}\nexit_code={int(report.status.exit)}\n"


def _data(text: str) -> str:
    """Return a text that cannot end its command or begin another."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


FORMAT: Final = Format(render, files=files)
