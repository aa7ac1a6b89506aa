"""Each test of the contract runs once for every store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from clausework.ledger.ledger import Ledger
from tests.contract.stores import STORES, OpenStore
from tests.ledger.making import Keys, Ticking, establish, new_keys


@pytest.fixture
def keys() -> Keys:
    """Return the keys of one ledger."""
    return new_keys()


@pytest.fixture
def clock() -> Ticking:
    """Return a clock that the test sets."""
    return Ticking()


@pytest.fixture(params=sorted(STORES))
def store(request: pytest.FixtureRequest, tmp_path: Path, keys: Keys, clock: Ticking) -> Iterator[OpenStore]:
    """Open a fresh store of each kind in turn."""
    with STORES[request.param](tmp_path, keys, clock) as opened:
        yield opened


@pytest.fixture
def ledger(store: OpenStore, keys: Keys) -> Ledger:
    """Establish a ledger in the store."""
    return establish(store.log, store.blobs, keys)
