"""Processes that check runs of a ledger, fed in order and read in order, with few runs in memory at a time."""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from types import TracebackType
from typing import TypeVar

from clausework.core.errors import Unavailable

Task = TypeVar("Task")
Result = TypeVar("Result")

_WORTH = 4_000  # entries: below, starting processes takes longer than they save
_AHEAD = 3


class VerificationInterrupted(Unavailable):
    """A process that was verifying died."""

    hint = "See that the machine has memory left, then verify again."


def worth_a_pool(entries: int) -> bool:
    """Tell whether so many entries are checked faster by several processes."""
    return entries >= _WORTH


class Pool:
    """``workers`` processes; one means this process itself."""

    def __init__(self, workers: int) -> None:
        self._workers = workers
        self._executor: ProcessPoolExecutor | None = None

    def __enter__(self) -> Pool:
        if self._workers > 1:
            # Forking a process that has threads and an open database is not safe.
            context = multiprocessing.get_context("spawn")
            self._executor = ProcessPoolExecutor(self._workers, mp_context=context)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._executor is not None:
            self._executor.shutdown(wait=True, cancel_futures=True)

    def map_in_order(self, work: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[Result]:
        """Yield the result of each task, in order; raises ``VerificationInterrupted`` when a process dies."""
        if self._executor is None:
            yield from map(work, tasks)
            return
        running: deque[Future[Result]] = deque()
        try:
            for task in tasks:
                running.append(self._executor.submit(work, task))
                if len(running) > self._workers * _AHEAD:
                    yield running.popleft().result()
            while running:
                yield running.popleft().result()
        except BrokenProcessPool as error:
            raise VerificationInterrupted("A process that was verifying died.") from error
