"""Builds and their artefacts as the log holds them, and which builds are one another's equal.

Evidence about one build is as good for another only where the two cannot differ in what was tested: the same
software item with the same locked dependencies, from the same clean source tree or with the same artefacts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from clausework.core.errors import UsageFault
from clausework.ledger.records import Record
from clausework.ledger.records.build import Build, BuildOutputs, Output


class BuildUnknown(UsageFault):
    """No build of that identity is recorded."""

    hint = "Run 'clausework build' on the commit first, or name a build that 'clausework status' lists."


class RecordedOutput(msgspec.Struct, frozen=True):
    """An artefact and the index of the record that holds it: its signing key must have been valid there."""

    record: int
    output: Output


class KnownBuild(msgspec.Struct, frozen=True):
    """A build, its record and the digests of all its artefacts."""

    record: Record
    build: Build
    artefacts: frozenset[str]


def find_build(records: Iterable[Record], build_id: str) -> Record:
    """Return the record of the build whose identity is, or begins with, ``build_id``; raises ``BuildUnknown``."""
    found = [
        record for record in records if isinstance(record.body, Build) and record.body.id.startswith(build_id)
    ]
    if not found or len(build_id) < 6:
        raise BuildUnknown(f"No build '{build_id}' is recorded.")
    if len({record.body.id for record in found}) > 1:
        raise BuildUnknown(
            f"'{build_id}' begins the identity of {len(found)} builds.", hint="Give more digits."
        )
    return found[0]


def recorded_outputs(records: Iterable[Record], build_id: str) -> tuple[RecordedOutput, ...]:
    """Return the artefacts of a build with the records that hold them, in log order."""
    return tuple(
        RecordedOutput(record.index, output)
        for record in records
        if isinstance(record.body, BuildOutputs) and record.body.build == build_id
        for output in record.body.outputs
    )


def outputs_of(records: Iterable[Record], build_id: str) -> tuple[Output, ...]:
    """Return the artefacts of a build, the newest of each name last."""
    return tuple(one.output for one in recorded_outputs(records, build_id))


def known_builds(records: Sequence[Record], software_item: str) -> tuple[KnownBuild, ...]:
    """Return every build of the software item, in log order."""
    artefacts: dict[str, set[str]] = {}
    for record in records:
        if isinstance(record.body, BuildOutputs):
            digests = (output.artefact.sha256 for output in record.body.outputs)
            artefacts.setdefault(record.body.build, set()).update(digests)
    return tuple(
        KnownBuild(record, record.body, frozenset(artefacts.get(record.body.id, ())))
        for record in records
        if isinstance(record.body, Build) and record.body.software_item == software_item
    )


def equals_of(one: KnownBuild, known: Iterable[KnownBuild]) -> frozenset[str]:
    """Return the identities of the builds, itself among them, whose evidence is as good as the build's own."""
    return frozenset({one.build.id} | {other.build.id for other in known if _are_equal(one, other)})


def _are_equal(one: KnownBuild, other: KnownBuild) -> bool:
    if one.build.software_item != other.build.software_item or _locks(one.build) != _locks(other.build):
        return False
    same_source = one.build.source_tree == other.build.source_tree and one.build.clean and other.build.clean
    return same_source or (bool(one.artefacts) and one.artefacts == other.artefacts)


def _locks(build: Build) -> frozenset[tuple[str, str]]:
    return frozenset((lock.name, lock.sha256) for lock in build.locks)
