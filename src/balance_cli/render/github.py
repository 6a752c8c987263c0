"""GitHub Actions: an annotation for each profile that is not ok, a job summary, outputs for later steps."""

from collections.abc import Iterator, Mapping
from typing import Final

from balance_cli.render import Format, View, markdown
from balance_cli.render._said import advise_and_date, format_age
from balance_cli.verdict import Report, Status

LEVELS: Final = {Status.OK: "", Status.LOW: "error", Status.MISCONFIGURED: "error", Status.UNKNOWN: "warning"}
"""The annotation level of each status, "" for none."""


def render(report: Report, view: View) -> str:
    """Render the workflow commands and a summary line for the log; ok profiles get no annotation."""
    commands = [
        _annotate(LEVELS[v.status], f"balance {v.profile} {v.status}", advise_and_date(v, report, view) or v.status)
        for v in report.verdicts
        if LEVELS[v.status]
    ]
    if report.error:
        commands.append(_annotate("error", "balance", report.error.describe()))
    ok = sum(verdict.status is Status.OK for verdict in report.verdicts)
    ages = "".join(f"; {v.profile} was read {age}" for v in report.verdicts if (age := format_age(v, report)))
    return f"{''.join(commands)}balance: {ok} of {len(report.verdicts)} ok{ages}\n"


def files(report: Report, view: View, environ: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the files that the runner reads and the text to append to each; nothing outside Actions."""
    if summary := environ.get("GITHUB_STEP_SUMMARY"):
        body = f"{markdown.escape(report.error.describe())}\n" if report.error else markdown.render(report, view)
        yield summary, f"### Balances: {report.status}\n\n{body}\n"
    if outputs := environ.get("GITHUB_OUTPUT"):
        yield outputs, f"status={report.status}\nexit_code={int(report.status.exit)}\n"


def _annotate(level: str, title: str, text: str) -> str:
    """Render the workflow command of one annotation."""
    return f"::{level} title={_escape_property(title)}::{_escape_data(text)}\n"


def _escape_data(text: str) -> str:
    """Escape text so that it cannot end its command or start another."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    return _escape_data(text).replace(":", "%3A").replace(",", "%2C")


FORMAT: Final = Format(render, files=files)
