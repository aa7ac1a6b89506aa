"""The results of a TRX report, which wait in a temporary file for the definitions that stand behind them."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from types import TracebackType

import msgspec

from clausework.evidence.detail import CaseOutcome
from clausework.evidence.readers.junit_items import Link
from clausework.evidence.source import ValueRejected

MOST_DEFINITIONS = 1_000_000
"""Tests that a report may define; of each its ID and what it shares with others are held in memory."""

_IN_MEMORY = 1 << 20
_LONGEST_ID = 100


class Result(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One result: the ID of its test, the names of the results around it, and what it says itself."""

    test_id: str
    around: str
    name: str
    outcome: CaseOutcome
    duration_ms: int
    message: str


class Definition(msgspec.Struct, frozen=True):
    """What a definition adds to the results of its test."""

    suite: str = ""
    class_name: str = ""
    links: tuple[Link, ...] = ()
    tags: tuple[str, ...] = ()


class Definitions:
    """The definitions of a report by the ID of their test; those that say the same are one."""

    def __init__(self) -> None:
        self._of: dict[bytes | str, Definition] = {}
        self._shared: dict[Definition, Definition] = {}

    def __len__(self) -> int:
        """Return how many tests were defined."""
        return len(self._of)

    def add(self, test_id: str, definition: Definition) -> None:
        """Take the definition of a test; raises ``ValueRejected`` when there are more than are held."""
        key = _key(test_id)
        if len(self._of) >= MOST_DEFINITIONS and key not in self._of:
            raise ValueRejected(f"the report defines more than {MOST_DEFINITIONS} tests")
        self._of[key] = self._shared.setdefault(definition, definition)

    def of(self, test_id: str) -> Definition | None:
        """Return the definition of a test."""
        return self._of.get(_key(test_id))


class Waiting:
    """Results in the order in which they were read, in a temporary file once there are many."""

    def __init__(self) -> None:
        self._spool = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed by __exit__
        self._encoder = msgspec.json.Encoder()

    def __enter__(self) -> Waiting:
        """Return this."""
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Let go of the temporary file."""
        self._spool.close()

    def add(self, result: Result) -> None:
        """Take the next result."""
        self._spool.write(self._encoder.encode(result) + b"\n")

    def all(self) -> Iterator[Result]:
        """Yield the results."""
        decoder = msgspec.json.Decoder(Result)
        self._spool.seek(0)
        for line in self._spool:
            yield decoder.decode(line)


def _key(test_id: str) -> bytes | str:
    """Return a key for ``test_id`` that is short where it is a GUID, as it is in all of Microsoft's own reports."""
    digits = test_id.strip().strip("{}").replace("-", "")
    if len(digits) == 32 and digits.isascii() and digits.isalnum():
        try:
            return bytes.fromhex(digits)
        except ValueError:
            pass
    return test_id[:_LONGEST_ID]
