"""A log read from the static files that ``export_tiles`` wrote (C2SP tlog-tiles): all that a verifier needs of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from clausework.core.errors import IntegrityViolated
from clausework.ledger.checkpoint import read_checkpoint
from clausework.ledger.tiles import TILE_WIDTH, split_bundle, tile_path


class TileMissing(IntegrityViolated):
    """A file of the log is not there, or cannot be read."""

    hint = "Take another copy of the exported log."


class TileFolder:
    """The log in the folder ``folder``; see ``LogReader``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._size: int | None = None

    def checkpoint(self) -> bytes:
        """See ``LogReader``."""
        return self._read("checkpoint")

    def entries(self, start: int, end: int) -> Iterator[bytes]:
        """See ``LogReader``."""
        size = self._whole_size()
        for number in range(start // TILE_WIDTH, -(-min(end, size) // TILE_WIDTH)):
            first = number * TILE_WIDTH
            width = min(TILE_WIDTH, size - first)
            bundle = split_bundle(self._read(tile_path("entries", number, width)))
            if len(bundle) != width:
                raise TileMissing(
                    f"The bundle from entry {first} on holds {len(bundle)} entries, not {width}."
                )
            yield from bundle[max(start - first, 0) : end - first]

    def tile(self, level: int, number: int) -> bytes:
        """See ``LogReader``."""
        return self._read(tile_path(level, number))

    def _whole_size(self) -> int:
        if self._size is None:
            self._size = read_checkpoint(self.checkpoint()).size
        return self._size

    def _read(self, name: str) -> bytes:
        try:
            return (self._folder / name).read_bytes()
        except OSError as error:
            raise TileMissing(f"'{name}' of the exported log cannot be read: {error.strerror}.") from error
