"""Holds the cases of a Robot Framework output until it is known whether the teardown of a suite failed.

A suite's teardown stands behind its tests and changes what they came to: the file keeps their status from before, its
statistics count the one after. The cases wait in a temporary file, so that memory stays bounded.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from types import TracebackType

import msgspec

from clausework.evidence.detail import Case
from clausework.evidence.readers.case_tally import LONGEST_MESSAGE

_IN_MEMORY = 1 << 20
_BATCH = 512


class Teardown(msgspec.Struct, frozen=True):
    """A teardown that did not pass, and the cases of its suite: those from ``start`` up to ``end``."""

    start: int
    end: int
    failed: bool
    message: str

    def applied_to(self, case: Case) -> Case:
        """Return ``case`` as the teardown leaves it: a failure stays one, and what was skipped stays skipped."""
        if case.outcome != "passed":
            return case
        how = "failed" if self.failed else "skipped"
        message = f"the teardown of the suite {how}: {self.message}"[:LONGEST_MESSAGE]
        return msgspec.structs.replace(case, outcome="failed" if self.failed else "skipped", message=message)


class HeldCases:
    """Cases in the order in which they were read, and the teardowns that bear on them; closed by ``with``."""

    def __init__(self) -> None:
        self._spool = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed by __exit__
        self._encoder = msgspec.json.Encoder()
        self._batch: list[Case] = []
        self._teardowns: list[Teardown] = []
        self.count = 0

    def __enter__(self) -> HeldCases:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._spool.close()

    def add(self, case: Case) -> None:
        """Take the next case."""
        self.count += 1
        self._batch.append(case)
        if len(self._batch) >= _BATCH:
            self._flush()

    def apply(self, teardown: Teardown) -> None:
        """Note a teardown that did not pass; those of inner suites come before those of outer ones."""
        self._teardowns.append(teardown)

    def cases(self) -> Iterator[Case]:
        """Yield each case as the teardowns left it."""
        self._flush()
        self._spool.seek(0)
        decoder = msgspec.json.Decoder(Case)
        waiting = sorted(enumerate(self._teardowns), key=lambda one: one[1].start, reverse=True)
        in_force: list[tuple[int, Teardown]] = []
        for number, line in enumerate(self._spool):
            case = decoder.decode(line)
            while waiting and waiting[-1][1].start <= number:
                in_force.append(waiting.pop())
            if in_force:
                in_force = sorted(
                    (one for one in in_force if one[1].end > number), key=lambda one: one[0]
                )  # the innermost first, as they were run
                for _, teardown in in_force:
                    case = teardown.applied_to(case)
            yield case

    def _flush(self) -> None:
        if self._batch:
            self._spool.write(self._encoder.encode_lines(self._batch))
            self._batch.clear()
