"""5.8.7: what is released is kept: archived whole, restored, and for class C built again from the archive, offline.

Every class asks for source, artefacts, locks, plan and the files of all dependencies that a lock names; what is not
there has a reason in the plan, which people approved. Class C asks in addition that each of its software items came
out of the archive again, without a network.
"""

from __future__ import annotations

from clausework.gates.check import Judgement, failed, not_evaluated, passed
from clausework.gates.facts import Facts
from clausework.ledger.records.gates import Reason
from clausework.release.archive_facts import ArchiveFact, MissingFact, OfflineRebuildFact
from clausework.release.condition import Condition
from clausework.release.facts import ReleaseFacts

_MOST_NAMED = 12
GATHERING = "gathering"
"""What a note begins with that tells how the plan's command for fetching dependencies failed."""


def _archived(facts: ReleaseFacts) -> Judgement:
    if not facts.planned.retention_set:
        return not_evaluated(
            "the plan sets no retention for released versions", who="quality", command="set 'retention'"
        )
    if facts.archive is None:
        return not_evaluated("nothing is archived yet", command=_command(facts))
    archive = facts.archive
    if not archive.restored:
        return failed(
            _reason(
                facts, f"the archive was not restored: {archive.problem}", f"mend it, then {_command(facts)}"
            )
        )
    reasons = [*_not_archived(facts, archive), *_gaps(facts, archive)]
    for build in facts.builds:
        reasons += _rebuild_faults(facts, archive, build)
    if reasons:
        return failed(*reasons)
    return passed(_said(facts, archive), archive.record)


def archive_again(facts: ReleaseFacts) -> bool:
    """Tell whether archiving once more may mend what 5.8.7 lacks: a build that came out different is no such thing."""
    archive = facts.archive
    if archive is None or not archive.restored or archive.dependencies < 0:
        return True
    if _not_archived(facts, archive) or _gaps(facts, archive):
        return True
    return any(
        (own := _own(archive, build.build.id)) is None
        or own.outcome == "failed"
        or not _cut_off(archive, own)
        for build in facts.builds
        if _asks_rebuild(archive, build)
    )


def _not_archived(facts: ReleaseFacts, archive: ArchiveFact) -> list[Reason]:
    kept = set(archive.contents)
    missing = [
        output.name for build in facts.builds for output in build.build.outputs if output.sha256 not in kept
    ]
    missing += [lock.name for build in facts.builds for lock in build.build.locks if lock.sha256 not in kept]
    missing += [] if facts.plan in kept else ["the plan"]
    missing += [] if archive.has_source else ["the source"]
    if not missing:
        return []
    return [_reason(facts, f"not in the archive: {', '.join(missing)}", _command(facts))]


def _gaps(facts: ReleaseFacts, archive: ArchiveFact) -> list[Reason]:
    """Return what the archive lacks without a reason in the plan."""
    if archive.dependencies < 0:
        return [_reason(facts, "the archive does not say which dependencies it holds", _command(facts))]
    open_ = [one for one in archive.missing if not one.accepted]
    if not open_ and not archive.more:
        return []
    named = ", ".join(_named(one) for one in open_[:_MOST_NAMED])
    more = archive.more + len(open_[_MOST_NAMED:])
    text = f"not in the archive: {named}" + (f" and {more} more" if more else "")
    text = "; ".join((text, *(note for note in archive.notes if note.startswith(GATHERING))))
    mend = f"{_command(facts)} --from FOLDER, or set 'archive: dependencies:' (with a reason, 'archive: without:')"
    return [_reason(facts, text, mend)]


def _named(one: MissingFact) -> str:
    version = f" {one.version}" if one.version else ""
    return f"{one.kind} {one.name}{version} (named by {one.named_by})"


def _asks_rebuild(archive: ArchiveFact, build: Facts) -> bool:
    return build.build.software_item in archive.must_rebuild or build.safety_class == "C"


def _own(archive: ArchiveFact, build_id: str) -> OfflineRebuildFact | None:
    return next((one for one in archive.rebuilds if one.build == build_id), None)


def _cut_off(archive: ArchiveFact, rebuild: OfflineRebuildFact) -> bool:
    return rebuild.isolated or bool(archive.isolation_waived)


def _rebuild_faults(facts: ReleaseFacts, archive: ArchiveFact, build: Facts) -> list[Reason]:
    """Return why a software item did not come out of the archive; nothing where its class does not ask for it."""
    if not _asks_rebuild(archive, build):
        return []
    item = build.build.software_item
    own = _own(archive, build.build.id)
    if own is None:
        return [_reason(facts, f"{item} was not built again from the archive", _command(facts))]
    faults = []
    if own.outcome == "failed":
        faults.append(f"the offline build of {item} from the archive failed: {own.problem}")
    if not _cut_off(archive, own):
        faults.append(f"the build of {item} from the archive could have reached a network")
    compared = {*own.reproduced, *own.different.values()}
    lacking = sorted({one.name for one in build.build.outputs if one.sha256 not in compared})
    if lacking and own.outcome != "failed":
        faults.append(f"the build of {item} from the archive did not make {', '.join(lacking)}")
    reasons = [_reason(facts, fault, _mending(own, _command(facts))) for fault in faults]
    reasons += [
        _reason(
            facts,
            f"the build of {item} from the archive is different: {', '.join(one.different)}",
            "make the build reproducible, then build again"
            + (", or: clausework decide review offline-rebuild" if one.comparison == "explained" else ""),
            one.record,
        )
        for one in (own, *(before for before in archive.earlier if before.build == own.build))
        if one.outcome == "different" and not _explained(facts, one)
    ]
    return reasons


def _mending(rebuild: OfflineRebuildFact, command: str) -> str:
    if rebuild.outcome == "failed":
        return f"let 'archive: offline_build:' take all it needs from the archive, then {command}"
    return f"{command} where the network can be cut off (unshare; a container without a network)"


def _explained(facts: ReleaseFacts, rebuild: OfflineRebuildFact) -> bool:
    """Tell whether the plan takes an explanation, and the last signed review of that very build gave one."""
    if rebuild.comparison != "explained":
        return False
    judged = facts.judged("review", "verification", f"#{rebuild.record}", rebuild.sha256)
    return judged is not None and judged.fields.get("outcome") == "accepted"


def _said(facts: ReleaseFacts, archive: ArchiveFact) -> str:
    text = "source, artefacts, locks and plan are archived; a restore gave the same digests"
    lacking = [one for one in archive.missing if one.kind == "dependency"]
    if archive.dependencies:
        text += f"; {archive.dependencies - len(lacking)} of {archive.dependencies} dependencies are in it"
    if lacking:
        named = "; ".join(f"{one.name} {one.version}: {one.accepted}" for one in lacking[:_MOST_NAMED])
        text += f"; by the plan without {named}"
    for build in facts.builds:
        own = _own(archive, build.build.id)
        if own is not None and _asks_rebuild(archive, build):
            how = (
                "bit for bit the same"
                if own.outcome == "identical"
                else "the differences explained and signed"
            )
            text += f"; {own.software_item} was built again from it offline, {how}"
            if not own.isolated:
                text += f" (its network was not cut off: {archive.isolation_waived})"
    return "; ".join((text, *archive.notes))


def _command(facts: ReleaseFacts) -> str:
    return f"clausework archive {facts.version}"


def _reason(facts: ReleaseFacts, text: str, command: str, record: int | None = None) -> Reason:
    if record is None and facts.archive is not None:
        record = facts.archive.record
    return Reason(text, records=() if record is None else (record,), who="developer", command=command)


CONDITIONS = (Condition("5.8.7", "Archived and restored", ("5.8.7",), "ABC", _archived),)
