"""The ward's report: a line for each exported log, for planning and statistics."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from companion.log import Infusions

PURPOSE = "For the ward's administration; not for therapy"
HEAD = ("log", "starts", "mL", "high alarms", "other alarms")


def report(logs: Iterable[tuple[str, Infusions]]) -> str:
    """Return the report as CSV: its purpose, the head, and a line for each log under its name."""
    page = io.StringIO()
    rows = csv.writer(page, lineterminator="\n")
    rows.writerow([PURPOSE])
    rows.writerow(HEAD)
    for name, one in logs:
        millilitres = f"{one.microlitres / 1_000:.1f}"
        rows.writerow([name, one.starts, millilitres, one.high_alarms, one.other_alarms])
    return page.getvalue()
