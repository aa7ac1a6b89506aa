"""The embedded store: opening, closing, several at once, and what dying writers leave."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from clausework.ledger.ledger import Ledger
from clausework.ledger.note import NotAKeyName
from clausework.ledger.verify import verify_ledger
from clausework.stores.backfill import FRAMES
from clausework.stores.embedded import create_embedded, open_embedded
from clausework.stores.failures import NoStore, StoreExists, StoreUnavailable
from clausework.stores.head_slots import HeadSlots
from clausework.stores.writer_lock import BUSY
from tests.ledger.making import ORIGIN, Ticking, light, new_keys
from tests.stores.damage import (
    INDEX_CACHE,
    Sample,
    copy_store,
    make_sample,
    make_unfinished_sample,
    problems_of,
)


@pytest.fixture
def sample(tmp_path: Path) -> Sample:
    """Return a closed ledger."""
    return make_sample(tmp_path / "store", records=3)


def test_a_closed_store_is_files_without_a_log(sample: Sample) -> None:
    """Closing moves the write-ahead log into the database and leaves no file of it."""
    names = {path.name for path in sample.folder.iterdir()}
    assert names == {"ledger.sqlite", "pages", "head-0", "head-1", "lock", "blobs"}


def test_a_ledger_is_made_once(sample: Sample, tmp_path: Path) -> None:
    """Making a ledger where there is one is refused, as is opening one where there is none."""
    with pytest.raises(StoreExists):
        create_embedded(sample.folder, ORIGIN, sample.keys.ledger, sample.keys.clock)
    with pytest.raises(NoStore):
        open_embedded(tmp_path / "nothing")
    with pytest.raises(NotAKeyName):
        create_embedded(tmp_path / "other", "two words", sample.keys.ledger, sample.keys.clock)
    assert not (tmp_path / "other").exists()


def test_making_a_ledger_that_was_cut_off_begins_again(tmp_path: Path) -> None:
    """What is left of a creation that never came to its end is no ledger and stands in nobody's way."""
    keys = new_keys()
    folder = tmp_path / "store"
    with create_embedded(folder, ORIGIN, keys.ledger, keys.clock):
        pass
    (folder / "ledger.sqlite").rename(folder / "ledger.sqlite.new")
    with pytest.raises(StoreUnavailable):
        open_embedded(folder)
    with create_embedded(folder, ORIGIN, keys.ledger, keys.clock) as store:
        assert store.log.inspect().problems == ()


def test_a_store_open_for_reading_refuses_to_append(sample: Sample) -> None:
    """Without its two keys a store can only be read."""
    with open_embedded(sample.folder) as store, pytest.raises(StoreUnavailable):
        Ledger(store.log, store.blobs, sample.keys.pipeline).append([light(1)])


def test_two_stores_in_one_process_share_a_ledger(sample: Sample) -> None:
    """Two open stores append in turn, see each other's entries, and closing one leaves the other whole."""
    with open_embedded(sample.folder, sample.keys.ledger, sample.keys.clock) as one:
        first = Ledger(one.log, one.blobs, sample.keys.pipeline)
        with open_embedded(sample.folder, sample.keys.ledger, sample.keys.clock) as two:
            second = Ledger(two.log, two.blobs, sample.keys.pipeline)
            indexes = [
                ledger.append([light(number)])[0].index for number, ledger in enumerate((first, second) * 9)
            ]
            assert indexes == list(range(264, 282))
        assert first.append([light(99)])[0].index == 282
        assert verify_ledger(one.log, one.blobs).problems == ()
    assert problems_of(sample.folder) == ()


def test_reading_while_writing_sees_whole_checkpoints(sample: Sample) -> None:
    """Snapshots taken while another thread appends and moves the log are each covered by their checkpoint."""
    done = threading.Event()
    sizes: list[int] = []

    def read() -> None:
        with open_embedded(sample.folder) as store:
            while not done.is_set():
                sizes.append(len(Ledger(store.log, store.blobs).snapshot().records))

    reader = threading.Thread(target=read)
    with open_embedded(sample.folder, sample.keys.ledger, sample.keys.clock) as store:
        ledger = Ledger(store.log, store.blobs, sample.keys.pipeline)
        reader.start()
        for number in range(FRAMES // 2):
            ledger.append([light(number)])
        done.set()
        reader.join()
    assert sizes == sorted(sizes)
    assert len(sizes) > 1
    assert problems_of(sample.folder) == ()


def test_a_long_log_is_moved_while_the_store_is_open(sample: Sample) -> None:
    """The write-ahead log stays bounded, and every byte is accounted for at each stage."""
    with open_embedded(sample.folder, sample.keys.ledger, sample.keys.clock) as store:
        ledger = Ledger(store.log, store.blobs, sample.keys.pipeline)
        for number in range(FRAMES):
            ledger.append([light(number)])
        wal = sample.folder / "ledger.sqlite-wal"
        assert wal.stat().st_size < (FRAMES + 100) * 4120
        assert store.log.inspect().problems == ()
        first = wal.read_bytes()[-4120:]
        assert not any(first)
    assert problems_of(sample.folder) == ()


def test_a_foreign_reader_that_never_ends_holds_nothing_up(sample: Sample) -> None:
    """While somebody else keeps a transaction open, appends go on, and closing leaves the log for later."""
    with closing(sqlite3.connect(sample.folder / "ledger.sqlite", isolation_level=None)) as foreign:
        foreign.execute("BEGIN")
        foreign.execute("SELECT count(*) FROM entry").fetchone()
        with open_embedded(sample.folder, sample.keys.ledger, sample.keys.clock) as store:
            ledger = Ledger(store.log, store.blobs, sample.keys.pipeline)
            ledger.append([light(1)])
            ledger.append([light(2)])
        assert (sample.folder / "ledger.sqlite-wal").stat().st_size
        assert problems_of(sample.folder) == ()
        foreign.execute("COMMIT")
        with open_embedded(sample.folder, sample.keys.ledger, sample.keys.clock) as store:
            assert Ledger(store.log, store.blobs, sample.keys.pipeline).append([light(3)])[0].index == 266
    assert problems_of(sample.folder) == ()


def test_a_reader_that_closes_last_leaves_the_log_alone(tmp_path: Path) -> None:
    """A store open for reading never moves the write-ahead log, for the pages' digests would not follow."""
    sample = make_unfinished_sample(tmp_path / "store", tmp_path / "scratch")
    database = (sample.folder / "ledger.sqlite").read_bytes()
    log = (sample.folder / "ledger.sqlite-wal").read_bytes()
    for _ in range(2):
        with open_embedded(sample.folder) as store:
            assert len(Ledger(store.log, store.blobs).snapshot().records) == 268
    assert (sample.folder / "ledger.sqlite").read_bytes() == database
    assert (sample.folder / "ledger.sqlite-wal").read_bytes() == log


def test_a_power_failure_leaves_a_store_that_goes_on(tmp_path: Path) -> None:
    """Commits that are only in the write-ahead log are there when the store is opened again, and are moved."""
    sample = make_unfinished_sample(tmp_path / "store", tmp_path / "scratch")
    with open_embedded(sample.folder, sample.keys.ledger, sample.keys.clock) as store:
        assert Ledger(store.log, store.blobs, sample.keys.pipeline).append([light(3)])[0].index == 268
    assert problems_of(sample.folder) == ()


def test_a_torn_end_of_the_log_is_tidied_by_the_next_writer(tmp_path: Path) -> None:
    """Half a commit after the last whole one is a remark if a writer died, and gone once another has written."""
    sample = make_unfinished_sample(tmp_path / "store", tmp_path / "scratch")
    wal = sample.folder / "ledger.sqlite-wal"
    data = wal.read_bytes()
    torn = bytearray(data[32 : 32 + 4120])
    torn[4:8] = bytes(4)
    wal.write_bytes(data + torn + torn[:2000])
    assert any("unfinished commit" in problem.message for problem in problems_of(sample.folder))
    (sample.folder / "lock").write_bytes(BUSY)
    assert problems_of(sample.folder) == ()
    with open_embedded(sample.folder, sample.keys.ledger, sample.keys.clock) as store:
        Ledger(store.log, store.blobs, sample.keys.pipeline).append([light(3)])
        assert store.log.inspect().remarks == ()
        assert store.log.inspect().problems == ()


def test_dying_between_commit_and_head_slot_loses_nothing(sample: Sample) -> None:
    """A database that is ahead of its head was committed and not yet acknowledged: the next append goes on from it."""
    heads = [(sample.folder / name, (sample.folder / name).read_bytes()) for name in ("head-0", "head-1")]
    with open_embedded(sample.folder, sample.keys.ledger, sample.keys.clock) as store:
        Ledger(store.log, store.blobs, sample.keys.pipeline).append([light(1)])
    for path, data in heads:
        path.write_bytes(data)
    assert problems_of(sample.folder) == ()
    with open_embedded(sample.folder, sample.keys.ledger, sample.keys.clock) as store:
        assert Ledger(store.log, store.blobs, sample.keys.pipeline).append([light(2)])[0].index == 265
    assert problems_of(sample.folder) == ()


@pytest.mark.parametrize("stage", ["copied", "digested", "cut"])
def test_dying_while_the_log_is_moved_loses_nothing(tmp_path: Path, stage: str) -> None:
    """Whatever part of moving the log was done, verification is content, and the next writer finishes it."""
    sample = make_unfinished_sample(tmp_path / "store", tmp_path / "scratch")
    moved = tmp_path / "moved"
    copy_store(sample.folder, moved)
    with open_embedded(moved, sample.keys.ledger, sample.keys.clock):
        pass
    shutil.copy(moved / "ledger.sqlite", sample.folder)
    if stage != "copied":
        shutil.copy(moved / "pages", sample.folder)
    if stage == "cut":
        (sample.folder / "ledger.sqlite-wal").write_bytes(b"")
    (sample.folder / "lock").write_bytes(BUSY)
    (sample.folder / INDEX_CACHE).unlink(missing_ok=True)
    assert problems_of(sample.folder) == ()
    with open_embedded(sample.folder, sample.keys.ledger, sample.keys.clock) as store:
        Ledger(store.log, store.blobs, sample.keys.pipeline).append([light(1)])
    assert problems_of(sample.folder) == ()


def test_a_torn_head_slot_is_told_and_mended_by_the_next_append(sample: Sample) -> None:
    """One slot may be half written when power fails; the other stands, and the next append writes the torn one anew."""
    slots = HeadSlots(sample.folder, writing=False)
    older = "head-0" if slots.slots()[1].checkpoint == slots.newest() else "head-1"
    slots.close()
    (sample.folder / older).write_bytes(b"torn")
    assert [problem.place for problem in problems_of(sample.folder)] == [older]
    with open_embedded(sample.folder, sample.keys.ledger, sample.keys.clock) as store:
        Ledger(store.log, store.blobs, sample.keys.pipeline).append([light(1)])
    assert problems_of(sample.folder) == ()


def test_orphans_are_remarks_and_strangers_are_problems(sample: Sample) -> None:
    """A blob that nothing names is no fault, nor is one that never arrived; a file that is no blob is."""
    with open_embedded(sample.folder) as store:
        ledger = Ledger(store.log, store.blobs)
        ledger.put_blob(b"orphan", "orphan", "text/plain")
        (sample.folder / "blobs" / "incoming-1").write_bytes(b"never kept")
        assert verify_ledger(store.log, store.blobs).problems == ()
        (sample.folder / "blobs" / "ab").mkdir(exist_ok=True)
        (sample.folder / "blobs" / "ab" / "notes.txt").write_text("hello")
        assert [problem.place for problem in verify_ledger(store.log, store.blobs).problems] == [
            "blobs/ab/notes.txt"
        ]


def test_a_full_disk_is_unavailable_and_tells_where(sample: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the head slot cannot be written there is no receipt, and the next append goes on."""
    with open_embedded(sample.folder, sample.keys.ledger, sample.keys.clock) as store:
        ledger = Ledger(store.log, store.blobs, sample.keys.pipeline)

        def full(*_: object) -> None:
            raise OSError(28, "No space left on device")

        with monkeypatch.context() as patch:
            patch.setattr("clausework.stores.head_slots.write_all", full)
            with pytest.raises(StoreUnavailable, match="No space left"):
                ledger.append([light(1)])
        assert ledger.append([light(2)])[0].index == 265
    assert problems_of(sample.folder) == ()


def test_the_clock_of_a_store_is_the_one_given(tmp_path: Path) -> None:
    """Checkpoints bear the time of the clock that the store was opened with."""
    keys, clock = new_keys(), Ticking()
    with create_embedded(tmp_path / "store", ORIGIN, keys.ledger, keys.clock, clock=clock) as store:
        ledger = Ledger(store.log, store.blobs, keys.pipeline)
        assert ledger.checkpoint().time == clock.seconds


def test_a_disk_that_refuses_to_move_the_log_loses_no_receipt(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was committed is acknowledged though the log cannot be moved; after that, appends wait for the disk."""

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with open_embedded(sample.folder, sample.keys.ledger, sample.keys.clock) as store:
        ledger = Ledger(store.log, store.blobs, sample.keys.pipeline)
        indexes: list[int] = []
        with monkeypatch.context() as patch:
            patch.setattr("clausework.stores.backfill.write_page_digests", full)
            with pytest.raises(StoreUnavailable, match="No space left"):
                indexes.extend(ledger.append([light(number)])[0].index for number in range(FRAMES))
            assert (sample.folder / "lock").read_bytes() == BUSY
        assert indexes == list(range(264, 264 + len(indexes)))
        assert ledger.append([light(9999)])[0].index == 264 + len(indexes)
        assert store.log.inspect().problems == ()
    assert problems_of(sample.folder) == ()
