"""5.8.7: what is released is kept: archived whole, restored, and for class C built again from the archive, offline.

Every class asks for source, artefacts, locks, plan and the files of all dependencies that a lock names; what is not
there has a reason in the plan, which people approved. Class C asks in addition that each of its software items came
out of the archive again, without a network.
"""

from __future__ import annotations

from collections.abc import Sequence

from clausework.gates.check import Judgement, failed, not_evaluated
from clausework.gates.facts import Facts
from clausework.ledger.records.gates import Reason
from clausework.release.archive_facts import ArchiveFact, OfflineRebuildFact
from clausework.release.condition import Condition
from clausework.release.facts import ReleaseFacts

_LONGEST_LINE = 200
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
    return Judgement("pass", tuple(Reason(said, records=(archive.record,)) for said in _said(facts, archive)))


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
    reasons = [
        _reason(facts, f"not in the archive: {names}", _mend(facts, kind))
        for kind in dict.fromkeys(one.kind for one in open_)
        for names in _lines([str(one) for one in open_ if one.kind == kind])
    ]
    if archive.more:
        reasons.append(
            _reason(
                facts,
                f"not in the archive: {archive.more} more things than the record can name",
                _command(facts),
            )
        )
    if reasons:
        failures = (note for note in archive.notes if note.startswith(GATHERING))
        reasons += [_reason(facts, note, "mend 'archive: gather:' in the plan") for note in failures]
    return reasons


def _mend(facts: ReleaseFacts, kind: str) -> str:
    """Return how an archive comes by what it lacks of a kind."""
    again = _command(facts)
    return {
        "dependency": f"{again} --from FOLDER, or set 'archive: dependencies:' (with a reason, 'archive: without:')",
        "lock": f"name a lock of a kind that is read under 'build: locks:', build again, then {again}",
        "source": f"fetch it, or {again} --repository FOLDER",
        "evidence": f"'clausework verify' names what the ledger lost; put it back from its backup, then {again}",
    }.get(kind, f"correct 'archive:' in the plan, then {again}")


def _lines(texts: Sequence[str]) -> list[str]:
    """Return ``texts`` side by side in as many lines as a reason each holds whole."""
    lines: list[str] = []
    for text in texts:
        if lines and len(lines[-1]) + len(text) < _LONGEST_LINE:
            lines[-1] += f", {text}"
        else:
            lines.append(text)
    return lines


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


def _said(facts: ReleaseFacts, archive: ArchiveFact) -> list[str]:
    """Return what a pass rests on, each sentence a reason of its own, so that none is cut off."""
    accepted = [one for one in archive.missing if one.kind == "dependency"]
    said = ["source, artefacts, locks and plan are archived; a restore gave the same digests"]
    if archive.dependencies:
        count = archive.dependencies - len(accepted)
        said.append(f"{count} of the {archive.dependencies} dependencies that the locks name are in it")
    else:
        said.append("no lock names a dependency")
    if archive.by_name:
        names = _lines(archive.by_name)
        more = len(archive.by_name) - len(names[0].split(", "))
        said.append(
            f"no lock has a hash of {len(archive.by_name)} of these files, which were taken by their names:"
            f" {names[0]}" + (f" and {more} more" if more else "")
        )
    said += [f"by the plan without {one.name} {one.version}: {one.accepted}" for one in accepted]
    for build in facts.builds:
        own = _own(archive, build.build.id)
        if own is not None and _asks_rebuild(archive, build):
            same = own.outcome == "identical"
            how = "bit for bit the same" if same else "the differences explained and signed"
            waived = "" if own.isolated else f" (its network was not cut off: {archive.isolation_waived})"
            said.append(f"{own.software_item} was built again from it offline, {how}{waived}")
    return [*said, *archive.notes]


def _command(facts: ReleaseFacts) -> str:
    return f"clausework archive {facts.version}"


def _reason(facts: ReleaseFacts, text: str, command: str, record: int | None = None) -> Reason:
    if record is None and facts.archive is not None:
        record = facts.archive.record
    return Reason(text, records=() if record is None else (record,), who="developer", command=command)


CONDITIONS = (Condition("5.8.7", "Archived and restored", ("5.8.7",), "ABC", _archived),)
