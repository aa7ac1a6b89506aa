"""registers: what evidence stands behind an item in a released version, answered without folding the log.

    held = Releases(ledger, registers).about("2.3.0", "REQ-037")    # None: fold it

A register answers only where it stands on a beginning of this very log, and no record after that beginning is about
the release; each record that an answer names is held against the signed checkpoint. Where the register is missing,
behind or damaged there is no answer, and the caller folds. No gate reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress

import msgspec

from clausework.actions.workplace import software
from clausework.ledger.checkpoint import Checkpoint
from clausework.ledger.collector import collector_paused
from clausework.ledger.covered import CoveredRecord, CoveredRecords
from clausework.ledger.envelope import open_envelope
from clausework.ledger.ledger import Ledger
from clausework.ledger.ports import Registers, RegistersUnavailable
from clausework.ledger.records import Record, decode_statement
from clausework.ledger.tree import extend_frontier, leaf_hash, root_of_frontier
from clausework.trace.item_fact import ItemFact
from clausework.trace.matrix import Matrix
from clausework.trace.registers.encoding import seal, unseal
from clausework.trace.registers.footprint import WORDS_OF_PEOPLE, marks_of, touches
from clausework.trace.registers.lookup import (
    Pages,
    footprint_key,
    item_number,
    read_head,
    read_release,
    release_key,
    runs_behind,
)
from clausework.trace.registers.model import FOOTPRINT, HEAD, VERSION, Head
from clausework.trace.results import ItemCases

_MOST_READ = 5_000
"""Records behind the register that are read to catch up; beyond, folding once is as quick."""


class HeldBuild(msgspec.Struct, frozen=True):
    """What a register says about an item in one build of a release.

    ``matrix`` has every row about the item, and others; ``runs`` has the run behind each test record.
    """

    build: CoveredRecord
    safety_class: str
    matrix: Matrix
    runs: dict[int, str]


class Held(msgspec.Struct, frozen=True):
    """What a register says about an item in a release, under ``checkpoint``; ``release`` is the release's record."""

    release: int
    builds: tuple[HeldBuild, ...]
    checkpoint: Checkpoint


class Releases:
    """Answers about the releases that the registers of one ledger hold."""

    def __init__(self, ledger: Ledger, registers: Registers) -> None:
        self._ledger = ledger
        self._registers = registers
        self.records = CoveredRecords(ledger.log)

    def about(self, version: str, item: str) -> Held | None:
        """Return what stands about ``item`` in the version; ``None`` where it has to be folded."""
        checkpoint = self._ledger.checkpoint()
        try:
            with collector_paused():
                return self._about(version, item, checkpoint)
        except RegistersUnavailable:
            return None

    def _about(self, version: str, item: str, checkpoint: Checkpoint) -> Held | None:
        read = self._registers.read
        head = self._caught_up(version, checkpoint)
        kept = read_release(read, version) if head else None
        number = item_number(read, item)
        if head is None or kept is None or number is None:
            return None
        held = []
        for entry in kept.builds:
            pages = Pages(read, head, entry)
            matrix = pages.matrix_about(number) if pages.holds(number, item) else Matrix(())
            held.append((entry, matrix))
        builds = self.records.read([entry.build_record for entry, _ in held], checkpoint)
        return Held(
            kept.record,
            tuple(
                HeldBuild(builds[entry.build_record], entry.safety_class, matrix, dict(runs_behind(entry)))
                for entry, matrix in held
            ),
            checkpoint,
        )

    def _caught_up(self, version: str, checkpoint: Checkpoint) -> Head | None:
        """Return the head at ``checkpoint``, if what the register says of the version still holds there."""
        head = read_head(self._registers.read)
        if head is None or not is_ours(head) or head.size > checkpoint.size:
            return None
        if head.size == checkpoint.size:
            return head if root_of_frontier(head.frontier) == checkpoint.root else None
        if checkpoint.size - head.size > _MOST_READ:
            return None
        entries = list(self._ledger.log.entries(head.size, checkpoint.size))
        frontier = extend_frontier(head.frontier, head.size, map(leaf_hash, entries))
        if root_of_frontier(frontier) != checkpoint.root:
            return None
        new = [
            decode_statement(open_envelope(entry).payload, index)
            for index, entry in enumerate(entries, head.size)
        ]
        if any(isinstance(one.body, WORDS_OF_PEOPLE) for one in new):
            return None
        marks = marks_of_all(self._ledger, new, lambda _sha256: None)
        if marks is None:
            return None
        dropped = touched(self._registers, marks)
        later = msgspec.structs.replace(head, size=checkpoint.size, frontier=frontier)
        with suppress(RegistersUnavailable):  # a register that cannot be written answers all the same
            self._registers.change(lambda: moved(self._registers, head, later, dropped))
        return None if version in dropped else later


def is_ours(head: Head) -> bool:
    """Tell whether this version of Clausework made the register: what another folded may mean something else."""
    return (head.version, head.software) == (VERSION, software())


def moved(
    registers: Registers, before: Head | None, after: Head, dropped: Iterable[str]
) -> dict[bytes, bytes | None]:
    """Return what moves the register from one head to the next; nothing where another process moved it meanwhile."""
    if read_head(registers.read) != before:
        return {}
    gone = {key: None for one in dropped for key in (release_key(one), footprint_key(one))}
    return {**gone, HEAD: seal(HEAD, after)}


def marks_of_all(
    ledger: Ledger, new: Iterable[Record], earlier: Callable[[str], Record | None]
) -> frozenset[str] | None:
    """Return what the ``new`` records name, ``None`` where they may change everything."""
    found: set[str] = set()
    for record in new:
        marks = marks_of(record, earlier, ledger.open_blob)
        if marks is None:
            return None
        found |= marks
    return frozenset(found)


def kept_versions(registers: Registers) -> list[str]:
    """Return the versions that the register holds."""
    return [key[len(FOOTPRINT) :].decode() for key in registers.keys(FOOTPRINT)]


def touched(registers: Registers, marks: frozenset[str]) -> list[str]:
    """Return the versions that records with ``marks`` may be about."""
    keys = {version: footprint_key(version) for version in (kept_versions(registers) if marks else ())}
    sealed = registers.read(keys.values()) if keys else {}
    return [version for version, key in keys.items() if touches(marks, unseal(key, sealed.get(key), bytes))]


def dump(registers: Registers, version: str) -> list[tuple[ItemFact, tuple[ItemCases, ...]]]:
    """Return the items of a version with their cases, whatever numbers and pages the register says it by.

    Raises ``RegistersUnavailable``.
    """
    head = read_head(registers.read)
    kept = read_release(registers.read, version)
    entries = kept.builds if head and kept else ()
    return [one for entry in entries if head for one in Pages(registers.read, head, entry).everything()]
