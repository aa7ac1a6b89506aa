"""What every store of state promises: nothing that was counted is lost, whoever counts at the same time."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from clausework.core.errors import NotAllowed
from clausework.ledger.ports import StateUnavailable
from clausework.stores.sqlite_state import SqliteState

_COUNT = """
import sys
from pathlib import Path
from clausework.stores.sqlite_state import SqliteState
state = SqliteState(Path(sys.argv[1]))
for _ in range(20):
    state.change("n", lambda value: str(int(value or b"0") + 1).encode())
"""


@pytest.fixture
def state(tmp_path: Path) -> SqliteState:
    """Return state in a file of its own, which nothing was written to yet."""
    return SqliteState(tmp_path / "state.sqlite")


def value_of(state: SqliteState, key: str) -> bytes | None:
    """Return the value under ``key``."""
    found: list[bytes | None] = []

    def look(value: bytes | None) -> bytes | None:
        found.append(value)
        return value

    state.change(key, look)
    return found[0]


def _count(state: SqliteState, times: int) -> None:
    for _ in range(times):
        state.change("n", lambda value: str(int(value or b"0") + 1).encode())


def test_a_value_stays_until_it_is_let_go(state: SqliteState, tmp_path: Path) -> None:
    """What was written is there for the next process; no value lets go of the key; others stay."""
    assert value_of(state, "a") is None
    state.change("a", lambda _: b"1")
    state.change("b", lambda _: b"")
    again = SqliteState(tmp_path / "state.sqlite")
    assert (value_of(again, "a"), value_of(again, "b")) == (b"1", b"")
    again.change("a", lambda _: None)
    assert (value_of(state, "a"), value_of(state, "b")) == (None, b"")


def test_a_change_that_fails_changes_nothing(state: SqliteState) -> None:
    """What the caller raises leaves the value as it was, and the next change works."""
    state.change("a", lambda _: b"1")

    def refuse(_: bytes | None) -> bytes | None:
        raise NotAllowed("no")

    with pytest.raises(NotAllowed):
        state.change("a", refuse)
    assert value_of(state, "a") == b"1"


def test_threads_and_processes_count_one_after_the_other(state: SqliteState, tmp_path: Path) -> None:
    """Of many that count at once, each count is kept."""
    place = tmp_path / "state.sqlite"
    others = [subprocess.Popen([sys.executable, "-c", _COUNT, str(place)]) for _ in range(3)]
    threads = [threading.Thread(target=_count, args=(state, 20)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.wait() for one in others] == [0, 0, 0]
    assert value_of(state, "n") == b"120"


@pytest.mark.parametrize("damage", [b"no database at all" * 50, b"SQLite format 3\0" + b"\xff" * 4096])
def test_damage_is_told_and_counts_nothing(state: SqliteState, tmp_path: Path, damage: bytes) -> None:
    """A file that cannot be read stops what depends on the count; it is not begun anew in silence."""
    (tmp_path / "state.sqlite").write_bytes(damage)
    with pytest.raises(StateUnavailable):
        state.change("a", lambda _: b"1")


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    """Where nothing can be written, nothing is counted, and that is said."""
    with pytest.raises(StateUnavailable):
        SqliteState(tmp_path / "none" / "state.sqlite").change("a", lambda _: b"1")
