"""where: from a running artefact back to commit, dependencies, tests, risk file version and authorisation."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from clausework.actions.promote import environment_of
from clausework.actions.trusted_time import time_of_release
from clausework.actions.workplace import Workplace
from clausework.core.errors import Refused
from clausework.ledger.ledger import Snapshot
from clausework.ledger.records import Record
from clausework.ledger.records.build import Build, BuildOutputs
from clausework.ledger.records.release import Deployment
from clausework.ledger.records.values import Descriptor
from clausework.release.adoption import DECLARED, adopted_with
from clausework.release.derivation import Step, Way, ways_back
from clausework.release.index import ReleaseIndex
from clausework.release.placements import running_in as placements_in
from clausework.release.withdrawal import Withdrawal, withdrawals
from clausework.trace.evidence_of import evidence_of
from clausework.trace.releases import releases
from clausework.trace.standing import Standing


class ArtefactUnknown(Refused):
    """No record names the artefact."""

    hint = "It did not come out of this pipeline, or it was changed since: do not run it."


class NothingDeployed(Refused):
    """Nothing was admitted to the environment yet."""

    hint = "Deploy a released artefact: 'clausework deploy ENVIRONMENT --artifact FILE'."


class Whereabouts(msgspec.Struct, frozen=True):
    """All that is known of an artefact. ``index`` is the release index of the version that names it, if any.

    ``withdrawn`` says who withdrew that version, when and why (empty: nobody did). ``derivations`` lead from a derived
    artefact back to what the build made. ``other_releases`` name it too, as an unchanged component.
    """

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
    withdrawn: str = ""
    derivations: tuple[Step, ...] = ()
    trusted_time: str = ""
    other_releases: tuple[str, ...] = ()


class AdoptedWhereabouts(msgspec.Struct, frozen=True):
    """All that is known of an artefact of a release from before the tool: what was declared, and who signed that.

    ``standing`` says that nothing of it was verified here, or why the declaration does not count.
    """

    artefact: str
    name: str
    version: str
    record: int
    standing: str
    declared: str
    declared_by: str
    commit: str
    gap_analysis: Descriptor
    approved_by: tuple[str, ...]
    deployments: tuple[str, ...]


def adopted_where(workplace: Workplace, sha256: str) -> tuple[AdoptedWhereabouts, ...]:
    """Return what was declared of the artefact, once for each version that names it; nothing where none does."""
    records = workplace.snapshot().records
    decisions = workplace.standing(workplace.snapshot()).decisions
    return tuple(
        AdoptedWhereabouts(
            artefact=sha256,
            name=next(artefact.name for artefact in one.body.artefacts if artefact.sha256 == sha256),
            version=one.body.version,
            record=one.record.index,
            standing="; ".join(filter(None, (DECLARED, one.fault, one.withdrawn))),
            declared=one.body.declared,
            declared_by=one.body.declared_by,
            commit=one.body.commit,
            gap_analysis=one.body.gap_analysis,
            approved_by=one.approved_by,
            deployments=_deployments(records, sha256),
        )
        for one in adopted_with(records, decisions, sha256)
    )


def all_known(workplace: Workplace, sha256: str) -> tuple[AdoptedWhereabouts | Whereabouts, ...]:
    """Return what was declared of the artefact and what is known of it; raises ``ArtefactUnknown`` for nothing."""
    declared = adopted_where(workplace, sha256)
    try:
        return (*declared, *where(workplace, sha256))
    except ArtefactUnknown:
        if not declared:
            raise
        return declared


def where(workplace: Workplace, sha256: str) -> tuple[Whereabouts, ...]:
    """Return what is known of the artefact, once for each build that made it; raises ``ArtefactUnknown``.

    The build that a release took stands first. A derived artefact is led back to what it was made of.
    """
    snapshot = workplace.snapshot()
    standing = workplace.standing(snapshot)
    made_by = _builds_by_artefact(snapshot)
    for way in ways_back(snapshot.records, sha256, standing.decisions):
        if builds := made_by.get(way.origin):
            look = _Look(workplace, snapshot, standing, withdrawals(standing.decisions), sha256, way)
            found = (look.one(build, name) for build, name in builds.items())
            return tuple(sorted(found, key=lambda one: one.release_record is None))
    raise ArtefactUnknown(f"No build is recorded that made the artefact {sha256}.")


def running_in(workplace: Workplace, environment: str) -> tuple[str, ...]:
    """Return the digests that run in ``environment``: admitted, not replaced.

    Raises ``NothingDeployed``; ``EnvironmentUnknown`` for one that neither the plan nor any deployment names.
    """
    snapshot = workplace.snapshot()
    running = placements_in(snapshot.records, environment)
    if not running:
        environment_of(workplace.standing(snapshot).plan_in_force.plan, environment)
        raise NothingDeployed(f"Nothing was admitted to {environment}.")
    return tuple(dict.fromkeys(one.deployment.artefact for one in running))


def _builds_by_artefact(snapshot: Snapshot) -> dict[str, dict[str, str]]:
    """Return for each artefact the builds that made it, with the name that each gave it."""
    found: dict[str, dict[str, str]] = {}
    for one in snapshot.records:
        if isinstance(one.body, BuildOutputs):
            for output in one.body.outputs:
                found.setdefault(output.artefact.sha256, {})[one.body.build] = output.artefact.name
    return found


class _Look(msgspec.Struct, frozen=True):
    """What an artefact is looked up in: the log, what was withdrawn, and its way back to what a build made."""

    workplace: Workplace
    snapshot: Snapshot
    standing: Standing
    withdrawn: dict[str, Withdrawal]
    artefact: str
    way: Way

    def one(self, build_id: str, name: str) -> Whereabouts:
        found = evidence_of(self.snapshot.records, build_id)
        releases = self.releases(build_id)
        release = releases[0] if releases else None
        index = None
        if release is not None:
            data = self.workplace.ledger.read_blob(release.body.index.sha256)
            index = msgspec.json.decode(data, type=ReleaseIndex)
        evidence = (*found.tests, *found.coverage, *found.findings, *found.sboms)
        taken_back = str(self.withdrawn.get(release.sha256, "")) if release else ""
        derived = next((f"derived artefact {one.withdrawn}" for one in self.way.withdrawn), "")
        return Whereabouts(
            artefact=self.artefact,
            name=self.way.steps[0].name if self.way.steps else name,
            build=found.build,
            build_record=found.record.index,
            evidence=tuple(sorted(one.index for one in evidence)),
            version=release.body.version if release else "",
            release_record=release.index if release else None,
            index=index,
            risk_file=index.risk_file_version if index else "",
            deployments=_deployments(self.snapshot.records, self.artefact),
            withdrawn=taken_back or derived,
            derivations=self.way.steps,
            trusted_time=time_of_release(self.workplace, self.snapshot, release) if release else "",
            other_releases=tuple(_told(one, self.withdrawn) for one in releases[1:]),
        )

    def releases(self, build_id: str) -> list[Record]:
        """Return the releases of the build that name the artefact, the newest first, withdrawn ones last."""
        found = [
            one.record
            for one in reversed(releases(self.snapshot.records, self.standing))
            if self.way.origin in one.record.body.artefacts and build_id in one.candidate.builds
        ]
        return sorted(found, key=lambda one: one.sha256 in self.withdrawn)


def _deployments(records: Sequence[Record], sha256: str) -> tuple[str, ...]:
    return tuple(
        " ".join(
            filter(
                None,
                (f"#{one.index}", one.body.outcome, one.body.environment, one.body.site, one.body.made.at),
            )
        )
        + (f" as {one.body.version}" if one.body.version else "")
        for one in records
        if isinstance(one.body, Deployment) and one.body.artefact == sha256
    )


def _told(release: Record, withdrawn: dict[str, Withdrawal]) -> str:
    """Return a further release of an artefact in words."""
    taken_back = withdrawn.get(release.sha256)
    return f"{release.body.version}  #{release.index}" + (f", {taken_back}" if taken_back else "")
