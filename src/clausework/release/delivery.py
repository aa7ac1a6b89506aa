"""5.8.4, 5.8.5, 5.8.8: what is released, how it was made, and that it arrives intact."""

from __future__ import annotations

from clausework.gates.check import Judgement, failed, not_evaluated, passed
from clausework.gates.facts import ENVIRONMENT
from clausework.ledger.records.gates import Reason
from clausework.release.condition import Condition
from clausework.release.facts import ReleaseFacts

_MOST_IN_ONE = 4
"""How many components one reason names: a verdict cuts longer reasons off."""


def _version_documented(facts: ReleaseFacts) -> Judgement:
    reasons = [*_versions_mismatched(facts), *_versions_taken(facts)]
    if not facts.planned.fits:
        reasons.append(
            Reason(
                f"version {facts.version} is not one of the release line {facts.line},"
                f" which releases {', '.join(facts.planned.line_versions)}",
                who="quality",
                command="release it from its own line, or change 'release_line: versions:' in clausework.yaml",
            )
        )
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
    if len(facts.components) == 1:
        return passed(f"version {facts.version} is new, and every artefact reports it")
    told = [
        f"{one.software_item} {one.version}" + (f" (as in {one.reused_from})" if one.reused_from else "")
        for one in facts.components
    ]
    said = f"version {facts.version} is new; every artefact reports its component's version: "
    first, rest = told[:_MOST_IN_ONE], told[_MOST_IN_ONE:]
    further = (rest[at : at + _MOST_IN_ONE] for at in range(0, len(rest), _MOST_IN_ONE))
    return Judgement("pass", (Reason(said + ", ".join(first)), *(Reason(", ".join(one)) for one in further)))


def _versions_mismatched(facts: ReleaseFacts) -> list[Reason]:
    versions = {one.build: one.version for one in facts.components}
    alone = len(facts.builds) == 1
    return [
        Reason(
            f"version mismatch: {output.name} reports '{output.reported_version or 'nothing'}',"
            f" {'the release' if alone else build.build.software_item} is"
            f" {versions.get(build.build.id) or 'of no version'}",
            who="developer",
            command="set 'build: version_command:' in clausework.yaml, mend the version, clausework build",
        )
        for build in facts.builds
        for output in build.build.outputs
        if not output.reported_version or output.reported_version != versions.get(build.build.id)
    ]


def _versions_taken(facts: ReleaseFacts) -> list[Reason]:
    return [
        Reason(
            f"{one.software_item} {one.version} was released in {one.taken_by} with other artefacts",
            items=(one.software_item,),
            who="developer",
            command=f"give {one.software_item} a version of its own, then clausework build",
        )
        for one in facts.components
        if one.taken_by
    ]


_DOCUMENTED = {
    "build command": "set 'build: command:' in clausework.yaml, then clausework build",
    "lock files": "name them under 'build: locks:' in clausework.yaml, an empty one where there is no dependency,"
    " then clausework build",
}
"""What has a build say how it was made, where the plan is what lacks."""


def environment_documented(facts: ReleaseFacts) -> Judgement:
    """Tell of each component whether commit, command, tools, environment and locks are recorded (5.8.5)."""
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
                command=_DOCUMENTED.get(field, "clausework build, in a run of its own"),
            )
            for field in missing
        ]
    if reasons:
        return failed(*reasons)
    return passed(
        "commit, command, tools, environment and locks are recorded",
        *(one.build.record for one in facts.builds),
    )


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
        "5.8.5", "Build procedure and environment documented", ("5.8.5",), "BC", environment_documented
    ),
)
DELIVERY = (Condition("5.8.8", "Delivery protected", ("5.8.8",), "ABC", _delivery_protected),)
