"""A log that was exported as static files is read as the log that it was, and what is not there is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from clausework.core.errors import IntegrityViolated
from clausework.ledger.tile_folder import TileFolder, TileMissing
from clausework.ledger.tiles import export_tiles
from tests.actions.device import Device


def test_the_exported_log_reads_as_the_log(prepared_established: Device, tmp_path: Path) -> None:
    """Checkpoint and entries come back byte for byte, whole and in part."""
    with prepared_established.open(reading=True) as workplace:
        log = workplace.ledger.log
        export_tiles(log, tmp_path / "log")
        size = workplace.ledger.checkpoint().size
        read = TileFolder(tmp_path / "log")
        assert read.checkpoint() == log.checkpoint()
        entries = list(log.entries(0, size))
    assert list(read.entries(0, size)) == list(read.entries(0, size + 99)) == entries
    assert list(read.entries(1, size)) == entries[1:]
    assert list(read.entries(0, 1)) == entries[:1]


def test_what_is_missing_or_cut_is_named(prepared_established: Device, tmp_path: Path) -> None:
    """Attack: a bundle is deleted, or shortened by its last entry."""
    with prepared_established.open(reading=True) as workplace:
        export_tiles(workplace.ledger.log, tmp_path / "log")
        size = workplace.ledger.checkpoint().size
    (bundle,) = (tmp_path / "log" / "tile" / "entries").rglob(f"{size}")
    first = next(iter(TileFolder(tmp_path / "log").entries(0, 1)))
    bundle.write_bytes(len(first).to_bytes(2, "big") + first)
    if size > 1:
        with pytest.raises(TileMissing, match="holds 1 entries"):
            list(TileFolder(tmp_path / "log").entries(0, size))
    bundle.unlink()
    with pytest.raises(TileMissing):
        list(TileFolder(tmp_path / "log").entries(0, size))
    with pytest.raises(IntegrityViolated):
        TileFolder(tmp_path / "log").tile(0, 0)
