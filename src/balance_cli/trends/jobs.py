"""The jobs of `balance run` in a history, as a table, as JSON and as CSV."""

import csv
from collections.abc import Sequence
from datetime import datetime
from io import StringIO
from typing import Final, NamedTuple

from balance_cli.encode import dumps
from balance_cli.job.outcome import Outcome, list_spent, make_document
from balance_cli.render import View
from balance_cli.render.csv import format_field
from balance_cli.text import align_columns
from balance_cli.times import format_span, rfc3339

_HEADS: Final = (
    "started_at", "seconds", "program", "result", "exit_code", "reason",
    "profile", "provider", "name", "unit", "spent", "at_least", "before", "after",
)  # fmt: skip


class Jobs(NamedTuple):
    """The jobs that started between two times, oldest first."""

    since: datetime
    until: datetime
    jobs: Sequence[Outcome]


def table(history: Jobs, view: View) -> str:
    """Render a table with one row per job."""
    rows = [_format_cells(job, view) for job in history.jobs]
    return align_columns([("STARTED", "TOOK", "PROGRAM", "RESULT", "SPENT"), *rows], view.width)


def _format_cells(job: Outcome, view: View) -> tuple[str, ...]:
    result = f"{job.result}: {job.reason}" if job.reason and not job.balances else job.result
    spent = ", ".join(list_spent(job)) or "-"
    return (f"{view.localize(job.started_at):%Y-%m-%d %H:%M}", format_span(job.seconds), job.program, result, spent)


def json(history: Jobs, _: View) -> str:
    """Render one JSON document; each job is as in the report of `balance run`."""
    documents = map(make_document, history.jobs)
    jobs = [{name: value for name, value in one.items() if name != "schema_version"} for one in documents]
    document = {"schema_version": 1, "since": rfc3339(history.since), "until": rfc3339(history.until), "runs": jobs}
    return dumps(document) + "\n"


def comma_separated(history: Jobs, _: View) -> str:
    """Render CSV (RFC 4180) with a header and one row per job and balance; unknown values are empty."""
    out = StringIO()
    write = csv.writer(out, lineterminator="\r\n").writerow
    write(_HEADS)
    for job in history.jobs:
        document = make_document(job)
        for balance in document["balances"] or [{}]:
            values = {**document, **balance}
            write([format_field(values.get(name)) for name in _HEADS])
    return out.getvalue()


FORMATS: Final = {"csv": comma_separated, "json": json, "table": table}
