"""export: writes recorded items in a format that other tools read (clauses 5.1.1, 8.3; 21 CFR 11.10(b))."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Literal

from clausework.actions.current_build import current_build
from clausework.actions.trace import candidate_of
from clausework.actions.trace_file import NotWritten
from clausework.actions.workplace import Workplace
from clausework.core.clock import parse_timestamp
from clausework.gates.baselines import Baselines
from clausework.items.model import Item
from clausework.items.writers import write_csv, write_needs, write_reqif
from clausework.ledger.records.build import Build
from clausework.ledger.records.control import ItemBaseline

ItemFormat = Literal["reqif", "needs", "csv"]
ITEM_FORMATS: tuple[ItemFormat, ...] = ("reqif", "needs", "csv")


def export_items(
    workplace: Workplace,
    form: ItemFormat,
    output: Path | None,
    *,
    version: str | None = None,
    build_id: str | None = None,
    software_item: str | None = None,
) -> tuple[str, int]:
    """Write the items of a released version, or of a build, to ``output`` (standard output where absent or ``-``).

    Returns the path that was written and how many items it holds. The bytes depend on the items and on when these were
    recorded alone. Raises ``ReleaseUnknown``, ``BuildUnknown``, ``CannotBeWritten`` and ``NotWritten``.
    """
    snapshot = workplace.snapshot()
    if version is not None:
        baseline = candidate_of(workplace, snapshot, version).item_baseline
    else:
        build: Build = current_build(workplace, snapshot, build_id, software_item).body
        baseline = build.item_baseline
    items = Baselines(snapshot.records, workplace.ledger.open_blob).items(baseline)
    at = next(
        one.body.made.at
        for one in snapshot.records
        if isinstance(one.body, ItemBaseline) and one.body.baseline == baseline
    )
    buffer = BytesIO()
    _WRITERS[form](items, buffer, parse_timestamp(at))
    return write_file(buffer.getvalue(), output), len(items)


def write_file(data: bytes, output: Path | None) -> str:
    """Write ``data`` to ``output`` (standard output where absent or ``-``); return its path. Raises ``NotWritten``."""
    if output is None or str(output) == "-":
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return ""
    try:
        output.write_bytes(data)
    except OSError as error:
        raise NotWritten(f"'{output}' cannot be written: {error.strerror}.") from error
    return str(output)


def _csv(items: Sequence[Item], stream: BinaryIO, _at: datetime) -> None:
    write_csv(items, stream)


_WRITERS: dict[ItemFormat, Callable[[Sequence[Item], BinaryIO, datetime], None]] = {
    "reqif": write_reqif,
    "needs": write_needs,
    "csv": _csv,
}
