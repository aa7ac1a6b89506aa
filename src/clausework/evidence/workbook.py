"""The rows of a workbook's first sheet (XLSX), its archive looked through before a library opens it.

Refused: what stands before or behind the archive, members that are many, large, encrypted or twice there, macros,
document types in any part, and formulas: what they show another day may be something else than what somebody signed.
"""

from __future__ import annotations

import io
import struct
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from clausework.evidence.source import Unreadable
from clausework.evidence.xml_events import feed, new_parser

_END = struct.Struct("<4s4H2LH")
_MOST_MEMBERS = 200
_LARGEST = 16 << 20
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_LARGEST_EXACT = 1 << 53
_MOST_ROWS = 5_000
_MOST_CELLS = 50


class NotAWorkbook(Unreadable):
    """A file is no whole workbook of a spreadsheet program, or holds what no form needs."""

    hint = "Save it as .xlsx with a spreadsheet program and give it once more."


def rows_of_workbook(data: bytes) -> list[tuple[str, ...]]:
    """Return the cells of the first sheet as texts, row by row; raises ``NotAWorkbook``."""
    _check_end(data)
    try:
        _check_parts(data)
    except Unreadable as error:
        raise NotAWorkbook(f"a part of the workbook is refused: {error.message}") from error
    except Exception as error:  # a damaged archive fails in many ways, few of them documented
        raise NotAWorkbook(f"it is no whole archive: {error!r:.200}") from error
    try:
        return list(_rows(data))
    except NotAWorkbook:
        raise
    except Exception as error:
        raise NotAWorkbook(f"the workbook cannot be read: {error!r:.200}") from error


def _check_end(data: bytes) -> None:
    """Make sure that the archive begins with the file and ends with it."""
    tail = data[-_END.size :]
    if not data.startswith(b"PK\x03\x04") or len(tail) < _END.size:
        raise NotAWorkbook("it is no archive")
    magic, _, _, _, _, size, start, comment = _END.unpack(tail)
    if magic != b"PK\x05\x06" or comment or start + size + _END.size != len(data):
        raise NotAWorkbook("the archive is cut off, or something stands before or behind it")


def _check_parts(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = archive.infolist()
        names = [one.filename.casefold() for one in members]
        if len(members) > _MOST_MEMBERS or len(set(names)) != len(names):
            raise NotAWorkbook("it has too many parts, or two of one name")
        if any(one.flag_bits & 1 or one.compress_type not in _METHODS for one in members):
            raise NotAWorkbook("it is encrypted")
        if sum(one.file_size for one in members) > _LARGEST:
            raise NotAWorkbook(f"it unpacks to more than {_LARGEST} bytes")
        if any("vbaproject" in name for name in names):
            raise NotAWorkbook("it holds macros")
        for one in members:
            part = archive.read(one)
            if one.filename.casefold().endswith((".xml", ".rels")):
                feed(new_parser(), [part])


def _rows(data: bytes) -> Iterator[tuple[str, ...]]:
    import openpyxl  # heavy, and needed for this format alone

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what the library does not keep, nothing is asked for
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
        if not book.worksheets:
            raise NotAWorkbook("it has no sheet")
        sheet = book.worksheets[0]
        sheet.reset_dimensions()
        for number, cells in enumerate(sheet.iter_rows()):
            if number >= _MOST_ROWS or len(cells) > _MOST_CELLS:
                raise NotAWorkbook(f"its sheet has more than {_MOST_ROWS} rows or {_MOST_CELLS} columns")
            for cell in cells:
                if cell.data_type == "f":
                    raise NotAWorkbook(f"cell {cell.coordinate} holds a formula; write what it shows")
            yield tuple(_text(cell.value) for cell in cells)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value.is_integer() and abs(value) < _LARGEST_EXACT:
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time.min else value.isoformat(timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)
