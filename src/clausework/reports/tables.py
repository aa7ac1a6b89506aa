"""A table of texts, the one shape that terminal, CSV, XLSX and HTML share."""

from __future__ import annotations

import msgspec

from clausework.core.errors import Defect


class TableUneven(Defect):
    """A table was made whose cells would stand under other columns."""


class Table(msgspec.Struct, frozen=True):
    """A named table: what it shows in a sentence, its columns, and rows of as many cells."""

    name: str
    about: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def __post_init__(self) -> None:
        """Raise ``TableUneven`` when a row has not as many cells as there are columns."""
        if any(len(row) != len(self.columns) for row in self.rows):
            raise TableUneven(f"A row of the table '{self.name}' has not {len(self.columns)} cells.")


class Report(msgspec.Struct, frozen=True):
    """Tables under one title; ``facts`` are pairs of a name and a value that say what the tables are about."""

    title: str
    facts: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]
