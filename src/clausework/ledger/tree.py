"""The Merkle tree of RFC 6962: hashes, the frontier that appending needs, and proofs.

A node is named by height (0: a leaf) and index: node ``(h, i)`` is the root of the complete subtree over the
leaves ``i * 2**h`` to ``(i + 1) * 2**h``. The frontier of ``n`` leaves is the roots of its complete subtrees,
one per bit that is set in ``n``, largest first.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

from clausework.core.errors import Defect

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()

Node = Callable[[int, int], bytes]
"""Returns the hash of the complete subtree at a height and index."""

Range = Callable[[int, int], bytes]
"""Returns the root over the leaves from a start to an end that are one subtree of the tree, complete or not."""


class NoSuchLeaf(Defect):
    """A proof is asked for that the tree of that size does not hold."""


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of a leaf holding ``entry``."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of the node above ``left`` and ``right``."""
    return sha256(b"\x01" + left + right).digest()


def extend_frontier(frontier: Sequence[bytes], size: int, leaves: Iterable[bytes]) -> tuple[bytes, ...]:
    """Return the frontier after the leaf hashes ``leaves`` follow the ``size`` leaves under ``frontier``."""
    nodes = list(frontier)
    for leaf in leaves:
        merged, bits = leaf, size
        while bits & 1:
            merged = sha256(b"\x01" + nodes.pop() + merged).digest()
            bits >>= 1
        nodes.append(merged)
        size += 1
    return tuple(nodes)


def root_of_frontier(frontier: Sequence[bytes]) -> bytes:
    """Return the root hash of the tree whose complete subtrees ``frontier`` names."""
    if not frontier:
        return EMPTY_ROOT
    root = frontier[-1]
    for left in reversed(frontier[:-1]):
        root = sha256(b"\x01" + left + root).digest()
    return root


def subtree_root(hashes: Sequence[bytes]) -> bytes:
    """Return the root over ``hashes``, whose number is a power of two."""
    level = list(hashes)
    while len(level) > 1:
        level = [sha256(b"\x01" + level[i] + level[i + 1]).digest() for i in range(0, len(level), 2)]
    return level[0]


def inclusion_proof(index: int, size: int, root_over: Range) -> tuple[bytes, ...]:
    """Return the audit path of leaf ``index`` in the tree of ``size`` leaves (RFC 6962, 2.1.1), leaf side first."""
    return inclusion_proofs((index,), size, root_over)[index]


def inclusion_proofs(indexes: Sequence[int], size: int, root_over: Range) -> dict[int, tuple[bytes, ...]]:
    """Return the audit path of each of ``indexes``; paths that part late are worked out together.

    Raises ``NoSuchLeaf``.
    """
    wanted = sorted(set(indexes))
    if wanted and not 0 <= wanted[0] <= wanted[-1] < size:
        raise NoSuchLeaf(
            f"A tree of {size} entries has no entry {wanted[0] if wanted[0] < 0 else wanted[-1]}."
        )
    paths: dict[int, tuple[bytes, ...]] = {}
    waiting: list[tuple[int, int, list[int], tuple[bytes, ...]]] = [(0, size, wanted, ())] if wanted else []
    while waiting:
        start, end, below, path = waiting.pop()
        if end - start == 1:
            paths[start] = path
            continue
        middle = start + _largest_power_below(end - start)
        cut = bisect_left(below, middle)
        if cut:
            waiting.append((start, middle, below[:cut], (root_over(middle, end), *path)))
        if cut < len(below):
            waiting.append((middle, end, below[cut:], (root_over(start, middle), *path)))
    return paths


def consistency_proof(old: int, new: int, root_over: Range) -> tuple[bytes, ...]:
    """Return the proof that the tree of ``new`` leaves begins with the tree of ``old`` (RFC 6962, 2.1.2)."""
    if not 0 <= old <= new:
        raise NoSuchLeaf(f"A tree of {new} entries never had {old}.")
    if old in {0, new}:
        return ()
    path: list[bytes] = []
    start, end = 0, new
    while old != end:
        middle = start + _largest_power_below(end - start)
        if old <= middle:
            path.append(root_over(middle, end))
            end = middle
        else:
            path.append(root_over(start, middle))
            start = middle
    if start:
        path.append(root_over(start, end))
    return tuple(reversed(path))


def range_root(start: int, end: int, node: Node) -> bytes:
    """Return the root over the leaves ``start`` to ``end``, where ``start`` is aligned as the tree aligns it."""
    lefts: list[bytes] = []
    while (width := end - start) & (width - 1):
        middle = start + _largest_power_below(width)
        lefts.append(node(*_name(start, middle)))
        start = middle
    root = node(*_name(start, end))
    for left in reversed(lefts):
        root = node_hash(left, root)
    return root


def inclusion_holds(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Tell whether ``proof`` shows the hash ``leaf`` at ``index`` of the tree of ``size`` leaves under ``root``."""
    if not 0 <= index < size:
        return False
    position, last, current = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if position & 1 or position == last:
            current = node_hash(sibling, current)
            while position and not position & 1:
                position, last = position >> 1, last >> 1
        else:
            current = node_hash(current, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and current == root


def consistency_holds(old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]) -> bool:
    """Tell whether ``proof`` shows that the tree under ``new_root`` begins with the one under ``old_root``."""
    if not 0 <= old <= new:
        return False
    if old == new:
        return not proof and old_root == new_root
    if old == 0:
        return not proof and old_root == EMPTY_ROOT
    path = list(proof)
    if old & (old - 1) == 0:
        path.insert(0, old_root)
    if not path:
        return False
    position, last = old - 1, new - 1
    while position & 1:
        position, last = position >> 1, last >> 1
    before = after = path[0]
    for sibling in path[1:]:
        if last == 0:
            return False
        if position & 1 or position == last:
            before, after = node_hash(sibling, before), node_hash(sibling, after)
            while position and not position & 1:
                position, last = position >> 1, last >> 1
        else:
            after = node_hash(after, sibling)
        position, last = position >> 1, last >> 1
    return last == 0 and before == old_root and after == new_root


def _name(start: int, end: int) -> tuple[int, int]:
    """Return height and index of the complete subtree over ``start`` to ``end``."""
    height = (end - start).bit_length() - 1
    return height, start >> height


def _largest_power_below(count: int) -> int:
    """Return the largest power of two that is less than ``count``, which is at least 2."""
    return 1 << ((count - 1).bit_length() - 1)
