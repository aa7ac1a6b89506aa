"""A writer that waits for another says for whom; one that does not wait says nothing."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from clausework.stores import writer_lock
from clausework.stores.writer_lock import IDLE, WriterLock

HOLD = """\
import fcntl, sys
held = open(sys.argv[1], "rb+")
fcntl.flock(held, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    """Return a lock file that nobody holds."""
    path = tmp_path / "lock"
    path.write_bytes(IDLE)
    return path


def test_who_waits_is_told_for_whom(
    lock: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Another process writes: past the patience its number and command are told, and then it is this one's turn."""
    monkeypatch.setattr(writer_lock, "_PATIENCE", 0.05)
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        assert other.stdout.readline() == "held\n"
        ours, told = WriterLock(lock, writing=True), ""
        waiting = _in_thread(ours)
        while "waiting for the ledger" not in told:
            told += capfd.readouterr().err
        other.stdin.close()
        waiting.join(10)
        assert not waiting.is_alive()
        assert f"clausework: waiting for the ledger at {lock.parent}: process {other.pid} (" in told
        ours.close()


def _in_thread(ours: WriterLock) -> threading.Thread:
    def take() -> None:
        with ours.alone():
            ours.finished()

    thread = threading.Thread(target=take, daemon=True)
    thread.start()
    return thread


def test_who_does_not_wait_says_nothing(lock: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Alone, or behind one that is quick, there is nothing to read on standard error."""
    one, other = (WriterLock(lock, writing=True) for _ in range(2))
    with one.alone():
        waiting = _in_thread(other)
    waiting.join(10)
    assert not waiting.is_alive()
    assert capfd.readouterr().err == ""
    one.close()
    other.close()
