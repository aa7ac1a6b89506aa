"""The configuration of the plan that a test ran on, as kept with the record (clauses 5.7.5, 9.8)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import BinaryIO

import msgspec

from clausework.ledger.records import Record
from clausework.ledger.records.build import Build
from clausework.trace.builds import equals_of, known_builds
from clausework.trace.evidence_of import BuildEvidence
from clausework.trace.readings import origin_of

OpenBlob = Callable[[str], BinaryIO]

TESTED = "application/vnd.clausework.configuration+json"
"""The media type by which a configuration of the plan is told from a file that somebody wrote."""


class TestedConfiguration(msgspec.Struct, frozen=True):
    """A configuration by its name in the plan: the build of each component, hardware, equipment."""

    __test__ = False

    name: str
    components: dict[str, str]
    hardware: dict[str, str] = {}
    equipment: dict[str, str] = {}


def of_candidate(
    records: Sequence[Record], found: BuildEvidence, beside: Sequence[str], open_blob: OpenBlob
) -> BuildEvidence:
    """Return the evidence of a build as it counts in a candidate of the builds ``beside``; of none, as it is.

    What ran on a configuration with another build of one of them was not about the candidate: only what failed in it
    counts. A build that is the other's equal is not another.
    """
    own = {one.body.id: one.body.software_item for one in records if isinstance(one.body, Build)}
    chosen = {own[one]: one for one in beside if one in own}
    equals = {one: _equals(records, one, item) for item, one in chosen.items()}
    apart = [one for one in found.tests if _ran_with_others(one, chosen, equals, open_blob)]
    return msgspec.structs.replace(
        found,
        tests=tuple(one for one in found.tests if one not in apart),
        outdated=tuple(sorted((*found.outdated, *apart), key=lambda one: one.index)),
    )


def _equals(records: Sequence[Record], build: str, software_item: str) -> frozenset[str]:
    known = known_builds(records, software_item)
    return equals_of(next(one for one in known if one.build.id == build), known)


def _ran_with_others(
    test: Record, chosen: Mapping[str, str], equals: Mapping[str, frozenset[str]], open_blob: OpenBlob
) -> bool:
    tested = tested_configuration(test, open_blob)
    return tested is not None and any(
        build not in equals[chosen[item]] for item, build in tested.components.items() if item in chosen
    )


def tested_configuration(test: Record, open_blob: OpenBlob) -> TestedConfiguration | None:
    """Return the plan's configuration that a test ran on; ``None`` where it names none, or nothing that is one."""
    origin = origin_of(test)
    if origin is None or origin.configuration is None or origin.configuration.media_type != TESTED:
        return None
    with open_blob(origin.configuration.sha256) as stream:
        data = stream.read()
    try:
        return msgspec.json.decode(data, type=TestedConfiguration)
    except msgspec.DecodeError:
        return None


def tested_on(tests: Iterable[Record], open_blob: OpenBlob) -> dict[str, tuple[int, ...]]:
    """Return the records of the tests by the plan's configuration that they ran on."""
    found: dict[str, list[int]] = {}
    for record in tests:
        tested = tested_configuration(record, open_blob)
        if tested is not None:
            found.setdefault(tested.name, []).append(record.index)
    return {name: tuple(records) for name, records in sorted(found.items())}
