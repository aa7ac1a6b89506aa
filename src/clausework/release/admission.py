"""Admission: may this artefact run in that environment (clause 5.8.8)? By digest alone; anything not named is refused.

Production takes only what a signed release names that was not withdrawn, or what was derived from it in steps that
were approved. Other environments take what a promotion to them names.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from clausework.core.errors import Refused
from clausework.ledger.records import Record
from clausework.ledger.records.gates import Promotion
from clausework.ledger.records.release import Release
from clausework.release.derivation import Step, Way, ways_back
from clausework.release.withdrawal import withdrawals
from clausework.trace.releases import release_fault
from clausework.trace.standing import StandingDecision


class NotAdmitted(Refused):
    """An artefact may not be deployed there."""


class Admission(msgspec.Struct, frozen=True):
    """Why an artefact may be deployed: the release (or promotion) record that names its digest.

    ``derivations`` lead from a derived artefact back to the one that is named. ``remark`` is said with the answer.
    """

    record: Record
    version: str
    build: str
    derivations: tuple[Step, ...] = ()
    remark: str = ""


def released_ways(
    records: Sequence[Record], environment: str, sha256: str, decisions: Sequence[StandingDecision]
) -> Iterator[Admission | NotAdmitted]:
    """Yield for each release that names the artefact, or what it was derived from, whether it admits it; newest first.

    Several releases may name one artefact, as an unchanged component: each stands for itself, and one that is withdrawn
    does not take the others with it. There is always an answer. The signatures are not looked at here: whoever admits
    asks whether ``record.body.gate`` has all that the plan asks, and whether it still passes.
    """
    taken_back = withdrawals(decisions)
    ways = ways_back(records, sha256, decisions)
    named = [(way, record) for way in ways for record in _releases_of(records, way.origin)]
    for way, record in named:
        if fault := release_fault(records, record):
            yield NotAdmitted(
                f"Refused (5.8.8): the release record #{record.index} of {way.origin} is not sound: {fault}.",
                hint="Find out who wrote that record and with which key; 'clausework verify' checks the ledger.",
            )
        elif record.sha256 in taken_back:
            yield NotAdmitted(
                f"Refused (5.8.8): release {record.body.version} was {taken_back[record.sha256]}.",
                hint="Deploy a version that is not withdrawn; 'clausework status' lists them.",
            )
        elif way.withdrawn:
            yield _taken_back(sha256, way.withdrawn[0])
        elif way.unapproved:
            yield _not_approved(sha256, way.unapproved[0])
        else:
            yield Admission(record, record.body.version, "", way.steps)
    if not named:
        yield _not_named(environment, sha256, ways)


def _releases_of(records: Sequence[Record], sha256: str) -> Iterator[Record]:
    for record in reversed(records):
        if isinstance(record.body, Release) and sha256 in record.body.artefacts:
            yield record


def _taken_back(sha256: str, step: Step) -> NotAdmitted:
    whose = "" if step.derived == sha256 else f"{step.derived}, of which {sha256} was made, "
    return NotAdmitted(
        f"Refused (5.8.8): the derived artefact {whose or f'{sha256} '}was {step.withdrawn}.",
        hint="Deploy the released artefact itself, or what is derived from it anew.",
    )


def _not_approved(sha256: str, step: Step) -> NotAdmitted:
    return NotAdmitted(
        f"Refused (5.8.8): the derivation of {sha256} was not approved by quality or the release authority,"
        f" by another than {step.operator}: {step}.",
        hint=f"Whoever looked at the check says so: 'clausework decide approve derivation/{step.record}'.",
    )


def _not_named(environment: str, sha256: str, ways: Sequence[Way]) -> NotAdmitted:
    origins = [way.origin for way in ways if way.steps]
    if origins:
        return NotAdmitted(
            f"Refused (5.8.8): {sha256} was derived from {', '.join(origins)}, and no signed release names"
            f" {'that' if len(origins) == 1 else 'any of these'}, so it may not run in {environment}.",
            hint="Derive from an artefact that the release index names.",
        )
    return NotAdmitted(
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
