"""deploy: admits an artefact to an environment by its digest, or refuses it; both are recorded (clause 5.8.8)."""

from __future__ import annotations

import msgspec

from clausework.actions.given_texts import fit_text
from clausework.actions.promote import environment_of, lapsed_stages
from clausework.actions.release import look_at_release, missing_release_signatures
from clausework.actions.workplace import Workplace
from clausework.ledger.ledger import Draft, Snapshot
from clausework.ledger.records import subject
from clausework.ledger.records.build import Build
from clausework.ledger.records.release import Deployment, Release
from clausework.ledger.records.values import Reference
from clausework.release.admission import Admission, NotAdmitted, admit_promoted, admit_released
from clausework.trace.builds import find_build


class Deployed(msgspec.Struct, frozen=True):
    """An admission that was recorded: environment, artefact, version (production) and the record's index."""

    environment: str
    artefact: str
    version: str
    basis: int
    index: int


def deploy(
    workplace: Workplace, environment: str, sha256: str, *, name: str = "", operator: str = "", site: str = ""
) -> Deployed:
    """Admit the artefact of digest ``sha256`` to ``environment`` and record it; ``operator`` and ``site`` as given.

    A release, or the stages before a promotion, are evaluated again first: a new blocking fact refuses the deployment
    and is named. A refusal is recorded, then raised as ``NotAdmitted``. Nothing can come between answer and record.
    """
    made = workplace.made(fit_text("--operator", operator, longest=200, empty=True) or "pipeline")
    asked = Deployment(
        made=made,
        environment=environment,
        artefact=sha256,
        name=name,
        outcome="refused",
        operator=operator.strip(),
        site=fit_text("--site", site, longest=200, empty=True),
    )
    admitted: list[Admission] = []
    refused: list[NotAdmitted] = []

    def decide(snapshot: Snapshot) -> list[Draft]:
        try:
            admission = _admit(workplace, snapshot, environment, sha256)
        except NotAdmitted as refusal:
            refused.append(refusal)
            return [_draft(msgspec.structs.replace(asked, reason=refusal.message[:1000]))]
        admitted.append(admission)
        return [_draft(_admission(asked, admission))]

    index = workplace.ledger.append_if(decide)[0].index
    if refused:
        raise refused[0]
    return Deployed(environment, sha256, admitted[0].version, admitted[0].record.index, index)


def _admit(workplace: Workplace, snapshot: Snapshot, environment: str, sha256: str) -> Admission:
    asked = environment_of(workplace.standing(snapshot).plan_in_force.plan, environment)
    if asked.release == "required":
        admission = admit_released(snapshot.records, environment, sha256)
        _refuse_lapsed_release(workplace, snapshot, admission)
    else:
        admission = admit_promoted(snapshot.records, environment, sha256)
        build: Build = find_build(snapshot.records, admission.build).body
        lapsed = lapsed_stages(workplace, snapshot, build, asked.after)
        if lapsed:
            raise NotAdmitted(
                f"Refused: build {build.id[:12]} was promoted to {environment}, and since then"
                f" {'; '.join(lapsed.values())}.",
                hint=f"Run 'clausework gate --build {build.id[:12]}' and mend what it names.",
            )
    return admission


def _refuse_lapsed_release(workplace: Workplace, snapshot: Snapshot, admission: Admission) -> None:
    release: Release = admission.record.body
    look = look_at_release(workplace, snapshot, snapshot.records[release.candidate.index])
    state = look.state
    missing = missing_release_signatures(workplace, look.standing, look.facts, release.gate.sha256)
    if missing:
        raise NotAdmitted(
            f"Refused (5.8.8): release {admission.version} lacks the signature {'; '.join(map(str, missing))}.",
            hint="A release record without its signatures is no release: find out who wrote it.",
        )
    if state.outcome != "pass":
        blocking = [one for one in state.conditions if one.outcome in {"fail", "not_evaluated"}]
        reasons = "; ".join(reason.message for one in blocking for reason in one.reasons[:1])
        raise NotAdmitted(
            f"Refused (5.8.8): release {admission.version} no longer passes its gate: {reasons}.",
            hint="Evaluate what is new, then deploy again; 'clausework status' shows it.",
        )


def _admission(asked: Deployment, admission: Admission) -> Deployment:
    return msgspec.structs.replace(
        asked,
        outcome="admitted",
        version=admission.version,
        release=Reference(admission.record.index, admission.record.sha256),
        build=admission.build,
    )


def _draft(body: Deployment) -> Draft:
    return Draft((subject(body.name or "artefact", body.artefact),), body)
