"""What is signed, in the words that its signer reads first: a title, and what it says (21 CFR 11.50, 11.70)."""

from __future__ import annotations

from clausework.ledger.holders import holder_title
from clausework.ledger.ledger import Snapshot
from clausework.ledger.records import Record
from clausework.ledger.records.accounts import PolicyAccepted, TrainingLinked
from clausework.ledger.records.decisions import Decision
from clausework.ledger.records.identification import PasskeyEnrolled, ProviderKeys
from clausework.ledger.records.release import Candidate, ReleaseGate
from clausework.ledger.records.root import PersonEnrolled, PipelineKeyEnrolled

_MOST_ARTEFACTS = 5


def decision_title(decision: Decision) -> str:
    """Return by which words a person knows a decision."""
    version = f" for {decision.version}" if decision.version else ""
    return f"{decision.form} {decision.matter.kind.replace('_', ' ')} {decision.matter.id}{version}"


def decision_details(decision: Decision) -> tuple[tuple[str, str], ...]:
    """Return what a decision says, field by field, as a person reads it before signing."""
    return tuple(
        (name.replace("_", " ").capitalize(), value if isinstance(value, str) else "; ".join(value))
        for name, value in decision.fields.items()
    )


def signed_title(snapshot: Snapshot, record: Record) -> str:
    """Return by which words a person knows what they sign."""
    body = record.body
    if isinstance(body, Decision):
        return decision_title(body)
    if isinstance(body, ReleaseGate):
        candidate = snapshot.records[body.candidate.index].body
        return f"release {candidate.version}" if isinstance(candidate, Candidate) else "release"
    if isinstance(body, PersonEnrolled):
        return f"enrolment of {holder_title(body.person)}"
    if isinstance(body, PipelineKeyEnrolled):
        return f"enrolment of {holder_title(body.key)}"
    if isinstance(body, PasskeyEnrolled | ProviderKeys):
        return f"enrolment of {holder_title(body)}"
    if isinstance(body, PolicyAccepted):
        return f"acceptance of {body.reference}"
    if isinstance(body, TrainingLinked):
        return f"training of {body.email} in {body.training}"
    return f"record #{record.index}"


def signed_details(snapshot: Snapshot, record: Record) -> tuple[tuple[str, str], ...]:
    """Return what the signed record says: a decision's fields, what a release holds, who vouches for a person."""
    body = record.body
    if isinstance(body, Decision):
        return decision_details(body)
    if isinstance(body, ReleaseGate):
        return _release_details(snapshot, body)
    if isinstance(body, PersonEnrolled | PasskeyEnrolled):
        return (("Identity", f"{body.person.identity_proof}; vouched for by {body.person.proofed_by}"),)
    if isinstance(body, PolicyAccepted):
        return (("Policy", f"sha256 {body.policy.sha256}"),)
    if isinstance(body, TrainingLinked):
        until = f", good until {body.expires}" if body.expires else ""
        return (
            ("Record", f"{body.document}, sha256 {body.sha256}"),
            ("Completed", f"{body.completed}{until}"),
        )
    return ()


def _release_details(snapshot: Snapshot, gate: ReleaseGate) -> tuple[tuple[str, str], ...]:
    candidate = snapshot.records[gate.candidate.index].body
    if not isinstance(candidate, Candidate):
        return ()
    artefacts = candidate.artefacts[:_MOST_ARTEFACTS]
    more = len(candidate.artefacts) - len(artefacts)
    told = [*artefacts, *([f"and {more} more"] if more else [])]
    judged = ", ".join(f"{one.check} {one.outcome.replace('_', ' ')}" for one in gate.conditions)
    return (("Gate", f"{gate.outcome}: {judged}"), ("Artefacts", "\n".join(told)))
