"""Attacks on an embedded store, each named, by somebody who can write all of its files."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from clausework.ledger.ledger import Ledger
from clausework.ledger.note import NoteSignatureInvalid
from clausework.ledger.snapshot import EntriesNotCovered
from clausework.stores.embedded import create_embedded, open_embedded
from clausework.stores.failures import BehindItsHead, DatabaseUnreadable, Forked, OtherKeys
from tests.ledger.making import ORIGIN, light, new_key
from tests.stores.damage import Sample, copy_store, make_sample, make_unfinished_sample, problems_of


@pytest.fixture
def sample(tmp_path: Path) -> Sample:
    """Return a closed ledger."""
    return make_sample(tmp_path / "store", records=3)


def append(sample: Sample, *numbers: int) -> None:
    """Append as the ledger's owner does."""
    with open_embedded(sample.folder, sample.keys.ledger, sample.keys.clock) as store:
        Ledger(store.log, store.blobs, sample.keys.pipeline).append([light(number) for number in numbers])


def rewrite(folder: Path, *statements: str) -> None:
    """Change the database as SQL can once the triggers are gone."""
    with closing(sqlite3.connect(folder / "ledger.sqlite")) as connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            connection.execute(statement)
        for _, sql in triggers:
            connection.execute(sql)
        connection.commit()


def test_attack_rollback_to_an_older_copy(sample: Sample, tmp_path: Path) -> None:
    """An older database, perfect in itself, under a newer head is refused to all, and verification tells it."""
    copy_store(sample.folder, tmp_path / "older")
    append(sample, 1, 2)
    for name in ("ledger.sqlite", "pages"):
        shutil.copy(tmp_path / "older" / name, sample.folder / name)
    assert any(
        "264 entries; 266 were acknowledged" in problem.message for problem in problems_of(sample.folder)
    )
    with open_embedded(sample.folder) as store, pytest.raises(BehindItsHead):
        Ledger(store.log, store.blobs).snapshot()
    with pytest.raises(BehindItsHead):
        append(sample, 3)


def test_attack_truncation_of_the_newest_entries(sample: Sample) -> None:
    """Entries and checkpoints taken from the end are missed."""
    rewrite(sample.folder, "DELETE FROM entry WHERE idx >= 4", "DELETE FROM checkpoint WHERE size > 4")
    assert any(problem.place.startswith("head-") for problem in problems_of(sample.folder))
    with pytest.raises(BehindItsHead):
        append(sample, 1)


def test_attack_fork_grown_past_the_head(sample: Sample, tmp_path: Path) -> None:
    """Another history under the same keys, grown as long as the first, is not what the head acknowledged."""
    copy_store(sample.folder, tmp_path / "fork")
    append(sample, 1)
    fork = Sample(tmp_path / "fork", sample.keys, sample.root_sha256)
    append(fork, 2)
    append(fork, 3)
    for name in ("ledger.sqlite", "pages"):
        shutil.copy(fork.folder / name, sample.folder / name)
    assert any("is not what the head slot" in problem.message for problem in problems_of(sample.folder))
    with pytest.raises(Forked):
        append(sample, 4)


def test_attack_dropped_write_ahead_log(tmp_path: Path) -> None:
    """A write-ahead log that is taken away drops commits in silence for SQLite, not for us."""
    sample = make_unfinished_sample(tmp_path / "store", tmp_path / "scratch")
    (sample.folder / "ledger.sqlite-wal").unlink()
    assert any(problem.place.startswith("head-") for problem in problems_of(sample.folder))
    with pytest.raises(BehindItsHead):
        append(sample, 1)


def test_attack_one_flipped_byte_in_the_write_ahead_log(tmp_path: Path) -> None:
    """The flip after which SQLite drops what follows, its own integrity check content, is refused to readers."""
    sample = make_unfinished_sample(tmp_path / "store", tmp_path / "scratch")
    wal = sample.folder / "ledger.sqlite-wal"
    data = bytearray(wal.read_bytes())
    data[32 + 24 + 100] ^= 1
    wal.write_bytes(data)
    with open_embedded(sample.folder) as store, pytest.raises(BehindItsHead):
        Ledger(store.log, store.blobs).snapshot()
    with pytest.raises(BehindItsHead):
        append(sample, 1)
    assert wal.read_bytes() == data, "what may be mended by hand is left as it is"


def test_attack_truncation_under_an_open_writer(sample: Sample) -> None:
    """A store that turns out to be behind its head while it is open takes nothing more; its log is left as it is."""
    with open_embedded(sample.folder, sample.keys.ledger, sample.keys.clock) as store:
        ledger = Ledger(store.log, store.blobs, sample.keys.pipeline)
        ledger.append([light(1)])
        ledger.append([light(2)])
        rewrite(sample.folder, "DELETE FROM entry WHERE idx > 264", "DELETE FROM checkpoint WHERE size > 265")
        with pytest.raises(BehindItsHead):
            ledger.append([light(3)])
        log = (sample.folder / "ledger.sqlite-wal").read_bytes()
    assert (sample.folder / "ledger.sqlite-wal").read_bytes() == log


def test_attack_swapped_entries(sample: Sample) -> None:
    """Two entries that change places are not covered, though each is signed."""
    rewrite(
        sample.folder,
        "UPDATE entry SET idx = -1 WHERE idx = 2",
        "UPDATE entry SET idx = 2 WHERE idx = 3",
        "UPDATE entry SET idx = 3 WHERE idx = -1",
    )
    places = {problem.place for problem in problems_of(sample.folder)}
    assert "checkpoint at 3" in places
    assert "tile/0/000" in places
    with open_embedded(sample.folder) as store, pytest.raises(EntriesNotCovered):
        Ledger(store.log, store.blobs).snapshot()


def test_attack_an_entry_replaced_by_another_signed_one(sample: Sample) -> None:
    """A record put in another's place is not covered, and verification names the tile and the checkpoint."""
    rewrite(
        sample.folder, "UPDATE entry SET envelope = (SELECT envelope FROM entry WHERE idx = 5) WHERE idx = 2"
    )
    messages = [problem.message for problem in problems_of(sample.folder)]
    assert any("entry 2 is not that of what is stored" in message for message in messages)
    assert any("suspect are entries 2 to 2" in message for message in messages)


def test_attack_a_checkpoint_by_another_key(sample: Sample) -> None:
    """A checkpoint that another key signed is no checkpoint of this log."""
    with create_embedded(sample.folder.parent / "other", ORIGIN, new_key(), new_key()) as other:
        note = other.log.checkpoint()
    values = f"(size, note, frontier) = (9999, x'{note.hex()}', x'')"
    rewrite(sample.folder, f"UPDATE checkpoint SET {values} WHERE size = (SELECT max(size) FROM checkpoint)")
    assert problems_of(sample.folder)
    with open_embedded(sample.folder) as store, pytest.raises((Forked, NoteSignatureInvalid)):
        Ledger(store.log, store.blobs).snapshot()


def test_attack_a_frontier_that_would_fork_the_next_checkpoint(sample: Sample) -> None:
    """Nothing is appended to a frontier that does not have the signed root hash."""
    rewrite(sample.folder, "UPDATE checkpoint SET frontier = zeroblob(32)")
    assert problems_of(sample.folder)
    with pytest.raises(DatabaseUnreadable):
        append(sample, 1)


def test_attack_a_trigger_dropped(sample: Sample) -> None:
    """A trigger that is missing, or one that was added, is told by name."""
    with closing(sqlite3.connect(sample.folder / "ledger.sqlite")) as connection:
        connection.execute("DROP TRIGGER entry_delete")
        connection.execute("CREATE TRIGGER helpful AFTER INSERT ON entry BEGIN SELECT 1; END")
    messages = [problem.message for problem in problems_of(sample.folder)]
    assert "the table or trigger 'entry_delete' is missing" in messages
    assert "the table or trigger 'helpful' is foreign" in messages


def test_attack_with_other_keys(sample: Sample) -> None:
    """Whoever holds other keys cannot open the ledger for writing."""
    with pytest.raises(OtherKeys):
        open_embedded(sample.folder, new_key(), sample.keys.clock)
    with pytest.raises(OtherKeys):
        open_embedded(sample.folder, sample.keys.clock, sample.keys.ledger)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entry SET envelope = x'00'",
        "UPDATE OR REPLACE entry SET idx = 1 WHERE idx = 2",
        "DELETE FROM entry",
        "INSERT OR REPLACE INTO entry VALUES (1, x'00')",
        "REPLACE INTO entry (idx, envelope) VALUES (1, x'00')",
        "INSERT INTO entry VALUES (1, x'00') ON CONFLICT (idx) DO UPDATE SET envelope = x'00'",
        "INSERT INTO entry VALUES (9999, x'00')",
        "INSERT INTO entry VALUES (-1, x'00')",
        "INSERT OR REPLACE INTO checkpoint SELECT size, x'00', frontier FROM checkpoint",
        "UPDATE checkpoint SET note = x'00'",
        "DELETE FROM checkpoint WHERE size = 1",
        "INSERT OR REPLACE INTO tile VALUES (0, 0, x'00')",
        "UPDATE tile SET hashes = x'00'",
        "DELETE FROM tile",
        "INSERT OR REPLACE INTO idempotency SELECT digest, 0 FROM idempotency",
        "UPDATE idempotency SET idx = 0",
        "DELETE FROM idempotency",
    ],
)
def test_a_foreign_connection_cannot_change_what_is_there(sample: Sample, statement: str) -> None:
    """A bare SQLite connection without any setting of ours is refused every change to a row."""
    with closing(sqlite3.connect(sample.folder / "ledger.sqlite")) as connection:
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(statement)
        connection.rollback()
    assert problems_of(sample.folder) == ()
