"""Admission: may this artefact run in that environment (clause 5.8.8)? By digest alone; anything not named is refused.

Production takes only what a signed release names. Other environments take what a promotion to them names.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from clausework.core.errors import Refused
from clausework.ledger.records import Record
from clausework.ledger.records.gates import Promotion
from clausework.ledger.records.release import Candidate, Release, ReleaseGate
from clausework.ledger.records.values import Reference


class NotAdmitted(Refused):
    """An artefact may not be deployed there."""


class Admission(msgspec.Struct, frozen=True):
    """Why an artefact may be deployed: the release (or promotion) record that names its digest."""

    record: Record
    version: str
    build: str


def admit_released(records: Sequence[Record], environment: str, sha256: str) -> Admission:
    """Return the newest release that names the artefact; raises ``NotAdmitted``.

    The signatures are not looked at here: whoever admits asks whether ``record.body.gate`` has all that the plan asks.
    """
    for record in reversed(records):
        if isinstance(record.body, Release) and sha256 in record.body.artefacts:
            fault = release_fault(records, record)
            if fault:
                raise NotAdmitted(
                    f"Refused (5.8.8): the release record #{record.index} of {sha256} is not sound: {fault}.",
                    hint="Find out who wrote that record and with which key; 'clausework verify' checks the ledger.",
                )
            return Admission(record, record.body.version, "")
    raise NotAdmitted(
        f"Refused (5.8.8): no signed release names the artefact {sha256}, so it may not run in {environment}.",
        hint="Deploy the artefact that the release index names, or release this one: 'clausework release VERSION'.",
    )


def admit_promoted(records: Sequence[Record], environment: str, sha256: str) -> Admission:
    """Return the newest promotion to ``environment`` that names the artefact; raises ``NotAdmitted``."""
    for record in reversed(records):
        body = record.body
        if isinstance(body, Promotion) and body.environment == environment and sha256 in body.artefacts:
            return Admission(record, "", body.build)
    raise NotAdmitted(
        f"Refused: no build with the artefact {sha256} was promoted to {environment}.",
        hint=f"Promote its build first: 'clausework promote {environment} --build ID'.",
    )


def release_fault(records: Sequence[Record], release: Record) -> str:
    """Return what is wrong with a release record's own references; empty where they hold together."""
    body: Release = release.body
    candidate, gate = _referred(records, body.candidate), _referred(records, body.gate)
    if candidate is None or not isinstance(candidate.body, Candidate):
        return "it names no candidate"
    if gate is None or not isinstance(gate.body, ReleaseGate) or gate.body.outcome != "pass":
        return "it names no release gate that passed"
    if gate.body.candidate.sha256 != candidate.sha256:
        return "its gate was evaluated on another candidate"
    if (candidate.body.version, set(candidate.body.artefacts)) != (body.version, set(body.artefacts)):
        return "its version or artefacts are not the candidate's"
    if any(_referred(records, one) is None for one in body.approvals):
        return "it cites an approval that is not there"
    return ""


def _referred(records: Sequence[Record], reference: Reference) -> Record | None:
    if not 0 <= reference.index < len(records):
        return None
    record = records[reference.index]
    return record if record.sha256 == reference.sha256 else None
