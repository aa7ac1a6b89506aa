"""Reads the form of a manual test as a workbook (XLSX): its first sheet (clauses 5.6.7, 5.7.5, 9.8)."""

from __future__ import annotations

from clausework.evidence.detail import DetailWriter
from clausework.evidence.format import Format, TestsRead
from clausework.evidence.manual_reading import read_form
from clausework.evidence.manual_table import form_of
from clausework.evidence.source import Source
from clausework.evidence.whole_file import read_whole
from clausework.evidence.workbook import rows_of_workbook

_LARGEST = 8 << 20


def _sniff(head: bytes, _name: str) -> bool:
    return head.startswith(b"PK\x03\x04") and b"xl/" in head


def _parse(source: Source, detail: DetailWriter) -> TestsRead:
    return read_form(form_of(rows_of_workbook(read_whole(source, _LARGEST))), detail)


FORMAT = Format(
    "manual_test_xlsx",
    2,
    "tests",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    (".xlsx",),
    _sniff,
    _parse,
    "Form of a manual test, XLSX",
    ("5.6.7", "5.7.5", "9.8"),
)
