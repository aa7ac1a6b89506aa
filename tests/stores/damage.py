"""Stores to damage: a small real ledger, copies of it, and what verification says of a copy."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import msgspec

from clausework.core.digests import sha256_of
from clausework.core.errors import ClauseworkError
from clausework.ledger.inspection import Problem
from clausework.ledger.ledger import Ledger
from clausework.ledger.verify import verify_ledger
from clausework.stores.embedded import create_embedded, open_embedded
from tests.ledger.making import ORIGIN, Keys, draft, establish, light, new_keys

INDEX_CACHE = "ledger.sqlite-shm"


class Sample(msgspec.Struct, frozen=True):
    """A ledger's folder, its keys and the digest of its root."""

    folder: Path
    keys: Keys
    root_sha256: str


def make_sample(folder: Path, *, records: int = 40) -> Sample:
    """Return a closed ledger with some records, blobs and a full tile."""
    keys = new_keys()
    with create_embedded(folder, ORIGIN, keys.ledger, keys.clock) as store:
        ledger = establish(store.log, store.blobs, keys)
        for number in range(records):
            ledger.append([draft(ledger, number, idempotency=sha256_of(b"%d" % number))])
        ledger.append([light(number) for number in range(260)])
        return Sample(folder, keys, ledger.root()[0].sha256)


def make_unfinished_sample(folder: Path, scratch: Path) -> Sample:
    """Return a ledger as a machine that lost its power leaves it: with commits in its write-ahead log."""
    sample = make_sample(scratch, records=3)
    with open_embedded(scratch, sample.keys.ledger, sample.keys.clock) as store:
        ledger = Ledger(store.log, store.blobs, sample.keys.pipeline)
        for number in range(4):
            ledger.append([light(1000 + number)])
        copy_store(scratch, folder)
    return msgspec.structs.replace(sample, folder=folder)


def copy_store(source: Path, target: Path) -> None:
    """Copy a store's files; not the cache that SQLite rebuilds."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns(INDEX_CACHE))


def stored_files(folder: Path) -> Iterator[Path]:
    """Yield every file of a store."""
    yield from sorted(path for path in folder.rglob("*") if path.is_file() and path.name != INDEX_CACHE)


def problems_of(folder: Path, root_sha256: str | None = None) -> tuple[Problem, ...]:
    """Return what verification finds, and what opening refuses, as problems."""
    try:
        with open_embedded(folder) as store:
            return verify_ledger(store.log, store.blobs, root_sha256=root_sha256, workers=1).problems
    except ClauseworkError as error:
        return (Problem("opening", error.message),)


def file_problems_of(folder: Path) -> tuple[Problem, ...]:
    """Return what the store finds in its files, which is where verification begins."""
    try:
        with open_embedded(folder) as store:
            return store.log.inspect().problems
    except ClauseworkError as error:
        return (Problem("opening", error.message),)
