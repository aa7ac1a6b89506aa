"""What every store of blobs promises."""

from __future__ import annotations

import random

import pytest

from clausework.core.digests import sha256_of
from clausework.core.errors import IntegrityViolated
from tests.contract.stores import OpenStore


def keep(store: OpenStore, *parts: bytes) -> str:
    """Keep a blob given in parts; return its digest."""
    incoming = store.blobs.receive()
    for part in parts:
        incoming.write(part)
    digest, size = incoming.keep()
    assert size == sum(map(len, parts))
    return digest


@pytest.mark.parametrize("size", [0, 1, 262_144, 3_500_000])
def test_bytes_come_back_under_their_digest(store: OpenStore, size: int) -> None:
    """A blob of any size, given in parts of any size, is read as it was given."""
    data = random.Random(size).randbytes(size)
    parts = [data[start : start + 70_001] for start in range(0, size, 70_001)]
    digest = keep(store, *parts)
    assert digest == sha256_of(data)
    assert store.blobs.holds(digest)
    with store.blobs.open(digest) as stream:
        assert stream.read(10) == data[:10]
        assert stream.read() == data[10:]
    store.blobs.check(digest)


def test_the_same_bytes_are_one_blob(store: OpenStore) -> None:
    """Keeping bytes again changes nothing."""
    assert keep(store, b"same") == keep(store, b"sa", b"me")
    assert list(store.blobs.digests()) == [sha256_of(b"same")]


def test_nothing_is_visible_before_keep_nor_after_discard(store: OpenStore) -> None:
    """Bytes that were not kept are nobody's blob."""
    incoming = store.blobs.receive()
    incoming.write(b"half" * 500_000)
    assert list(store.blobs.digests()) == []
    incoming.discard()
    assert list(store.blobs.digests()) == []
    assert not store.blobs.holds(sha256_of(b"half" * 500_000))


@pytest.mark.parametrize("digest", ["0" * 64, "../../../etc/passwd", ""])
def test_what_is_not_kept_is_refused_by_name(store: OpenStore, digest: str) -> None:
    """Asking for a blob that is not there, or for something that is no digest, names what was asked for."""
    assert not store.blobs.holds(digest)
    with pytest.raises(IntegrityViolated):
        store.blobs.open(digest)
    with pytest.raises(IntegrityViolated):
        store.blobs.check(digest)
