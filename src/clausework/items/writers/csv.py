"""Writes items as CSV: UTF-8, a header, comma, RFC 4180. Clausework's own reader reads back what was written.

The columns are ``id``, ``type``, ``title``, ``text``, one ``links.`` and role a role, then the fields. A field of
several texts is a column ``name[]`` with a line each; one whose name means something else in a header is
``fields.name``.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import BinaryIO

from clausework.items.model import FieldValue, Item
from clausework.items.readers.columns import is_taken, written_list
from clausework.items.writers.order import encoded, in_order, several

_FIRST = ("id", "type", "title", "text")


def write_csv(items: Iterable[Item], stream: BinaryIO) -> None:
    """Write ``items``, sorted by ID, to ``stream``; the same items give the same bytes.

    Raises ``CannotBeWritten`` where two share an ID.
    """
    ordered = in_order(items)
    roles = sorted({link.role for item in ordered for link in item.links})
    fields = sorted({column for item in ordered for column in _cells(item)})
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([*_FIRST, *(f"links.{role}" for role in roles), *fields])
    for item in ordered:
        links = ["; ".join(item.targets(role)) for role in roles]
        cells = _cells(item)
        own = [item.id, str(item.type), item.title, item.text]
        writer.writerow([*own, *links, *(cells.get(column, "") for column in fields)])
    stream.write(encoded(buffer.getvalue()))


def _cells(item: Item) -> dict[str, str]:
    return {
        _column(name, value): value if isinstance(value, str) else written_list(several(value))
        for name, value in item.fields.items()
        if several(value)
    }


def _column(name: str, value: FieldValue) -> str:
    column = f"fields.{name}" if is_taken(name) else name
    return column if isinstance(value, str) else f"{column}[]"
