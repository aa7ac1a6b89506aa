"""From a table's rows to foreign items: one item a row, by what the columns hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from clausework.core.places import Finding, Place
from clausework.items.model import FieldValue
from clausework.items.readers.columns import Columns, Use, columns_of, list_in, plain, targets_in
from clausework.items.source import ForeignItem, ForeignLink, SourceRead

_ONCE = ("id", "type", "title", "text")


class Row(msgspec.Struct, frozen=True):
    """The cells of a row as text, and the line on which it begins."""

    line: int
    cells: tuple[str, ...]


class Table(msgspec.Struct, frozen=True):
    """A table: where it is, what its rows are called if none of their cells says it, its columns and rows.

    ``even`` asks each row to have as many cells as there are columns.
    """

    path: str
    kind: str
    columns: Columns
    rows: Iterable[Row]
    even: bool


def header_in(rows: Iterable[Row], planned: dict[str, Use], within: int) -> tuple[Columns, Row] | None:
    """Return the first of the rows, ``within`` so many that are not blank, that has a column for the ID."""
    for row in rows:
        if not any(cell.strip() for cell in row.cells):
            continue
        columns = columns_of(row.cells, planned)
        if columns.of("id") >= 0:
            return columns, row
        within -= 1
        if not within:
            break
    return None


def items_of(tables: Sequence[Table], planned: Mapping[str, Use]) -> SourceRead:
    """Return the rows of ``tables`` as foreign items, and what in them cannot be read."""
    items: list[ForeignItem] = []
    findings: list[Finding] = []
    for table in tables:
        found = list(_wrong_columns(table))
        findings += found
        if not found:
            for row in table.rows:
                _take(table, row, items, findings)
    findings += _not_there(tables, planned)
    return SourceRead(tuple(items), tuple(findings))


def _take(table: Table, row: Row, items: list[ForeignItem], findings: list[Finding]) -> None:
    if not any(cell.strip() for cell in row.cells):
        return
    place = Place(table.path, row.line)
    if wrong := _wrong_row(table, row, place):
        findings.append(wrong)
        return
    cells = dict(enumerate(row.cells))

    def cell_of(what: str) -> str:
        return cells.get(table.columns.of(what), "").strip()

    own_id = cell_of("id")
    if not own_id:
        hint = "Give each row an ID; of merged cells only the first has what is written in them."
        findings.append(Finding("item-id", "the row has no ID", place, ("8.1.1",), hint))
        return
    kind = cell_of("type") if table.columns.of("type") >= 0 else table.kind
    links, fields = _links_and_fields(table, cells, place)
    items.append(ForeignItem(own_id, kind, cell_of("title"), cell_of("text"), links, fields, place))


def _links_and_fields(
    table: Table, cells: Mapping[int, str], place: Place
) -> tuple[tuple[ForeignLink, ...], dict[str, FieldValue]]:
    links: list[ForeignLink] = []
    fields: dict[str, FieldValue] = {}
    for number, use in enumerate(table.columns.uses):
        cell = cells.get(number, "")
        if not cell.strip():
            continue
        if use.what == "link":
            links += (ForeignLink(use.name, target, place) for target in targets_in(cell))
        elif use.what == "list":
            fields[use.name] = (*_several(fields.get(use.name, ())), *list_in(cell))
        elif use.what == "field":
            before = fields.get(use.name)
            fields[use.name] = cell.strip() if before is None else (*_several(before), cell.strip())
    return tuple(links), fields


def _several(value: FieldValue) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def _wrong_row(table: Table, row: Row, place: Place) -> Finding | None:
    expected, found = len(table.columns.header), len(row.cells)
    if table.even and found != expected:
        hint = "Put values that hold the separator, a quote or a line break in double quotes."
        return Finding("row", f"the row has {found} values; there are {expected} columns", place, hint=hint)
    for number, cell in enumerate(row.cells):
        named = number < expected and table.columns.header[number].strip()
        if cell.strip() and not named:
            return Finding("row", f"'{cell.strip()[:60]}' stands in a column that has no name", place)
    return None


def _wrong_columns(table: Table) -> Iterator[Finding]:
    place = Place(table.path)
    for what in _ONCE:
        named = [
            name
            for name, use in zip(table.columns.header, table.columns.uses, strict=True)
            if use == Use(what)
        ]
        if len(named) > 1:
            names = ", ".join(f"'{name}'" for name in named)
            hint = "Say in the plan which one it is (columns: ...), or give the others another name."
            yield Finding("column", f"{len(named)} columns hold the {what}: {names}", place, hint=hint)


def _not_there(tables: Sequence[Table], planned: Mapping[str, Use]) -> Iterator[Finding]:
    known = {plain(name) for table in tables for name in table.columns.header}
    for name in planned:
        if tables and name not in known:
            hint = "Name it in the plan as the header has it."
            message = f"no column is called '{name}', which the plan maps"
            yield Finding("column", message, Place(tables[0].path), hint=hint)
