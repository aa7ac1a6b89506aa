"""Appends of many threads in one transaction: whoever comes first commits for all who wait."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from clausework.core.errors import Defect
from clausework.ledger.ports import Committed, NewEntry

Prepare = Callable[[int, bytes], Sequence[NewEntry]]


class AppendWithinAppend(Defect):
    """What prepares an append tried to append itself."""


class Waiting:
    """An append that waits, and what became of it."""

    def __init__(self, prepare: Prepare) -> None:
        self.prepare = prepare
        self.committed: Committed | None = None
        self.error: BaseException | None = None

    @property
    def settled(self) -> bool:
        """Whether it was committed or refused."""
        return self.committed is not None or self.error is not None


class GroupCommit:
    """A queue before ``commit``, which settles every append that it is given."""

    def __init__(self, commit: Callable[[list[Waiting]], None]) -> None:
        self._commit = commit
        self._guard = threading.Lock()
        self._queue: list[Waiting] = []
        self._leading = threading.Lock()
        self._leader = 0

    def submit(self, prepare: Prepare) -> Committed:
        """Return what was committed for ``prepare``; raises what preparing or committing raised."""
        if self.is_leader():
            raise AppendWithinAppend("An append was begun while another was being prepared.")
        waiting = Waiting(prepare)
        with self._guard:
            self._queue.append(waiting)
        with self._leading:
            if not waiting.settled:
                self._lead()
        if waiting.committed is None:
            raise waiting.error or Defect("An append was neither committed nor refused.")
        return waiting.committed

    def is_leader(self) -> bool:
        """Tell whether this thread is committing now."""
        return self._leader == threading.get_ident()

    def _lead(self) -> None:
        with self._guard:
            batch, self._queue = self._queue, []
        self._leader = threading.get_ident()
        try:
            self._commit(batch)
        except BaseException as error:
            for waiting in batch:
                if not waiting.settled:
                    waiting.error = error
            raise
        finally:
            self._leader = 0
