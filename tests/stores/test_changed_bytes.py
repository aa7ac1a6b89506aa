"""One changed byte anywhere in a store is found, and its place is named."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.stores.damage import (
    INDEX_CACHE,
    Sample,
    file_problems_of,
    make_sample,
    make_unfinished_sample,
    problems_of,
    stored_files,
)

POSITIONS = 320


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """Return a closed ledger."""
    return make_sample(tmp_path_factory.mktemp("closed") / "store")


@pytest.fixture(scope="module")
def unfinished(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """Return a ledger with commits in its write-ahead log."""
    folder = tmp_path_factory.mktemp("unfinished")
    return make_unfinished_sample(folder / "store", folder / "scratch")


def test_an_untouched_store_has_no_problem(closed: Sample, unfinished: Sample) -> None:
    """What follows fails for the change alone."""
    assert problems_of(closed.folder, closed.root_sha256) == ()
    assert problems_of(unfinished.folder, unfinished.root_sha256) == ()


@pytest.mark.parametrize("name", ["ledger.sqlite", "pages", "head-0", "head-1", "lock", "blobs"])
def test_a_changed_byte_of_a_closed_store_is_found(closed: Sample, name: str) -> None:
    """Every byte of the database, slack space and headers too, of its digests, the head slots and a blob counts."""
    unseen = change_each(closed, path_of(closed, name))
    assert unseen == []


@pytest.mark.parametrize("name", ["ledger.sqlite-wal", "ledger.sqlite"])
def test_a_changed_byte_beside_an_unmoved_log_is_found(unfinished: Sample, name: str) -> None:
    """Every byte counts of a write-ahead log that is not yet in the database, and of the database beneath it."""
    unseen = change_each(unfinished, path_of(unfinished, name))
    assert unseen == []


def test_a_file_cut_short_or_lengthened_is_found(closed: Sample, unfinished: Sample, tmp_path: Path) -> None:
    """A file that lost its last byte, or gained one, is told by name."""
    for sample in (closed, unfinished):
        for path in stored_files(sample.folder):
            with restored(sample.folder, path) as whole:
                for changed in (whole[:-1], whole + b"\x01"):
                    rewrite(path, changed)
                    assert named(problems_of(sample.folder), path), (path, len(changed) - len(whole))


def test_a_file_that_is_gone_is_found(closed: Sample, unfinished: Sample) -> None:
    """A missing file is told by name, or by what it held."""
    for sample in (closed, unfinished):
        for path in stored_files(sample.folder):
            with restored(sample.folder, path):
                path.unlink()
                assert problems_of(sample.folder), path
    assert problems_of(closed.folder) == ()


def path_of(sample: Sample, name: str) -> Path:
    """Return the file of that name, or the first in the folder of that name."""
    path = sample.folder / name
    return next(stored_files(path)) if path.is_dir() else path


def change_each(sample: Sample, path: Path) -> list[str]:
    """Change bytes of ``path`` one by one, at most so many of them; return the changes that went unseen."""
    unseen = []
    with restored(sample.folder, path) as whole:
        step = max(len(whole) // POSITIONS, 1) | 1  # odd, so that it strays over every alignment
        for position in range(0, len(whole), step):
            changed = bytearray(whole)
            changed[position] ^= 1 << (position % 8)
            rewrite(path, bytes(changed))
            # Verification begins with the files; all of it runs for every eighth change, to see that it can.
            find = problems_of if position // step % 8 == 0 else file_problems_of
            if not named(find(sample.folder), path) and not named(problems_of(sample.folder), path):
                unseen.append(f"byte {position} of {path.name}")
            remove_caches(sample.folder, path)
    return unseen


@contextmanager
def restored(folder: Path, path: Path) -> Iterator[bytes]:
    """Put the file's bytes, which are given to the block, back after it."""
    whole = path.read_bytes()
    try:
        yield whole
    finally:
        remove_caches(folder, path)
        rewrite(path, whole)


def named(problems: tuple[object, ...], path: Path) -> bool:
    """Tell whether a problem names the file."""
    return any(path.name in str(problem) for problem in problems)


def rewrite(path: Path, data: bytes) -> None:
    """Put ``data`` in the place of the file."""
    path.unlink(missing_ok=True)
    path.write_bytes(data)


def remove_caches(folder: Path, keeping: Path) -> None:
    """Take away what SQLite made beside a closed store while it was read."""
    (folder / INDEX_CACHE).unlink(missing_ok=True)
    wal = folder / "ledger.sqlite-wal"
    if wal != keeping and wal.exists() and wal.stat().st_size == 0:
        wal.unlink()
