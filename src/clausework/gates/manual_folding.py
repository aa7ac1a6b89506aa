"""From the recorded runs of test protocols to facts: what each lacks to count (5.6.7, 5.7.1, 5.7.5, 9.8).

A pass counts only where the protocol was approved at exactly the version that was run, before the run; the tester whom
the form names signed it as executed, in a role that the plan gives them; what was under test is an artefact of the
build; and every instrument was calibrated. What failed counts whatever lacks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date

import msgspec

from clausework.core.clock import NotATime
from clausework.evidence.manual_reading import calibration_fault, day_of
from clausework.gates.human_facts import ManualRunFact
from clausework.items.model import Item, ItemType
from clausework.items.steps import equipment_of, steps_of
from clausework.ledger.records import Record
from clausework.ledger.records.evidence import TestCounts, TestResult
from clausework.ledger.records.manual import EXECUTED, ManualRun, steps_digest
from clausework.trace.evidence_of import BuildEvidence
from clausework.trace.shown import shown_signature
from clausework.trace.standing import Standing, StandingDecision

TESTER = "tester"
"""The role in which tests are run where the plan has it; where it does not, every role may."""

FORMATS = ("manual_test_json", "manual_test_csv", "manual_test_xlsx")


class Judged(msgspec.Struct, frozen=True):
    """What runs are held against: the items, the build's artefacts and authors, its class, and the plan's roles.

    ``wrote`` holds by author the items whose present text they wrote.
    """

    items: Mapping[str, Item]
    artefacts: frozenset[str]
    authors: frozenset[str]
    safety_class: str
    roles: Collection[str]
    wrote: Mapping[str, Collection[str]]


def manual_run_facts(
    found: BuildEvidence, judged: Judged, standing: Standing, superseded: Collection[str]
) -> tuple[ManualRunFact, ...]:
    """Return every run of a protocol that is recorded about the build."""
    runs = [(record, False) for record in found.tests] + [(record, True) for record in found.outdated]
    return tuple(
        msgspec.structs.replace(
            _fact(record, run, judged, standing), superseded=record.sha256 in superseded, outdated=outdated
        )
        for record, outdated in runs
        if (run := record.body.clausework.manual) is not None
    )


def uncounted(found: BuildEvidence, facts: Sequence[ManualRunFact]) -> frozenset[str]:
    """Return the digests of the test records whose passes are no evidence."""
    lacking = {fact.record for fact in facts if not fact.counts}
    return frozenset(record.sha256 for record in found.tests if record.index in lacking or _is_no_run(record))


def present_protocol(record: Record, judged: Judged) -> str:
    """Return the protocol that ``record`` is a run of at the version that the items have; empty where it is of none."""
    run = record.body.clausework.manual if isinstance(record.body, TestResult) else None
    protocol = judged.items.get(run.protocol) if run is not None else None
    if run is None or protocol is None or run.protocol_sha256 != protocol.content_hash:
        return ""
    return run.protocol


def approval_of(standing: Standing, protocol: str, sha256: str) -> StandingDecision | None:
    """Return the first approval with effect of a protocol at a version."""
    return next(
        (
            one
            for one in standing.decisions_on("approve", ("test_protocol",))
            if one.effective and (one.decision.matter.id, one.decision.matter.sha256) == (protocol, sha256)
        ),
        None,
    )


def approved_late(approval: StandingDecision, performed_at: str) -> str:
    """Return that a protocol was approved on a later day than it was run; empty where it was not."""
    approved_at = next((one.at for one in approval.given if one.index == approval.since), "")
    if _day(approved_at) <= _day(performed_at):
        return ""
    return f"was approved on {approved_at[:10]}, after it was performed on {performed_at[:10]}"


def run_roles(roles: Collection[str]) -> tuple[str, ...]:
    """Return the roles in which a plan with ``roles`` lets tests be run: the testers', or any where it has none."""
    return (TESTER,) if TESTER in roles else tuple(roles)


def _is_no_run(record: Record) -> bool:
    """Tell whether a record says to be of a filled form and does not say what was run."""
    evidence = record.body.clausework
    return evidence.manual is None and evidence.reading.format in FORMATS


def _fact(record: Record, run: ManualRun, judged: Judged, standing: Standing) -> ManualRunFact:
    counts: TestCounts = record.body.clausework.counts
    signed = [
        one
        for one in standing.given.get(record.sha256, ())
        if one.meaning == EXECUTED and one.email.lower() == run.tester
    ]
    approval = approval_of(standing, run.protocol, run.protocol_sha256)
    return ManualRunFact(
        record=record.index,
        protocol=run.protocol,
        protocol_sha256=run.protocol_sha256,
        level=record.body.clausework.origin.level,
        tester=run.tester,
        performed_at=run.performed_at,
        software=run.software,
        serial=run.serial,
        environment=run.environment,
        equipment=tuple(f"{one.name} {one.id} {one.calibrated_until}".strip() for one in run.equipment),
        attachments=len(run.attachments),
        passed=counts.passed,
        failed=counts.failed + counts.errored,
        blocked=counts.skipped,
        signature=signed[0].index if signed else -1,
        signed_by=shown_signature(signed[0]) if signed else "",
        approval=approval.since if approval else -1,
        lacks=(
            *_of_protocol(record, run, judged, approval, standing),
            *_of_tester(record, run, judged, [one.role for one in signed]),
            *_of_configuration(record, run, judged),
        ),
    )


def _of_protocol(
    record: Record, run: ManualRun, judged: Judged, approval: StandingDecision | None, standing: Standing
) -> Iterator[str]:
    protocol = judged.items.get(run.protocol)
    if protocol is None or protocol.type is not ItemType.TEST_PROTOCOL:
        yield f"{run.protocol} is no test protocol of the items that the build was made with"
        return
    if protocol.content_hash != run.protocol_sha256:
        yield (
            f"version {run.protocol_sha256[:12]} of {run.protocol} was run; in the items of this build it is"
            f" {protocol.content_hash[:12]}"
        )
        return
    if run.steps_sha256 != steps_digest(steps_of(protocol)):
        yield f"its steps are not those of {run.protocol} at that version"
    level = record.body.clausework.origin.level
    if level != protocol.says("level"):
        yield f"it was recorded at level '{level}', and {run.protocol} is of level '{protocol.says('level')}'"
    yield from _of_approval(record, run, judged, approval)
    reviews = [
        one.decision.fields.get("outcome")
        for one in standing.decisions_on("review", ("test_protocol",))
        if one.effective and one.decision.matter.sha256 == run.protocol_sha256
    ]
    if reviews and reviews[-1] != "accepted":
        yield f"{run.protocol} was rejected in review at that version"


def _of_approval(
    record: Record, run: ManualRun, judged: Judged, approval: StandingDecision | None
) -> Iterator[str]:
    what = f"{run.protocol} at version {run.protocol_sha256[:12]}"
    if approval is None or approval.since > record.index:
        yield f"{what} was not approved before the run was recorded"
        return
    if late := approved_late(approval, run.performed_at):
        yield f"{what} {late}"
    wrote = {author for author, items in judged.wrote.items() if run.protocol in items}
    if judged.safety_class in {"B", "C"} and wrote.issuperset(one.email.lower() for one in approval.given):
        yield f"{what} was approved by nobody but its own author"


def _of_tester(record: Record, run: ManualRun, judged: Judged, roles: Sequence[str]) -> Iterator[str]:
    if not roles:
        yield f"{run.tester} has not signed it as executed: clausework sign #{record.index}"
    elif not set(roles) & set(run_roles(judged.roles)):
        yield f"{run.tester} signed it as {', '.join(roles)}, where the plan wants a {TESTER}"
    if judged.safety_class == "C" and run.tester in judged.authors:
        yield f"{run.tester} is an author of the code under test (class C)"


def _of_configuration(record: Record, run: ManualRun, judged: Judged) -> Iterator[str]:
    if not judged.artefacts & set(run.software):
        yield "what was under test is no artefact of this build"
    if _day(run.performed_at) > _day(record.body.clausework.made.at):
        yield f"it says to be performed on {run.performed_at[:10]}, after it was recorded"
    for one in run.equipment:
        if fault := calibration_fault(one.name, one.calibrated_until, _moment(run.performed_at)):
            yield f"the instrument '{one.name}' {fault}"
    protocol = judged.items.get(run.protocol)
    for needed in missing_equipment(protocol, run) if protocol else ():
        yield f"the instrument '{needed}' that {run.protocol} needs is not named"


def missing_equipment(protocol: Item, run: ManualRun) -> tuple[str, ...]:
    """Return what equipment the protocol needs and the run does not name."""
    used = {one.name for one in run.equipment}
    return tuple(needed for needed in equipment_of(protocol) if needed not in used)


def _moment(text: str) -> date:
    """Return the day of ``text``; one that cannot be read is later than any, and so after every calibration."""
    try:
        return day_of(text)
    except NotATime:
        return date.max


def _day(text: str) -> str:
    return _moment(text).isoformat()
