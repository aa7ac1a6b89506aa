"""5.8.4, 5.8.5, 5.8.7, 5.8.8: what is released, how it was made, that it is kept, and that it arrives intact."""

from __future__ import annotations

from clausework.gates.check import Judgement, failed, not_evaluated, passed
from clausework.gates.facts import ENVIRONMENT
from clausework.ledger.records.gates import Reason
from clausework.release.condition import Condition
from clausework.release.facts import ArchiveFact, ReleaseFacts


def _version_documented(facts: ReleaseFacts) -> Judgement:
    reasons = [
        Reason(
            f"version mismatch: {output.name} reports '{output.reported_version or 'nothing'}',"
            f" the release is {facts.version}",
            who="developer",
            command="set 'build: version_command:' in clausework.yaml, mend the version, clausework build",
        )
        for build in facts.builds
        for output in build.build.outputs
        if output.reported_version != facts.version
    ]
    if not facts.version.strip():
        reasons.append(
            Reason("the version has no name", who="developer", command="clausework release VERSION")
        )
    if facts.version in facts.released_versions:
        reasons.append(
            Reason(
                f"version {facts.version} was released before, with other contents",
                who="developer",
                command="give this one its own version, then clausework build and clausework release",
            )
        )
    if not facts.planned.udi_di:
        reasons.append(
            Reason("the plan names no UDI-DI of the device", who="quality", command="set 'device: udi_di:'")
        )
    if reasons:
        return failed(*reasons)
    return passed(f"version {facts.version} is new, and every artefact reports it")


def _environment_documented(facts: ReleaseFacts) -> Judgement:
    reasons = []
    for build in facts.builds:
        item = build.build.software_item
        missing = sorted(set(ENVIRONMENT) - set(build.build.environment_known))
        if not facts.build_commands.get(item):
            missing.append("build command")
        if not build.build.locks:
            missing.append("lock files")
        reasons += [
            Reason(
                f"build environment unknown: {field} of {item}",
                records=(build.build.record,),
                who="developer",
                command="clausework build (with 'build: command:' in clausework.yaml)",
            )
            for field in missing
        ]
    if reasons:
        return failed(*reasons)
    return passed(
        "commit, command, tools, environment and locks are recorded",
        *(one.build.record for one in facts.builds),
    )


def _archived(facts: ReleaseFacts) -> Judgement:
    if not facts.planned.retention_set:
        return not_evaluated(
            "the plan sets no retention for released versions", who="quality", command="set 'retention'"
        )
    archive = facts.archive
    command = f"clausework release {facts.version}"
    if archive is None:
        return not_evaluated("nothing is archived yet", command=command)
    if not archive.restored:
        return failed(
            Reason(
                f"the archive was not restored: {archive.problem}",
                records=(archive.record,),
                who="developer",
                command=f"mend what is named, then {command}",
            )
        )
    missing = _not_archived(facts, archive)
    if missing:
        return failed(
            Reason(
                f"not in the archive: {', '.join(missing)}",
                records=(archive.record,),
                who="developer",
                command=command,
            )
        )
    return passed(
        "source, artefacts, locks and plan are archived; a restore gave the same digests", archive.record
    )


def _not_archived(facts: ReleaseFacts, archive: ArchiveFact) -> list[str]:
    kept = set(archive.contents)
    missing = [
        output.name for build in facts.builds for output in build.build.outputs if output.sha256 not in kept
    ]
    missing += [lock.name for build in facts.builds for lock in build.build.locks if lock.sha256 not in kept]
    missing += [] if facts.plan in kept else ["the plan"]
    missing += [] if archive.has_source else ["the source"]
    return missing


def _delivery_protected(facts: ReleaseFacts) -> Judgement:
    outputs = [output for build in facts.builds for output in build.build.outputs]
    if not outputs or not facts.artefacts:
        return not_evaluated("the candidate has no artefact", command="clausework build --artifact FILE")
    reasons = [
        Reason(
            f"the signature of {one.name} does not hold",
            who="quality",
            command="find out who signed it, then clausework build in a run of its own",
        )
        for one in outputs
        if not one.signature_holds
    ]
    if facts.artefact_digests() != set(facts.artefacts):
        reasons.append(
            Reason(
                "the builds no longer have the artefacts that the candidate was frozen with",
                who="developer",
                command=f"clausework release {facts.version} freezes what there is now",
            )
        )
    if reasons:
        return failed(*reasons)
    return passed(
        f"{len(outputs)} artefacts are signed; admission compares their digests at the point of use"
    )


VERSION_AND_ENVIRONMENT = (
    Condition("5.8.4", "Released version documented", ("5.8.4",), "ABC", _version_documented),
    Condition(
        "5.8.5", "Build procedure and environment documented", ("5.8.5",), "BC", _environment_documented
    ),
)
ARCHIVE_AND_DELIVERY = (
    Condition("5.8.7", "Archived and restored", ("5.8.7",), "ABC", _archived),
    Condition("5.8.8", "Delivery protected", ("5.8.8",), "ABC", _delivery_protected),
)
