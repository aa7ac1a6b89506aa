"""Reads the form of a manual test as CSV, as a spreadsheet program writes it (clauses 5.6.7, 5.7.5, 9.8)."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

from clausework.evidence.detail import DetailWriter
from clausework.evidence.format import Format, TestsRead
from clausework.evidence.manual_form import SCHEMA
from clausework.evidence.manual_reading import read_form
from clausework.evidence.manual_table import TITLE, form_of
from clausework.evidence.source import Source, ValueRejected, WrongKind
from clausework.evidence.whole_file import read_whole

_LARGEST = 4 << 20
_FIRST = re.compile(rf'(?:sep=[,;\t]\r?\n)?\s*+"?{TITLE}"?([,;\t])"?{SCHEMA}"?(?![A-Za-z0-9])')


def _sniff(head: bytes, _name: str) -> bool:
    return (
        _FIRST.match(head[:1000].removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").lstrip())
        is not None
    )


def _parse(source: Source, detail: DetailWriter) -> TestsRead:
    data = read_whole(source, _LARGEST)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueRejected(
            f"byte {error.start} is not UTF-8; save it as CSV in UTF-8", offset=error.start
        ) from error
    found = _FIRST.match(text.lstrip())
    if found is None:
        raise WrongKind(f"it does not begin with '{TITLE}' and '{SCHEMA}'")
    return read_form(form_of(_rows(text, found[1])), detail)


def _rows(text: str, delimiter: str) -> Iterator[list[str]]:
    text = text.lstrip()
    if text.startswith("sep="):
        text = text.partition("\n")[2]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        yield from reader
    except csv.Error as error:
        raise ValueRejected(f"the row at line {reader.line_num} is not well written: {error}") from error


FORMAT = Format(
    "manual_test_csv",
    1,
    "tests",
    "text/csv",
    (".csv",),
    _sniff,
    _parse,
    "Form of a manual test, CSV",
    ("5.6.7", "5.7.5", "9.8"),
)
