"""The stores that the contract is held against, each made fresh in a folder of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import msgspec

from clausework.core.clock import Clock
from clausework.ledger.checkpoint import checkpoint_signers
from clausework.ledger.memory import MemoryBlobs, MemoryLog
from clausework.ledger.ports import Blobs, Log
from clausework.stores.embedded import create_embedded
from tests.ledger.making import ORIGIN, Keys


class OpenStore(msgspec.Struct, frozen=True):
    """A store that is open: its log and its blobs."""

    log: Log
    blobs: Blobs


@contextmanager
def _memory(_folder: Path, keys: Keys, clock: Clock) -> Iterator[OpenStore]:
    yield OpenStore(MemoryLog(checkpoint_signers(ORIGIN, keys.ledger, keys.clock, clock)), MemoryBlobs())


@contextmanager
def _embedded(folder: Path, keys: Keys, clock: Clock) -> Iterator[OpenStore]:
    with create_embedded(folder / "store", ORIGIN, keys.ledger, keys.clock, clock=clock) as store:
        yield OpenStore(store.log, store.blobs)


STORES: dict[str, Callable[[Path, Keys, Clock], AbstractContextManager[OpenStore]]] = {
    "memory": _memory,
    "embedded": _embedded,
}
