"""The whole ledger verified, offline and from its root alone. Every problem is told with its place.

Checked are: every checkpoint's signature and cosignature, its root hash and the order of times; every entry's
hash, the full tiles and the tree; every envelope's signatures, by keys valid at the entry's index; the root's
signatures; every approval's personal signature, by a key valid there and its own person's, be it a sealed key
or a passkey; every log-in at an identity provider beside one, by keys in force there; that no nonce comes
twice; that every blob a record names is there, and that every blob is whole; and, where the store can tell,
each byte of its files.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import msgspec

from clausework.core.errors import ClauseworkError, IntegrityViolated
from clausework.ledger.checkpoint import CheckpointKeys, read_checkpoint
from clausework.ledger.inspection import CheckpointHistory, Inspection, Problem, SelfInspecting
from clausework.ledger.ports import Blobs, LogReader
from clausework.ledger.snapshot import read_root, root_checkpoint_keys
from clausework.ledger.verify_blobs import check_blobs
from clausework.ledger.verify_entries import Run, RunFindings, check_run
from clausework.ledger.verify_keys import KeyCheck
from clausework.ledger.verify_pool import Pool, worth_a_pool
from clausework.ledger.verify_tree import TreeCheck

__all__ = ["Problem", "VerificationReport", "verify_ledger"]

Progress = Callable[[int, int], None]
"""Takes how many entries are done, of how many."""

_RUN = 400  # entries: enough to make handing over cheap, few enough that all processes stay busy


class VerificationReport(msgspec.Struct, frozen=True):
    """What was verified: entries and blobs read, the log's size, the digest of its root, and all that is wrong.

    ``remarks`` are worth knowing and take nothing away: something that a process left when it died, an
    enrolment that has no effect.
    """

    entries: int
    blobs: int
    size: int
    root_sha256: str
    problems: tuple[Problem, ...]
    remarks: tuple[Problem, ...]

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not self.problems


def verify_ledger(
    reader: LogReader,
    blobs: Blobs,
    *,
    root_sha256: str | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> VerificationReport:
    """Verify all that ``reader`` and ``blobs`` hold.

    ``root_sha256`` is the digest of the root's Statement, as known from elsewhere; without it the root that
    is there is taken, and the report names it. ``workers`` is the number of processes (none given: one per
    core when it is worth it). Damage is reported, never raised; ``Unavailable`` is raised when the store
    cannot be reached.
    """
    verification = _Verification(reader, blobs)
    verification.check_root(root_sha256)
    size = verification.find_size()
    count = workers if workers is not None else len(os.sched_getaffinity(0)) if worth_a_pool(size) else 1
    with ThreadPoolExecutor(1) as aside, Pool(count) as pool:
        files = aside.submit(verification.inspect_files)  # while the processes start
        verification.check_entries(size, pool, progress)
        verification.check_people(pool)
        verification.add(files.result())
    checked = verification.check_blobs(count)
    return verification.report(size, checked)


class _Verification:
    def __init__(self, reader: LogReader, blobs: Blobs) -> None:
        self.reader = reader
        self.blobs = blobs
        self.problems: list[Problem] = []
        self.remarks: list[Problem] = []
        self.root_sha256 = ""
        self.checkpoint_keys: CheckpointKeys | None = None
        self.tree = TreeCheck(reader)
        self.keys = KeyCheck()
        self.blobs_named: dict[str, int] = {}

    def tell(self, place: str, message: str) -> None:
        self.problems.append(Problem(place, message))

    def inspect_files(self) -> list[Inspection]:
        return [part.inspect() for part in (self.reader, self.blobs) if isinstance(part, SelfInspecting)]

    def add(self, inspections: list[Inspection]) -> None:
        for inspection in inspections:
            self.problems += inspection.problems
            self.remarks += inspection.remarks

    def check_root(self, expected: str | None) -> None:
        try:
            first = list(self.reader.entries(0, 1))
            if not first:
                self.tell("entry 0", "there is no root")
                return
            record, root = read_root(first[0])
            self.root_sha256 = record.sha256
            self.checkpoint_keys = root_checkpoint_keys(root)
        except ClauseworkError as error:
            self.tell("entry 0", error.message)
            return
        self.keys.trust(root)
        if expected is not None and record.sha256 != expected:
            self.tell("entry 0", f"the root is {record.sha256}, not the expected {expected}")

    def find_size(self) -> int:
        """Return the size of the newest checkpoint, the log's own or the last of its history that can be read."""
        try:
            return read_checkpoint(self.reader.checkpoint()).size
        except ClauseworkError as error:
            self.tell("the newest checkpoint", error.message)
        sizes = [0]
        for note in self._history():
            try:
                sizes.append(read_checkpoint(note).size)
            except IntegrityViolated:
                continue  # Told when the history itself is checked.
        return max(sizes)

    def check_entries(self, size: int, pool: Pool, progress: Progress | None) -> None:
        for findings in pool.map_in_order(check_run, self._runs(size)):
            self._take(findings)
            if progress is not None:
                progress(min(self.tree.size, size), size)
        self.problems += self.tree.problems

    def check_people(self, pool: Pool) -> None:
        self.keys.finish(pool)
        self.problems += self.keys.problems
        self.remarks += self.keys.remarks

    def check_blobs(self, threads: int) -> int:
        checked, problems = check_blobs(self.blobs, self.blobs_named, threads)
        self.problems += problems
        return checked

    def report(self, size: int, blobs: int) -> VerificationReport:
        told = tuple(dict.fromkeys(self.problems))
        return VerificationReport(self.tree.size, blobs, size, self.root_sha256, told, tuple(self.remarks))

    def _take(self, findings: RunFindings) -> None:
        self.problems += [Problem(place, message) for place, message in findings.problems]
        self.tree.take(findings.leaves, findings.checkpoints)
        self.keys.take(findings)
        for digest, index in findings.blobs.items():
            self.blobs_named.setdefault(digest, index)

    def _history(self) -> Iterator[bytes]:
        try:
            if isinstance(self.reader, CheckpointHistory):
                yield from self.reader.checkpoints()
            else:
                yield self.reader.checkpoint()
        except IntegrityViolated as error:
            self.tell("the checkpoints", error.message)

    def _runs(self, size: int) -> Iterator[Run]:
        """Yield runs of entries, each with the checkpoints that fall into it; what was never covered comes last."""
        history = self._history()
        held = next(history, None)
        first = 0
        while first < size or held is not None:
            entries = tuple(self._entries(first, min(first + _RUN, size)))
            end = first + len(entries)
            notes: list[bytes] = []
            while held is not None and (end >= size or _stated_size(held) <= end):
                notes.append(held)
                held = next(history, None)
            yield Run(first, entries, tuple(notes), dict(self.keys.public_keys), self.checkpoint_keys)
            if not entries:
                return
            first = end

    def _entries(self, start: int, end: int) -> list[bytes | None]:
        """Read entries together, and one by one where that fails, so that one that is unreadable costs no other."""
        try:
            found: list[bytes | None] = list(self.reader.entries(start, end))
            if len(found) == end - start:
                return found
        except IntegrityViolated:
            pass
        return [self._entry(index) for index in range(start, end)]

    def _entry(self, index: int) -> bytes | None:
        try:
            for entry in self.reader.entries(index, index + 1):
                return entry
            self.tell(f"entry {index}", "is missing")
        except IntegrityViolated as error:
            self.tell(f"entry {index}", error.message)
        return None


def _stated_size(note: bytes) -> int:
    """Return the size that a checkpoint states, quickly; one that cannot be read is taken at once and told there."""
    try:
        return int(note.split(b"\n", 2)[1])
    except (IndexError, ValueError):
        return 0
