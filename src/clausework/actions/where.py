"""where: from a running artefact back to commit, dependencies, tests, risk file version and authorisation."""

from __future__ import annotations

import msgspec

from clausework.actions.workplace import Workplace
from clausework.core.errors import Refused
from clausework.ledger.ledger import Snapshot
from clausework.ledger.records import Record
from clausework.ledger.records.build import Build, BuildOutputs
from clausework.ledger.records.release import Candidate, Deployment, Release
from clausework.release.index import ReleaseIndex
from clausework.trace.evidence_of import evidence_of


class ArtefactUnknown(Refused):
    """No record names the artefact."""

    hint = "It did not come out of this pipeline, or it was changed since: do not run it."


class NothingDeployed(Refused):
    """Nothing was admitted to the environment yet."""

    hint = "Deploy a released artefact: 'clausework deploy ENVIRONMENT --artifact FILE'."


class Whereabouts(msgspec.Struct, frozen=True):
    """All that is known of an artefact. ``index`` is the release index of the version that names it, if any."""

    artefact: str
    name: str
    build: Build
    build_record: int
    evidence: tuple[int, ...]
    version: str
    release_record: int | None
    index: ReleaseIndex | None
    risk_file: str
    deployments: tuple[str, ...]


def where(workplace: Workplace, sha256: str) -> tuple[Whereabouts, ...]:
    """Return what is known of the artefact, once for each build that made it; raises ``ArtefactUnknown``."""
    snapshot = workplace.snapshot()
    builds = [
        (one.body.build, output.artefact.name)
        for one in snapshot.records
        if isinstance(one.body, BuildOutputs)
        for output in one.body.outputs
        if output.artefact.sha256 == sha256
    ]
    if not builds:
        raise ArtefactUnknown(f"No build is recorded that made the artefact {sha256}.")
    return tuple(_one(workplace, snapshot, sha256, build, name) for build, name in dict(builds).items())


def running_in(workplace: Workplace, environment: str) -> tuple[str, ...]:
    """Return the digests admitted last to ``environment``, by artefact name and site; raises ``NothingDeployed``."""
    running: dict[tuple[str, str], str] = {}
    for one in workplace.snapshot().records:
        body = one.body
        if isinstance(body, Deployment) and body.environment == environment and body.outcome == "admitted":
            running[body.name, body.site] = body.artefact
    if not running:
        raise NothingDeployed(f"Nothing was admitted to {environment}.")
    return tuple(dict.fromkeys(running.values()))


def _one(workplace: Workplace, snapshot: Snapshot, sha256: str, build_id: str, name: str) -> Whereabouts:
    found = evidence_of(snapshot.records, build_id)
    release = _release(snapshot, build_id, sha256)
    index = None
    if release is not None:
        index = msgspec.json.decode(workplace.ledger.read_blob(release.body.index.sha256), type=ReleaseIndex)
    evidence = (*found.tests, *found.coverage, *found.findings, *found.sboms)
    return Whereabouts(
        artefact=sha256,
        name=name,
        build=found.build,
        build_record=found.record.index,
        evidence=tuple(sorted(one.index for one in evidence)),
        version=release.body.version if release else "",
        release_record=release.index if release else None,
        index=index,
        risk_file=index.risk_file_version if index else "",
        deployments=tuple(
            f"#{one.index} {one.body.outcome} {one.body.environment} {one.body.site} {one.body.made.at}"
            for one in snapshot.records
            if isinstance(one.body, Deployment) and one.body.artefact == sha256
        ),
    )


def _release(snapshot: Snapshot, build_id: str, sha256: str) -> Record | None:
    for record in reversed(snapshot.records):
        if isinstance(record.body, Release) and sha256 in record.body.artefacts:
            candidate: Candidate = snapshot.records[record.body.candidate.index].body
            if build_id in candidate.builds:
                return record
    return None
