"""A table as CSV (RFC 4180), made so that a spreadsheet shows it and executes nothing of it."""

from __future__ import annotations

import csv
import io

from clausework.reports.tables import Table

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def csv_bytes(table: Table) -> bytes:
    """Return ``table`` as UTF-8 CSV with a byte order mark, a header row, and CRLF behind each row.

    A cell that a spreadsheet would take for a formula begins with an apostrophe, for titles are other people's words.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(table.columns)
    writer.writerows([_plain(cell) for cell in row] for row in table.rows)
    return text.getvalue().encode("utf-8-sig")


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
