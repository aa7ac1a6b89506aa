"""release: freezes a candidate, runs the release gate, waits for signatures; the last one makes the release (5.8)."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from clausework.actions.adoption_matters import refuse_adopted
from clausework.actions.archive import archive
from clausework.actions.components import builds_elsewhere, components_of, newest_builds, refuse_outdated
from clausework.actions.given_texts import fit_version
from clausework.actions.items import present_items
from clausework.actions.judging_plan import NothingToRelease, judging_plan
from clausework.actions.release_index import keep_matrix, release_index
from clausework.actions.trusted_time import stamp
from clausework.actions.unchanged_facts import unchanged_facts
from clausework.actions.workplace import Workplace
from clausework.core.canonical import canonical_json
from clausework.core.digests import sha256_of
from clausework.core.errors import Refused, UsageFault
from clausework.decisions.effect import Missing
from clausework.decisions.form import SignatureRule
from clausework.gates.catalogue import CHECKS
from clausework.gates.stage import outcome_of
from clausework.items.baseline import risk_file_digest
from clausework.ledger.ledger import Draft, Snapshot
from clausework.ledger.records import Record, subject
from clausework.ledger.records.build import Build
from clausework.ledger.records.evidence import Findings
from clausework.ledger.records.gates import CheckVerdict
from clausework.ledger.records.release import Candidate, Release, ReleaseGate
from clausework.ledger.records.values import Made, Reference
from clausework.plan.load import load_plan
from clausework.plan.model import SoftwareItem, software_items
from clausework.release.archive import archive_again
from clausework.release.candidate import artefacts_digest, newest_candidate, signed_release
from clausework.release.facts import ReleaseFacts, release_facts_document
from clausework.release.folding import fold_release_facts
from clausework.release.gate import evaluate_conditions, same_judgement
from clausework.release.lapse import lapsed
from clausework.trace.builds import outputs_of
from clausework.trace.release_signatures import signature_rules as rules_for
from clausework.trace.standing import Standing, signatures_missing

_NOBODY = Made("", "", "")
"""Stands in for who made a candidate when candidates are compared: the same content is the same candidate."""


class ReleaseRefused(Refused):
    """The release gate does not let a candidate through."""

    hint = "Each condition above says who can mend it and how; then run 'clausework release VERSION' again."


class ReleasedBefore(Refused):
    """A version is released once."""

    hint = "Give the next version its own number."


class NotReleasedHere(UsageFault):
    """A version of a device is released from the repository of its plan."""

    hint = "Run 'clausework release' in the device's own repository."


class ReleaseState(msgspec.Struct, frozen=True):
    """Where a version stands: its candidate, the gate as last evaluated, signatures wanted, the release if made.

    ``signable`` says that the gate passes now and that its record (``gate``) says so: that record is what is signed.
    ``lapsed`` tells which signatures on an earlier evaluation no longer count, and what is new since; ``refused`` which
    signatures in the ledger, on the gate or on decisions without effect, never counted, and why.
    """

    version: str
    candidate: int
    gate: int
    gate_sha256: str
    conditions: tuple[CheckVerdict, ...]
    outcome: str
    missing: tuple[Missing, ...]
    released: int | None
    signable: bool
    lapsed: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()

    def refuse_unless_passing(self) -> None:
        """Raise ``ReleaseRefused`` when a condition does not pass."""
        if self.outcome != "pass":
            names = ", ".join(
                one.check for one in self.conditions if one.outcome in {"fail", "not_evaluated"}
            )
            raise ReleaseRefused(f"Version {self.version} is not released: {names}.")


class Look(msgspec.Struct, frozen=True):
    """A release's state with what it was worked out from: facts, people's word, the newest record of the gate."""

    state: ReleaseState
    facts: ReleaseFacts
    standing: Standing
    gate: Record | None


def release(workplace: Workplace, version: str) -> ReleaseState:
    """Freeze a candidate for ``version`` from the newest builds, archive it, and run the release gate on it.

    Raises ``ReleasedBefore``, ``NothingToRelease``. The state that returns says whether the gate passes.
    """
    fit_version(version)
    snapshot = workplace.snapshot()
    if signed_release(snapshot.records, version, workplace.standing(snapshot)) is not None:
        raise ReleasedBefore(f"Version {version} was released before (5.8.4).")
    refuse_adopted(workplace, snapshot, version)
    candidate = _freeze(workplace, snapshot, version)
    snapshot = workplace.snapshot()
    if archive_again(fold_release_facts(snapshot, workplace.ledger, candidate, at=workplace.now())):
        archive(workplace, candidate, snapshot.records)
    state = evaluate_release(workplace, candidate)
    if state.signable and not state.missing:
        return complete_release(workplace, version)  # a crash came between the last signature and the release
    if state.signable:
        stamp(workplace, workplace.record(state.gate))
    return state


def evaluate_release(workplace: Workplace, candidate: Record, *, record: bool = True) -> ReleaseState:
    """Evaluate the release gate on ``candidate`` as the log stands now; ``record`` false only looks.

    A gate that still passes and says the same keeps its record, and so its signatures. Any other is recorded anew: the
    signatures were given to another evaluation and lapse. One that still refuses on the same facts keeps its record.
    """
    look = look_at_release(workplace, workplace.snapshot(), candidate)
    if not record:
        return look.state

    def decide(snapshot: Snapshot) -> list[Draft]:
        nonlocal look
        if len(snapshot.records) != look.facts.log_size:
            look = look_at_release(workplace, snapshot, candidate)
        return gate_drafts(workplace, candidate, look)

    if workplace.ledger.append_if(decide):
        look = look_at_release(workplace, workplace.snapshot(), candidate)
    return look.state


def look_at_release(workplace: Workplace, snapshot: Snapshot, candidate: Record) -> Look:
    """Return how ``candidate`` stands in ``snapshot``, its facts beside it; nothing is recorded."""
    standing = workplace.standing(snapshot)
    facts = fold_release_facts(snapshot, workplace.ledger, candidate, at=workplace.now(), standing=standing)
    conditions = evaluate_conditions(facts)
    outcome = outcome_of(conditions)
    gate = _newest_gate(snapshot, candidate)
    released = signed_release(snapshot.records, facts.version, standing)
    state = ReleaseState(
        version=facts.version,
        candidate=candidate.index,
        gate=gate.index if gate else -1,
        gate_sha256=gate.sha256 if gate else "",
        conditions=conditions,
        outcome=outcome,
        missing=missing_release_signatures(workplace, standing, facts, gate.sha256 if gate else ""),
        released=released.index if released else None,
        signable=gate is not None and gate.body.outcome == "pass" and outcome == "pass",
        lapsed=_lapsed(snapshot, standing, candidate, conditions) if released is None else (),
        refused=standing.refusals(*([gate.sha256] if gate else [])),
    )
    return Look(state, facts, standing, gate)


def gate_drafts(workplace: Workplace, candidate: Record, look: Look) -> list[Draft]:
    """Return the record of the gate as ``look`` saw it, unless the newest one says the same."""
    gate, state = look.gate, look.state
    document = release_facts_document(look.facts)
    if gate is not None and gate.body.outcome == state.outcome:
        before = workplace.ledger.read_blob(gate.body.facts.sha256)
        if state.outcome == "pass" and same_judgement(gate.body.conditions, state.conditions):
            return []
        if gate.body.conditions == state.conditions and unchanged_facts(before, document):
            return []
    blob = workplace.ledger.put_blob(document, "release-facts.json", "application/json")
    body = ReleaseGate(
        made=workplace.made(),
        candidate=Reference(candidate.index, candidate.sha256),
        outcome=outcome_of(state.conditions),
        facts=blob,
        log_size=look.facts.log_size,
        conditions=state.conditions,
    )
    return [Draft((subject(f"candidate/{state.version}", candidate.sha256),), body)]


def complete_release(workplace: Workplace, version: str) -> ReleaseState:
    """Evaluate ``version`` again and, if it passes and no signature is wanted any more, record the release.

    Called after each signature, so that the last one makes the release, and again makes it if a crash came between.
    All that the release rests on is looked at once more while nobody else can append.
    """
    candidate = newest_candidate(workplace.snapshot().records, version)
    state = evaluate_release(workplace, candidate)
    if state.outcome != "pass" or state.missing or state.released is not None:
        return state
    if state.signable:
        stamp(workplace, workplace.record(state.gate))

    def decide(snapshot: Snapshot) -> list[Draft]:
        nonlocal state
        look = look_at_release(workplace, snapshot, candidate)
        state = look.state
        if not state.signable or state.missing or state.released is not None:
            return []
        return [_release_draft(workplace, snapshot, candidate, look)]

    receipts = workplace.ledger.append_if(decide)
    if not receipts:
        return state
    stamp(workplace, workplace.record(receipts[0].index))
    return msgspec.structs.replace(state, released=receipts[0].index)


def _release_draft(workplace: Workplace, snapshot: Snapshot, candidate: Record, look: Look) -> Draft:
    version, state = look.state.version, look.state
    matrix = keep_matrix(workplace, look.facts)
    index = release_index(
        workplace, snapshot, look.standing, look.facts, state.gate_sha256, state.conditions, matrix
    )
    given = look.standing.given.get(state.gate_sha256, ())
    body = Release(
        made=workplace.made(),
        version=version,
        candidate=Reference(candidate.index, candidate.sha256),
        gate=Reference(state.gate, state.gate_sha256),
        approvals=tuple(Reference(one.index, snapshot.records[one.index].sha256) for one in given),
        artefacts=candidate.body.artefacts,
        index=workplace.ledger.put_blob(index, f"release-index-{version}.json", "application/json"),
        matrix=matrix,
        line=candidate.body.line,
    )
    subjects = tuple(subject(f"release/{version}", digest) for digest in candidate.body.artefacts)
    return Draft(subjects, body, sha256_of(canonical_json(["release", version])))


def signature_rules(workplace: Workplace, facts: ReleaseFacts) -> tuple[SignatureRule, ...]:
    """Return the signatures that the candidate's plan asks for its strictest class."""
    plan = load_plan(workplace.ledger.read_blob(facts.plan), f"plan {facts.plan[:12]}")
    review = facts.judged("review", "verification", facts.version, facts.subject)
    return rules_for(
        plan,
        (build.build.software_item for build in facts.builds),
        tuple(one.email for one in review.signatures) if review else (),
        facts.signed_as(),
    )


def missing_release_signatures(
    workplace: Workplace, standing: Standing, facts: ReleaseFacts, gate_sha256: str
) -> tuple[Missing, ...]:
    """Return the signatures that the release gate's record still waits for."""
    return signatures_missing(standing, gate_sha256, signature_rules(workplace, facts), facts.authors)


def _freeze(workplace: Workplace, snapshot: Snapshot, version: str) -> Record:
    if workplace.site.further:
        raise NotReleasedHere(
            f"This repository holds {workplace.site.further} of {workplace.plan.device.name}."
        )
    builds = newest_builds(workplace, snapshot)
    built = {build.software_item for build in builds}
    missing = [item for item in software_items(workplace.plan) if item.id not in built]
    if missing:
        raise _nothing_to_release(workplace, snapshot, missing)
    refuse_outdated(workplace, builds)
    line = workplace.plan.release_line.id
    present = present_items(workplace)
    artefacts = sorted(
        {output.artefact.sha256 for build in builds for output in outputs_of(snapshot.records, build.id)}
    )
    scope = [
        one
        for one in workplace.standing(snapshot).decisions_on("scope")
        if one.effective and one.decision.version == version
    ]
    body = Candidate(
        made=workplace.made(),
        version=version,
        builds=tuple(build.id for build in builds),
        artefacts=tuple(artefacts),
        item_baseline=present.baseline.sha256,
        risk_file=risk_file_digest(present.items),
        plan=judging_plan(workplace, workplace.standing(snapshot), builds),
        check_versions={check.name: check.version for check in CHECKS},
        scope=Reference(scope[-1].record.index, scope[-1].record.sha256) if scope else None,
        log_size=len(snapshot.records),
        line=line,
        components=components_of(snapshot, workplace.standing(snapshot), builds, version),
        advisories=_advisories(snapshot, builds),
    )
    draft = Draft(
        (subject(f"candidate/{version}", artefacts_digest(artefacts)),),
        body,
        _key_of_candidate(snapshot, body),
    )
    return workplace.record(workplace.ledger.append([present.draft, draft])[-1].index)


def _nothing_to_release(
    workplace: Workplace, snapshot: Snapshot, missing: Sequence[SoftwareItem]
) -> NothingToRelease:
    line = workplace.plan.release_line.id
    names = ", ".join(item.id for item in missing)
    told = [
        f"No build with an artefact is recorded for what is checked out, on the release line {line}, of: {names}."
    ]
    told += [f"Of {item.id}, {where}." for item in missing if (where := builds_elsewhere(snapshot, item))]
    return NothingToRelease(" ".join(told))


def _key_of_candidate(snapshot: Snapshot, body: Candidate) -> str:
    """Return what makes a candidate one: its content, and the one of other content that it takes the place of.

    The newest candidate of a version is the one that is evaluated and signed. What was frozen before another is frozen
    anew: signatures on its first evaluation were given before the other came between, and do not come back.
    """
    frozen = [
        one
        for one in snapshot.records
        if isinstance(one.body, Candidate) and one.body.version == body.version
    ]
    content = _content(body)
    others = [one.sha256 for one in frozen if _content(one.body) != content]
    return sha256_of(canonical_json([sha256_of(content), others[-1]])) if others else sha256_of(content)


def _content(body: Candidate) -> bytes:
    return canonical_json(msgspec.structs.replace(body, made=_NOBODY, log_size=0))


def _advisories(snapshot: Snapshot, builds: Sequence[Build]) -> tuple[Reference, ...]:
    """Return the newest scan for vulnerabilities about each build: what was known when the candidate was frozen."""
    found: dict[str, Reference] = {}
    ids = {build.id for build in builds}
    for record in snapshot.records:
        body = record.body
        if isinstance(body, Findings) and body.analysis == "vulnerability" and body.origin.build in ids:
            found[body.origin.build] = Reference(record.index, record.sha256)
    return tuple(found[one] for one in sorted(found))


def _lapsed(
    snapshot: Snapshot, standing: Standing, candidate: Record, conditions: Sequence[CheckVerdict]
) -> tuple[str, ...]:
    """Return the signatures on the newest signed evaluation of the version, where it says otherwise now."""
    signed = [
        one
        for one in snapshot.records
        if isinstance(one.body, ReleaseGate)
        and standing.given.get(one.sha256)
        and snapshot.records[one.body.candidate.index].body.version == candidate.body.version
    ]
    if not signed:
        return ()
    refused = next(
        (
            one.index
            for one in snapshot.records[signed[-1].index + 1 :]
            if isinstance(one.body, ReleaseGate)
            and one.body.outcome != "pass"
            and snapshot.records[one.body.candidate.index].body.version == candidate.body.version
        ),
        None,
    )
    return lapsed(signed[-1].body.conditions, standing.given[signed[-1].sha256], conditions, refused)


def _newest_gate(snapshot: Snapshot, candidate: Record) -> Record | None:
    gates: Sequence[Record] = [
        one
        for one in snapshot.records
        if isinstance(one.body, ReleaseGate) and one.body.candidate.sha256 == candidate.sha256
    ]
    return gates[-1] if gates else None
