"""The pure part of appending: from a tree's state and new entries to the next state, its tiles and its checkpoint."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec

from clausework.core.errors import Defect
from clausework.ledger.checkpoint import CheckpointSigners, read_checkpoint, sign_checkpoint
from clausework.ledger.envelope import LARGEST_ENVELOPE
from clausework.ledger.ports import NewEntry
from clausework.ledger.tiles import TILE_WIDTH, split_hashes
from clausework.ledger.tree import EMPTY_ROOT, extend_frontier, leaf_hash, root_of_frontier, subtree_root


class EntryTooLarge(Defect):
    """An entry does not fit an entry bundle, which gives its length in 16 bits."""


class TreeState(msgspec.Struct, frozen=True):
    """A log's tree between two appends: size, frontier, and the newest signed checkpoint."""

    size: int
    frontier: tuple[bytes, ...]
    note: bytes


class FullTile(msgspec.Struct, frozen=True):
    """A hash tile that became full: its level, its number, and its 256 hashes."""

    level: int
    number: int
    hashes: bytes


class Advance(msgspec.Struct, frozen=True):
    """What one append makes: the next state, and the tiles that it filled."""

    state: TreeState
    tiles: tuple[FullTile, ...]


class Placed(msgspec.Struct, frozen=True):
    """Where a batch's entries will stand: the index of each, whether it stood there before, and the new ones."""

    indexes: tuple[int, ...]
    existed: tuple[bool, ...]
    new: tuple[NewEntry, ...]


def first_state(signers: CheckpointSigners) -> TreeState:
    """Return the state of the empty log under its first checkpoint."""
    return TreeState(0, (), sign_checkpoint(signers, 0, EMPTY_ROOT, not_before=0))


def place(entries: Sequence[NewEntry], size: int, find: Callable[[str], int | None]) -> Placed:
    """Return where ``entries`` stand in a log of ``size``, given what ``find`` knows under an idempotency digest.

    An idempotency digest that comes twice in one batch is one entry. Raises ``EntryTooLarge``.
    """
    indexes: list[int] = []
    existed: list[bool] = []
    new: list[NewEntry] = []
    met: dict[str, int] = {}
    for entry in entries:
        if len(entry.envelope) > LARGEST_ENVELOPE:
            raise EntryTooLarge(f"An entry of {len(entry.envelope)} bytes is past {LARGEST_ENVELOPE}.")
        known = None
        if entry.idempotency:
            known = met[entry.idempotency] if entry.idempotency in met else find(entry.idempotency)
        index = size + len(new) if known is None else known
        indexes.append(index)
        existed.append(known is not None)
        if known is None:
            new.append(entry)
        if entry.idempotency:
            met[entry.idempotency] = index
    return Placed(tuple(indexes), tuple(existed), tuple(new))


def advance(
    state: TreeState,
    envelopes: Sequence[bytes],
    signers: CheckpointSigners,
    leaves: Callable[[int, int], Sequence[bytes]],
    tile: Callable[[int, int], bytes],
) -> Advance:
    """Return what appending ``envelopes`` to ``state`` makes.

    ``leaves`` returns the leaf hashes of entries that the log holds, ``tile`` a full tile that it holds; both
    are asked only when a tile fills. Raises ``ClockWentBack``.
    """
    new = [leaf_hash(envelope) for envelope in envelopes]
    size = state.size + len(new)
    frontier = extend_frontier(state.frontier, state.size, new)
    last_time = read_checkpoint(state.note).time
    note = sign_checkpoint(signers, size, root_of_frontier(frontier), not_before=last_time)
    tiles = (
        _filled_tiles(state.size, new, leaves, tile) if size // TILE_WIDTH > state.size // TILE_WIDTH else ()
    )
    return Advance(TreeState(size, frontier, note), tiles)


def _filled_tiles(
    old_size: int,
    new: Sequence[bytes],
    leaves: Callable[[int, int], Sequence[bytes]],
    tile: Callable[[int, int], bytes],
) -> tuple[FullTile, ...]:
    start = old_size - old_size % TILE_WIDTH
    row = [*leaves(start, old_size), *new]
    made: list[FullTile] = []
    level = 0
    while len(row) >= TILE_WIDTH:
        first = start // TILE_WIDTH
        roots: list[bytes] = []
        for position in range(len(row) // TILE_WIDTH):
            hashes = row[position * TILE_WIDTH : (position + 1) * TILE_WIDTH]
            made.append(FullTile(level, first + position, b"".join(hashes)))
            roots.append(subtree_root(hashes))
        level += 1
        start = first - first % TILE_WIDTH
        below = [subtree_root(split_hashes(tile(level - 1, number))) for number in range(start, first)]
        row = [*below, *roots]
    return tuple(made)
