"""The Merkle tree: RFC 6962 by its definition, written out plainly, against what grows incrementally."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausework.ledger.tree import (
    EMPTY_ROOT,
    NoSuchLeaf,
    consistency_holds,
    consistency_proof,
    extend_frontier,
    inclusion_holds,
    inclusion_proof,
    inclusion_proofs,
    leaf_hash,
    node_hash,
    range_root,
    root_of_frontier,
)


def leaves_of(size: int) -> list[bytes]:
    """Return so many leaf hashes."""
    return [leaf_hash(b"%d" % number) for number in range(size)]


def defined_root(leaves: Sequence[bytes]) -> bytes:
    """Return MTH as RFC 6962, 2.1, defines it."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    power = 1
    while power * 2 < len(leaves):
        power *= 2
    return node_hash(defined_root(leaves[:power]), defined_root(leaves[power:]))


sizes = st.integers(1, 600)


@given(st.lists(st.integers(0, 70), max_size=8))
def test_the_root_is_the_defined_one_however_the_tree_grew(steps: list[int]) -> None:
    """Any way of growing gives the root of the definition."""
    leaves = leaves_of(sum(steps))
    frontier: tuple[bytes, ...] = ()
    size = 0
    for step in steps:
        frontier = extend_frontier(frontier, size, leaves[size : size + step])
        size += step
    assert root_of_frontier(frontier) == defined_root(leaves)
    assert len(frontier) == size.bit_count()


@given(sizes, st.data())
def test_an_inclusion_proof_holds_and_no_other_does(size: int, data: st.DataObject) -> None:
    """A leaf's proof holds for it, and for no other leaf, index, size or root."""
    leaves = leaves_of(size)
    root = defined_root(leaves)
    index = data.draw(st.integers(0, size - 1))
    proof = inclusion_proof(index, size, lambda start, end: defined_root(leaves[start:end]))
    assert inclusion_holds(leaves[index], index, size, proof, root)
    assert not inclusion_holds(leaf_hash(b"other"), index, size, proof, root)
    assert not inclusion_holds(leaves[index], index, size, (*proof, bytes(32)), root)
    assert not inclusion_holds(leaves[index], index, size, proof, bytes(32))
    assert not inclusion_holds(leaves[index], size, size, proof, root)
    assert not inclusion_holds(leaves[index], -1, size, proof, root)
    other = data.draw(st.integers(0, size - 1))
    assert other == index or not inclusion_holds(leaves[index], other, size, proof, root)
    if proof:
        assert not inclusion_holds(leaves[index], index, size, proof[:-1], root)
        assert not inclusion_holds(leaves[index], index, size, (bytes(32), *proof[1:]), root)


@given(sizes, st.lists(st.integers(0, 599), max_size=20))
def test_proofs_together_are_proofs_apart(size: int, wanted: list[int]) -> None:
    """Many proofs worked out at once are those worked out one by one."""
    leaves = leaves_of(size)

    def root_over(start: int, end: int) -> bytes:
        return defined_root(leaves[start:end])

    within = [index % size for index in wanted]
    together = inclusion_proofs(within, size, root_over)
    assert together == {index: inclusion_proof(index, size, root_over) for index in within}


@given(sizes, st.data())
def test_a_consistency_proof_holds_and_no_other_does(new: int, data: st.DataObject) -> None:
    """A tree proves each of its earlier states, and no other history."""
    leaves = leaves_of(new)
    old = data.draw(st.integers(0, new))
    old_root, root = defined_root(leaves[:old]), defined_root(leaves)
    proof = consistency_proof(old, new, lambda start, end: defined_root(leaves[start:end]))
    assert consistency_holds(old, old_root, new, root, proof)
    assert not consistency_holds(old, bytes(32), new, root, proof)
    assert not consistency_holds(old, old_root, new, root, (*proof, bytes(32)))
    if 0 < old < new:
        assert not consistency_holds(old, old_root, new, bytes(32), proof)
        assert not consistency_holds(old, old_root, new, root, proof[:-1])
        assert not consistency_holds(new, root, old, old_root, proof)


@given(sizes)
def test_a_range_is_worked_out_from_complete_subtrees(size: int) -> None:
    """The root over a range needs complete subtrees only."""
    leaves = leaves_of(size)

    def node(height: int, index: int) -> bytes:
        return defined_root(leaves[index << height : (index + 1) << height])

    assert range_root(0, size, node) == defined_root(leaves)


def test_known_roots() -> None:
    """The roots of RFC 6962's and Certificate Transparency's published test data."""
    inputs = [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ]
    leaves = [leaf_hash(bytes.fromhex(text)) for text in inputs]
    assert leaves[0].hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    root = root_of_frontier(extend_frontier((), 0, leaves))
    assert root.hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


@pytest.mark.parametrize(("index", "size"), [(-1, 3), (3, 3), (0, 0)])
def test_a_leaf_that_is_not_there_has_no_proof(index: int, size: int) -> None:
    """A proof of what the tree does not hold is refused."""
    with pytest.raises(NoSuchLeaf):
        inclusion_proof(index, size, lambda start, end: bytes(32))
    with pytest.raises(NoSuchLeaf):
        consistency_proof(size + 1, size, lambda start, end: bytes(32))
