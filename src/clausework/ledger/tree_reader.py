"""The nodes of a log's tree, read from its full tiles and, past the last full tile, from its entries.

What is read or worked out is remembered: a node never changes once its subtree is complete.
"""

from __future__ import annotations

from clausework.ledger.ports import LogReader
from clausework.ledger.tiles import TILE_HEIGHT, TILE_WIDTH, split_hashes
from clausework.ledger.tree import (
    consistency_proof,
    inclusion_proofs,
    leaf_hash,
    node_hash,
    range_root,
    subtree_root,
)

_REMEMBERED = 100_000


class TreeReader:
    """Gives roots and proofs for one log."""

    def __init__(self, reader: LogReader) -> None:
        self._reader = reader
        self._nodes: dict[tuple[int, int], bytes] = {}

    def learn(self, index: int, leaf: bytes) -> None:
        """Take the leaf hash of entry ``index``, which the caller has just appended, to spare reading it."""
        self._nodes[0, index] = leaf

    def inclusions(self, indexes: list[int], size: int) -> list[tuple[bytes, ...]]:
        """Return the audit path of each of ``indexes`` at ``size``; raises ``NoSuchLeaf``."""
        paths = inclusion_proofs(indexes, size, _Ranges(self, size).root_over)
        return [paths[index] for index in indexes]

    def consistency(self, old: int, new: int) -> tuple[bytes, ...]:
        """Return the proof that the log at ``new`` begins with the log at ``old``; raises ``NoSuchLeaf``."""
        return consistency_proof(old, new, _Ranges(self, new).root_over)

    def root(self, size: int) -> bytes:
        """Return the root hash of the first ``size`` entries, at least one."""
        return _Ranges(self, size).root_over(0, size)

    def node(self, height: int, number: int, size: int) -> bytes:
        """Return the complete subtree of ``height`` and index ``number`` in the tree of ``size`` entries."""
        known = self._nodes.get((height, number))
        if known is not None:
            return known
        if height == 0 or (height % TILE_HEIGHT == 0 and self._in_full_tile(height, number, size)):
            return self._read(height, number, size)
        above = height % TILE_HEIGHT
        first = number << above
        if self._in_full_tile(height - above, first, size):
            node = self._within_tile(height - above, first, 1 << above)
        else:
            node = node_hash(
                self.node(height - 1, 2 * number, size), self.node(height - 1, 2 * number + 1, size)
            )
        self._nodes[height, number] = node
        return node

    def _within_tile(self, height: int, first: int, count: int) -> bytes:
        """Return the root over ``count`` nodes of a full tile, from the node ``first`` of its height on."""
        hashes = split_hashes(self._reader.tile(height // TILE_HEIGHT, first // TILE_WIDTH))
        return subtree_root(hashes[first % TILE_WIDTH : first % TILE_WIDTH + count])

    def _in_full_tile(self, height: int, number: int, size: int) -> bool:
        return (number // TILE_WIDTH + 1) * TILE_WIDTH << height <= size

    def _read(self, height: int, number: int, size: int) -> bytes:
        if len(self._nodes) > _REMEMBERED:
            self._nodes.clear()
        if self._in_full_tile(height, number, size):
            tile = number // TILE_WIDTH
            hashes = split_hashes(self._reader.tile(height // TILE_HEIGHT, tile))
            first = tile * TILE_WIDTH
        else:
            end = min(number - number % TILE_WIDTH + TILE_WIDTH, size)
            hashes = tuple(leaf_hash(entry) for entry in self._reader.entries(number, end))
            first = number
        self._nodes.update(((height, first + position), node) for position, node in enumerate(hashes))
        return hashes[number - first]


class _Ranges:
    """The roots of a tree's subtrees at one size; the incomplete ones are worked out once for many proofs."""

    def __init__(self, reader: TreeReader, size: int) -> None:
        self._reader = reader
        self._size = size
        self._roots: dict[tuple[int, int], bytes] = {}

    def root_over(self, start: int, end: int) -> bytes:
        """Return the root over the leaves ``start`` to ``end``."""
        known = self._roots.get((start, end))
        if known is None:
            known = range_root(
                start, end, lambda height, number: self._reader.node(height, number, self._size)
            )
            self._roots[start, end] = known
        return known
