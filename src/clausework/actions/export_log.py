"""export log: the signed log as static files that programs of others verify (C2SP tlog-tiles; 21 CFR 11.10(b))."""

from __future__ import annotations

from pathlib import Path

import msgspec

from clausework.actions.trace_file import NotWritten
from clausework.actions.workplace import Workplace
from clausework.ledger.checkpoint import read_checkpoint
from clausework.ledger.tiles import export_tiles


class ExportedLog(msgspec.Struct, frozen=True):
    """The folder that was written, how many records it holds, and what a verifier is given by another way than it.

    ``key`` is the verifier key of the log's checkpoints (C2SP signed-note), ``root`` the digest of entry 0's Statement.
    """

    path: str
    records: int
    key: str
    root: str


def export_log(workplace: Workplace, folder: Path) -> ExportedLog:
    """Write the log to the new or empty ``folder``: records alone, without the files that they name.

    Raises ``ExportTargetInUse`` and ``NotWritten``.
    """
    try:
        export_tiles(workplace.ledger.log, folder)
        size = read_checkpoint((folder / "checkpoint").read_bytes()).size
    except OSError as error:
        raise NotWritten(f"'{folder}' cannot be written: {error.strerror or error}.") from error
    record, root = workplace.ledger.root()
    return ExportedLog(str(folder), size, root.ledger_key, record.sha256)
