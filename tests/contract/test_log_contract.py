"""What every log promises."""

from __future__ import annotations

import threading
from collections.abc import Sequence

import pytest

from clausework.core.errors import NotAllowed
from clausework.ledger.append import EntryTooLarge
from clausework.ledger.checkpoint import ClockWentBack, checkpoint_keys, read_checkpoint, verify_checkpoint
from clausework.ledger.inspection import CheckpointHistory
from clausework.ledger.ports import Committed, NewEntry
from clausework.ledger.tiles import TILE_WIDTH, split_hashes
from clausework.ledger.tree import EMPTY_ROOT, extend_frontier, leaf_hash, root_of_frontier, subtree_root
from tests.contract.stores import OpenStore
from tests.ledger.making import ORIGIN, Keys, Ticking


def append(store: OpenStore, *envelopes: bytes, idempotency: str = "") -> Committed:
    """Append envelopes in one batch."""
    return store.log.append(lambda size, note: [NewEntry(envelope, idempotency) for envelope in envelopes])


def test_an_empty_log_has_a_signed_checkpoint(store: OpenStore, keys: Keys) -> None:
    """A log that holds nothing states so under its keys."""
    named = checkpoint_keys(ORIGIN, keys.ledger.public_key, keys.clock.public_key)
    checkpoint = verify_checkpoint(store.log.checkpoint(), named)
    assert (checkpoint.size, checkpoint.root) == (0, EMPTY_ROOT)
    assert list(store.log.entries(0, 10)) == []


def test_entries_come_back_bit_for_bit_in_order(store: OpenStore) -> None:
    """What was appended is what is read, by any slice."""
    envelopes = [bytes([number % 256]) * (number % 700) for number in range(1200)]
    committed = append(store, *envelopes)
    assert committed.indexes == tuple(range(1200))
    assert not any(committed.existed)
    assert list(store.log.entries(0, 1200)) == envelopes
    assert list(store.log.entries(499, 1001)) == envelopes[499:1001]
    assert list(store.log.entries(1199, 5000)) == envelopes[1199:]


@pytest.mark.parametrize("sizes", [(1, 1, 1), (255, 1, 1), (256, 256), (1000, 1, 300), (255, 2, 254, 1)])
def test_checkpoint_and_tiles_are_those_of_the_entries(
    store: OpenStore, keys: Keys, sizes: Sequence[int]
) -> None:
    """However a log grew, its root and full tiles are the RFC 6962 tree over its entries."""
    named = checkpoint_keys(ORIGIN, keys.ledger.public_key, keys.clock.public_key)
    envelopes: list[bytes] = []
    for size in sizes:
        new = [b"entry %d" % (len(envelopes) + number) for number in range(size)]
        envelopes += new
        note = append(store, *new).note
        leaves = [leaf_hash(envelope) for envelope in envelopes]
        checkpoint = verify_checkpoint(note, named)
        assert (checkpoint.size, checkpoint.root) == (
            len(leaves),
            root_of_frontier(extend_frontier((), 0, leaves)),
        )
        assert store.log.checkpoint() == note
    for number in range(len(leaves) // TILE_WIDTH):
        expected = leaves[number * TILE_WIDTH : (number + 1) * TILE_WIDTH]
        assert list(split_hashes(store.log.tile(0, number))) == expected


def test_upper_tiles_hold_the_roots_of_lower_ones(store: OpenStore) -> None:
    """A tile of level 1 fills at 65,536 entries and holds the roots of 256 tiles of level 0."""
    for start in range(0, 65_536 + 100, 8_192):
        append(store, *(b"%d" % number for number in range(start, start + 8_192)))
    roots = [subtree_root(split_hashes(store.log.tile(0, number))) for number in range(TILE_WIDTH)]
    assert list(split_hashes(store.log.tile(1, 0))) == roots


def test_every_checkpoint_is_kept(store: OpenStore) -> None:
    """The history of checkpoints has one per append, oldest first."""
    notes = [store.log.checkpoint(), append(store, b"one").note, append(store, b"two", b"three").note]
    assert isinstance(store.log, CheckpointHistory)
    assert list(store.log.checkpoints()) == notes


def test_the_same_idempotency_appends_once(store: OpenStore) -> None:
    """An entry under a digest that is known is not appended again, in one batch or in two."""
    first = append(store, b"one", idempotency="a" * 64)
    again = append(store, b"other", idempotency="a" * 64)
    twice = append(store, b"x", b"y", idempotency="b" * 64)
    assert (again.indexes, again.existed, again.note) == ((0,), (True,), first.note)
    assert (twice.indexes, twice.existed) == ((1, 1), (False, True))
    assert store.log.find("a" * 64) == 0
    assert store.log.find("c" * 64) is None
    assert list(store.log.entries(0, 9)) == [b"one", b"x"]


def test_what_prepare_raises_appends_nothing(store: OpenStore) -> None:
    """An append whose preparation refuses leaves the log as it was, and the next one works."""
    before = store.log.checkpoint()

    def refuse(size: int, note: bytes) -> Sequence[NewEntry]:
        raise NotAllowed("no")

    with pytest.raises(NotAllowed):
        store.log.append(refuse)
    assert store.log.checkpoint() == before
    assert append(store, b"one").indexes == (0,)


def test_an_entry_past_65535_bytes_is_refused_with_its_whole_batch(store: OpenStore) -> None:
    """Nothing of a batch is appended when one entry does not fit an entry bundle."""
    with pytest.raises(EntryTooLarge):
        append(store, b"one", bytes(65_536))
    assert list(store.log.entries(0, 9)) == []
    assert append(store, bytes(65_535)).indexes == (0,)


def test_an_append_under_an_earlier_clock_is_refused(store: OpenStore, clock: Ticking) -> None:
    """No checkpoint is made with a time before the last one's; the same second is allowed."""
    append(store, b"one")
    append(store, b"two")
    clock.seconds -= 1
    with pytest.raises(ClockWentBack) as refused:
        append(store, b"three")
    assert "1 s behind" in refused.value.message
    clock.seconds += 1
    assert append(store, b"three").indexes == (2,)


def test_the_log_tells_the_times_between_which_an_entry_came_in(store: OpenStore, clock: Ticking) -> None:
    """The newest checkpoint before a size, and the oldest with an entry in it, are found; none where there is none."""
    for number in range(4):
        clock.seconds += 10
        append(store, b"a%d" % number, b"b%d" % number)

    def size(note: bytes | None) -> int | None:
        return None if note is None else read_checkpoint(note).size

    assert [size(store.log.checkpoint_at(at)) for at in (-1, 0, 1, 2, 7, 8, 99)] == [None, 0, 0, 2, 6, 8, 8]
    assert [size(store.log.checkpoint_covering(index)) for index in (0, 1, 2, 7, 8)] == [2, 2, 4, 8, None]


def test_prepare_sees_what_it_decides_on(store: OpenStore) -> None:
    """Of many threads that each append only if nobody has yet, one does."""
    winners: list[int] = []

    def decide(size: int, note: bytes) -> Sequence[NewEntry]:
        assert read_checkpoint(note).size == size == len(list(store.log.entries(0, 99)))
        return [NewEntry(b"first")] if size == 0 else []

    def run() -> None:
        winners.extend(store.log.append(decide).indexes)

    threads = [threading.Thread(target=run) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert winners == [0]
    assert list(store.log.entries(0, 9)) == [b"first"]


def test_threads_append_without_loss(store: OpenStore) -> None:
    """Of what many threads append at once, each finds its own at the index it was told, under a covering checkpoint."""
    told: dict[int, bytes] = {}

    def run(name: int) -> None:
        for number in range(20):
            envelope = b"%d of %d" % (number, name)
            committed = append(store, envelope)
            assert read_checkpoint(committed.note).size == committed.indexes[0] + 1
            told[committed.indexes[0]] = envelope

    threads = [threading.Thread(target=run, args=(name,)) for name in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(store.log.entries(0, 999)) == [told[index] for index in range(160)]
