"""trace --format: writes the matrix as a file that other people and programs read."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import msgspec

from clausework.actions.traced import Traced
from clausework.core.errors import Unavailable
from clausework.reports.csv_file import csv_bytes
from clausework.reports.html_page import html_bytes
from clausework.reports.matrix_report import matrix_report

MatrixFormat = Literal["csv", "xlsx", "json", "html"]
FORMATS: tuple[MatrixFormat, ...] = ("csv", "xlsx", "json", "html")


class NotWritten(Unavailable):
    """The file cannot be written."""

    hint = "Name a file in a folder that is there and that this user may write, on a disk with space."


def write_matrix(traced: Sequence[Traced], form: MatrixFormat, output: Path | None, table: str) -> str:
    """Write the matrix to ``output`` (standard output where it is absent or ``-``); return the path that was written.

    CSV holds one ``table``, the other formats all. Raises ``NotWritten``.
    """
    data = _bytes(traced, form, table)
    if output is None or str(output) == "-":
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return ""
    try:
        output.write_bytes(data)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise NotWritten(f"'{output}' cannot be written: {reason}.") from error
    return str(output)


def _bytes(traced: Sequence[Traced], form: MatrixFormat, table: str) -> bytes:
    if form == "json":
        return msgspec.json.format(msgspec.json.encode([one.of for one in traced]), indent=1) + b"\n"
    report = matrix_report([one.of for one in traced])
    if form == "csv":
        return csv_bytes(next(one for one in report.tables if one.name == table))
    if form == "xlsx":
        from clausework.reports.xlsx_file import (
            xlsx_bytes,  # half a second of openpyxl, for this format alone
        )

        return xlsx_bytes(report)
    return html_bytes(report)
