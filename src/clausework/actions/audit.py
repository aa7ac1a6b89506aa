"""audit: the questions that an auditor asks of a release, answered from the ledger alone, offline."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from clausework.actions.adoption_matters import refuse_declared
from clausework.actions.keeping import archives_standing
from clausework.actions.release import missing_release_signatures
from clausework.actions.workplace import Workplace, pinned_root
from clausework.core.errors import Refused, UsageFault
from clausework.ledger.ledger import Ledger
from clausework.ledger.records import Record
from clausework.ledger.records.release import Release
from clausework.plan.load import load_plan
from clausework.release.audit.answer import Answer, Audited, Question, answered
from clausework.release.audit.questions import QUESTIONS
from clausework.release.candidate import release_of, signed_release, signed_versions
from clausework.release.facts import read_release_facts
from clausework.release.folding import fold_release_facts
from clausework.release.index import ReleaseIndex
from clausework.release.withdrawal import withdrawal_of
from clausework.trace.releases import release_fault


class VersionNotReleased(UsageFault):
    """No version of that name was released."""

    hint = "Name one of those; a version from before the ledger has no answers."


class QuestionUnknown(UsageFault):
    """No question has that mark."""


class AnswersIncomplete(Refused):
    """An auditor's question cannot be answered in full."""

    hint = "Each answer above names what is missing."


class ReleaseUnsound(Refused):
    """A release record does not hold together: there is nothing that could be answered of it."""

    hint = "Find out who wrote that record and with which key; 'clausework verify' checks the ledger."


class AuditOf(msgspec.Struct, frozen=True):
    """The answers about one released version, and the checkpoint of the log that they were read from.

    ``withdrawn`` says who withdrew the version, when and why; empty where nobody did. ``root`` is the digest of the
    ledger's root, ``pinned`` whether it is the one that is pinned here.
    """

    version: str
    release: int
    released_at: str
    checkpoint: str
    root: str
    pinned: bool
    answers: tuple[Answer, ...]
    withdrawn: str = ""

    def refuse_unless_whole(self) -> None:
        """Raise ``AnswersIncomplete`` when something is missing in an answer."""
        open_marks = [one.mark for one in self.answers if not one.is_whole]
        if open_marks:
            raise AnswersIncomplete(f"Something is missing in {', '.join(open_marks)} of {self.version}.")


def audit(workplace: Workplace, version: str, marks: Sequence[str] = ()) -> AuditOf:
    """Answer the questions of ``marks`` (none: all) about a released version.

    Raises ``VersionNotReleased``, ``QuestionUnknown`` and ``ReleaseUnsound``.
    """
    chosen = _chosen(marks)
    snapshot = workplace.snapshot()
    standing = workplace.standing(snapshot)
    record = signed_release(snapshot.records, version, standing) or release_of(snapshot.records, version)
    if record is None:
        refuse_declared(snapshot, version)
        known = signed_versions(snapshot.records, standing)
        raise VersionNotReleased(f"No version {version} was released; released: {known}.")
    audited = audited_release(workplace, record)
    return AuditOf(
        version,
        record.index,
        record.body.made.at,
        workplace.ledger.checkpoint().root_base64,
        workplace.ledger.root()[0].sha256,
        pinned_root(workplace.root) is not None,
        tuple(answered(question, audited) for question in chosen),
        audited.withdrawn,
    )


def _chosen(marks: Sequence[str]) -> list[Question]:
    known = {one.mark: one for one in QUESTIONS}
    unknown = [mark for mark in marks if mark.upper() not in known]
    if unknown:
        raise QuestionUnknown(f"'{unknown[0]}' is no question.", hint=f"There are: {', '.join(known)}.")
    return [known[mark] for mark in dict.fromkeys(one.upper() for one in marks)] or list(QUESTIONS)


def audited_release(workplace: Workplace, record: Record) -> Audited:
    """Return the release of ``record`` as an auditor looks at it; raises ``ReleaseUnsound``."""
    snapshot = workplace.snapshot()
    release: Release = record.body
    if fault := release_fault(snapshot.records, record):
        raise ReleaseUnsound(
            f"The release record #{record.index} of {release.version} is not sound: {fault}."
        )
    gate = snapshot.records[release.gate.index].body
    ledger = workplace.ledger
    facts = read_release_facts(ledger.read_blob(gate.facts.sha256))
    standing = workplace.standing(snapshot)
    if not standing.is_approved_plan(facts.plan):
        raise ReleaseUnsound(f"Nobody approved the plan {facts.plan[:12]} that {release.version} went by.")
    withdrawn = withdrawal_of(standing.decisions, record)
    missing = missing_release_signatures(workplace, standing, facts, release.gate.sha256)
    now = fold_release_facts(
        snapshot,
        ledger,
        snapshot.records[release.candidate.index],
        at=workplace.now(),
        standing=standing,
    )
    index = _index(workplace, release)
    archive = next(
        (
            one
            for one in archives_standing(snapshot, standing, workplace.now())
            if one.version == release.version
        ),
        None,
    )
    return Audited(
        record=record,
        release=release,
        facts=facts,
        now=now,
        index=index,
        plan=load_plan(ledger.read_blob(facts.plan), f"plan {facts.plan[:12]}"),
        records=snapshot.records,
        standing=standing,
        given=standing.given.get(release.gate.sha256, ()),
        wanted=tuple(map(str, missing)),
        withdrawn=str(withdrawn) if withdrawn else "",
        lost=_lost(ledger, index),
        restored_at=archive.restored_at if archive else "",
        restore_due=archive is None or archive.due,
    )


def _lost(ledger: Ledger, index: ReleaseIndex) -> tuple[str, ...]:
    """Return the files that the index names and whose bytes the store does not hold."""
    kept = {
        **{
            one.raw_sha256: f"the {one.level or 'test'} report of record #{one.record}"
            for one in index.test_runs
        },
        **{one.raw_sha256: f"the scan of record #{one.record}" for one in index.scans},
        **{one.sha256: one.name for one in (*index.sbom, *index.dependency_lock, index.trace_matrix)},
        **{one.sha256: one.name for one in index.artefacts},
    }
    return tuple(name for sha256, name in kept.items() if not ledger.blobs.holds(sha256))


def _index(workplace: Workplace, release: Release) -> ReleaseIndex:
    data = workplace.ledger.read_blob(release.index.sha256)
    try:
        return msgspec.json.decode(data, type=ReleaseIndex)
    except msgspec.DecodeError as error:
        raise ReleaseUnsound(
            f"What {release.version} names as its release index is none: {error}."
        ) from error
