"""C2SP tlog-tiles: paths, entry bundles, hash tiles of any width, and a log written out as a static tree of files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from clausework.core.errors import Defect, IntegrityViolated, UsageFault
from clausework.ledger.checkpoint import read_checkpoint
from clausework.ledger.ports import LogReader
from clausework.ledger.tree import HASH_SIZE, leaf_hash, subtree_root

TILE_WIDTH = 256
"""Hashes in a full tile, entries in a full bundle."""
TILE_HEIGHT = 8


class BundleUnreadable(IntegrityViolated):
    """An entry bundle does not consist of whole entries."""


class ExportTargetInUse(UsageFault):
    """The folder to export to is not empty."""

    hint = "Name a folder that does not exist yet."


class EntryUnbundled(Defect):
    """An entry is too large for a bundle."""


def tile_path(level: int | str, number: int, width: int = TILE_WIDTH) -> str:
    """Return the path of a hash tile, or with level ``entries`` of an entry bundle, such as ``tile/0/x001/067``."""
    groups = [f"{number % 1000:03}"]
    while number := number // 1000:
        groups.insert(0, f"x{number % 1000:03}")
    partial = "" if width == TILE_WIDTH else f".p/{width}"
    return f"tile/{level}/{'/'.join(groups)}{partial}"


def tiles_of(size: int) -> Iterator[tuple[int, int, int]]:
    """Yield level, number and width of every hash tile of a log of ``size`` entries, leaves first."""
    level, count = 0, size
    while count:
        for number in range(count // TILE_WIDTH):
            yield level, number, TILE_WIDTH
        if count % TILE_WIDTH:
            yield level, count // TILE_WIDTH, count % TILE_WIDTH
        level, count = level + 1, count // TILE_WIDTH


def join_bundle(entries: Sequence[bytes]) -> bytes:
    """Return the bundle of ``entries``: each with its length in front, two bytes, big-endian."""
    try:
        return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)
    except OverflowError as error:
        raise EntryUnbundled("An entry of a bundle is past 65,535 bytes.") from error


def split_bundle(bundle: bytes) -> tuple[bytes, ...]:
    """Return the entries in ``bundle``; raises ``BundleUnreadable``."""
    entries: list[bytes] = []
    position = 0
    while position < len(bundle):
        start = position + 2
        end = start + int.from_bytes(bundle[position:start], "big")
        if end > len(bundle):
            raise BundleUnreadable(f"Entry {len(entries)} of the bundle runs past its end.")
        entries.append(bundle[start:end])
        position = end
    return tuple(entries)


def split_hashes(data: bytes) -> tuple[bytes, ...]:
    """Return the 32-byte hashes that stand one after the other in ``data``, a tile's or a frontier's."""
    return tuple(data[i : i + HASH_SIZE] for i in range(0, len(data), HASH_SIZE))


def tile_hashes(
    reader: LogReader, level: int, number: int, width: int, full_tile: Callable[[int, int], bytes]
) -> bytes:
    """Return ``width`` hashes of a tile: read if the tile is full, else worked out from what stands below it."""
    if width == TILE_WIDTH:
        return full_tile(level, number)
    first = number * TILE_WIDTH
    if level == 0:
        return b"".join(leaf_hash(entry) for entry in reader.entries(first, first + width))
    below = (full_tile(level - 1, first + position) for position in range(width))
    return b"".join(subtree_root(split_hashes(tile)) for tile in below)


def export_tiles(reader: LogReader, directory: Path) -> None:
    """Write the log as static files: ``checkpoint``, ``tile/...`` and ``tile/entries/...`` (C2SP tlog-tiles).

    Raises ``ExportTargetInUse`` when ``directory`` holds something already.
    """
    if directory.exists() and any(directory.iterdir()):
        raise ExportTargetInUse(f"{directory} is not empty.")
    note = reader.checkpoint()
    size = read_checkpoint(note).size
    for level, number, width in tiles_of(size):
        _write(
            directory / tile_path(level, number, width),
            tile_hashes(reader, level, number, width, reader.tile),
        )
        if level == 0:
            entries = tuple(reader.entries(number * TILE_WIDTH, number * TILE_WIDTH + width))
            _write(directory / tile_path("entries", number, width), join_bundle(entries))
    _write(directory / "checkpoint", note)


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
