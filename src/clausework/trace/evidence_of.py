"""Which records are about a build: its own, those of an equal build, and those that name its artefacts.

Green evidence is taken narrowly (see ``builds``). Red evidence is taken widely: it stands for every build of the
source tree, whatever the locks, and for every build with the artefact, so that neither a new run nor a rebase nor
an empty commit is a way round it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import msgspec

from clausework.core.canonical import canonical_json
from clausework.core.digests import sha256_of
from clausework.ledger.records import Record
from clausework.ledger.records.build import Build, Rebuild
from clausework.ledger.records.evidence import (
    Attestations,
    ChangeReviews,
    Coverage,
    Exploitability,
    Findings,
    Rejection,
    Sbom,
    TestResult,
)
from clausework.ledger.records.protection import BranchProtection
from clausework.trace.builds import (
    KnownBuild,
    RecordedOutput,
    equals_of,
    find_build,
    known_builds,
    recorded_outputs,
)
from clausework.trace.readings import is_red, origin_of, reading_of, readings, rereads

_ON_THE_WHOLE = frozenset({"integration", "system", "validation"})
"""Levels whose results must be about every artefact of the build: 5.8.1 asks that *these* artefacts were tested."""


class BuildEvidence(msgspec.Struct, frozen=True):
    """A build and every record that is about it, in log order.

    ``red_tests`` holds the red results that stand for the build whatever build they were recorded about.
    ``outdated`` holds its own results from before an artefact was added, and those that together leave one out: they
    are not about all that it is now.
    ``others`` are files that were read and that no gate judges.
    """

    record: Record
    build: Build
    outputs: tuple[RecordedOutput, ...]
    rebuilds: tuple[Record, ...]
    tests: tuple[Record, ...]
    outdated: tuple[Record, ...]
    red_tests: tuple[Record, ...]
    coverage: tuple[Record, ...]
    findings: tuple[Record, ...]
    sboms: tuple[Record, ...]
    rejections: tuple[Record, ...]
    others: tuple[Record, ...] = ()


def evidence_of(records: Sequence[Record], build_id: str) -> BuildEvidence:
    """Return what the log holds about the build; raises ``BuildUnknown``."""
    build: Build = find_build(records, build_id).body
    known = known_builds(records, build.software_item)
    this = next(one for one in known if one.build.id == build.id)
    equal = equals_of(this, known)
    others = [one for one in known if one.build.id not in equal]
    about = [one for one in records if _is_about(one, this, equal, others)]
    later = rereads(records)
    tests = readings(about, later, TestResult)
    old = [_is_outdated(one, this) for one in tests]
    before = {_raw_of(one) for one, is_old in zip(tests, old, strict=True) if is_old}
    old = [is_old or _is_known(one, before) for one, is_old in zip(tests, old, strict=True)]
    lacking = _levels_that_leave_some_out(
        [one for one, is_old in zip(tests, old, strict=True) if not is_old], this
    )
    old = [is_old or _level_of(one) in lacking for one, is_old in zip(tests, old, strict=True)]
    of_tree = frozenset(one.build.id for one in known if one.build.source_tree == build.source_tree)
    return BuildEvidence(
        record=this.record,
        build=build,
        outputs=recorded_outputs(records, build.id),
        rebuilds=tuple(
            one for one in records if isinstance(one.body, Rebuild) and one.body.build == build.id
        ),
        tests=tuple(one for one, is_old in zip(tests, old, strict=True) if not is_old),
        outdated=tuple(one for one, is_old in zip(tests, old, strict=True) if is_old),
        red_tests=tuple(
            one
            for one in readings(records, later, TestResult)
            if is_red(one.body) and _is_red_for(one, this, of_tree)
        ),
        coverage=readings(about, later, Coverage),
        findings=readings(about, later, Findings),
        sboms=readings(about, later, Sbom),
        rejections=tuple(one for one in about if isinstance(one.body, Rejection)),
        others=tuple(
            one
            for one in about
            if isinstance(one.body, Exploitability | Attestations | ChangeReviews | BranchProtection)
        ),
    )


def _digests_of(record: Record) -> frozenset[str]:
    return frozenset(one.digest.get("sha256", "") for one in record.subjects)


def _is_about(record: Record, this: KnownBuild, equal: frozenset[str], others: Iterable[KnownBuild]) -> bool:
    origin = origin_of(record)
    if origin is None:
        return False
    if origin.build:
        return origin.build in equal
    if origin.software_item not in {"", this.build.software_item}:
        return False
    digests = _digests_of(record)
    return this.build.id in digests or _names_only(digests & this.artefacts, this, others)


def _names_only(named: frozenset[str], this: KnownBuild, others: Iterable[KnownBuild]) -> bool:
    """Tell whether evidence that names only digests can be about no earlier build that is not this one's equal.

    An artefact that stays the same from build to build, such as a licence text, tells nothing about the rest.
    """
    return bool(named) and not any(
        named & other.artefacts for other in others if other.record.index < this.record.index
    )


def _is_outdated(record: Record, this: KnownBuild) -> bool:
    origin = origin_of(record)
    digests = _digests_of(record)
    named = origin is not None and (origin.build == this.build.id or this.build.id in digests)
    if origin is None or not named or origin.level not in _ON_THE_WHOLE:
        return False
    return digests & this.artefacts != this.artefacts and digest_of_all(this.artefacts) not in digests


def _levels_that_leave_some_out(tests: Sequence[Record], this: KnownBuild) -> frozenset[str]:
    """Return the levels whose results, all together, are not about every artefact of the build.

    Results that name artefacts and no build may each be about one of them; one that none is about was not tested.
    """
    seen: dict[str, set[str]] = {}
    for record in tests:
        digests = _digests_of(record)
        origin = origin_of(record)
        whole = (origin is not None and bool(origin.build)) or digest_of_all(this.artefacts) in digests
        seen.setdefault(_level_of(record), set()).update(
            this.artefacts if whole else digests & this.artefacts
        )
    return frozenset(
        level for level, about in seen.items() if level in _ON_THE_WHOLE and about != this.artefacts
    )


def _level_of(record: Record) -> str:
    origin = origin_of(record)
    return origin.level if origin is not None else ""


def _raw_of(record: Record) -> str:
    reading = reading_of(record)
    return reading.raw.sha256 if reading else ""


def _is_known(record: Record, outdated: Collection[str]) -> bool:
    """Tell whether the report is one that is ``outdated``, recorded once more: the bytes are those of the same run."""
    origin = origin_of(record)
    return origin is not None and origin.level in _ON_THE_WHOLE and _raw_of(record) in outdated


def digest_of_all(artefacts: frozenset[str]) -> str:
    """Return the one digest by which a record names artefacts that are too many to name one by one."""
    return sha256_of(canonical_json(sorted(artefacts)))


def _is_red_for(record: Record, this: KnownBuild, of_tree: frozenset[str]) -> bool:
    origin = origin_of(record)
    if origin is None:
        return False
    same_item_and_tree = (origin.software_item, origin.source_tree) == (
        this.build.software_item,
        this.build.source_tree,
    )
    digests = _digests_of(record)
    return (
        origin.build in of_tree
        or (bool(this.artefacts) and digest_of_all(this.artefacts) in digests)
        or same_item_and_tree
        or this.build.id in digests
        or bool(digests & this.artefacts)
    )
