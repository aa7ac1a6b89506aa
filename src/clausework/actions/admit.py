"""admit: may an artefact run in an environment, on what the log holds now? Nothing is recorded (clause 5.8.8)."""

from __future__ import annotations

from clausework.actions.promote import environment_of, lapsed_stages
from clausework.actions.release import look_at_release, missing_release_signatures
from clausework.actions.workplace import Workplace
from clausework.gates.catalogue import CHECKS
from clausework.ledger.ledger import Snapshot
from clausework.ledger.records.build import Build
from clausework.ledger.records.release import Candidate, Release
from clausework.release.admission import Admission, NotAdmitted, admit_promoted, released_ways
from clausework.release.adopted_admission import admit_adopted
from clausework.trace.builds import find_build

_MOST_REASONS = 5


def admit(workplace: Workplace, snapshot: Snapshot, environment: str, sha256: str) -> Admission:
    """Return why the artefact of digest ``sha256`` may run in ``environment``; raises ``NotAdmitted``.

    A release, or the stages before a promotion, are evaluated again: a new blocking fact refuses and is named. Where
    several releases name the artefact, the newest that admits it counts. Raises ``EnvironmentUnknown``.
    """
    asked = environment_of(workplace.standing(snapshot).plan_in_force.plan, environment)
    if asked.release == "required":
        return _released(workplace, snapshot, environment, sha256)
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


def _released(workplace: Workplace, snapshot: Snapshot, environment: str, sha256: str) -> Admission:
    decisions = workplace.standing(snapshot).decisions
    adopted = admit_adopted(snapshot.records, environment, sha256, decisions)
    if adopted is not None:
        return adopted
    refused: list[NotAdmitted] = []
    for way in released_ways(snapshot.records, environment, sha256, decisions):
        refusal = way if isinstance(way, NotAdmitted) else _lapse(workplace, snapshot, way)
        if refusal is None and isinstance(way, Admission):
            return way
        if refusal is not None and refusal.message not in {one.message for one in refused}:
            refused.append(refusal)
    if len(refused) == 1:
        raise refused[0]
    told = [one.message for one in refused[:_MOST_REASONS]]
    more = len(refused) - len(told)
    raise NotAdmitted(
        " ".join([*told, *([f"So do {more} older releases."] if more else [])]), hint=refused[0].hint
    )


def _lapse(workplace: Workplace, snapshot: Snapshot, admission: Admission) -> NotAdmitted | None:
    """Return why a release that was signed does not admit any more; ``None`` where it does."""
    release: Release = admission.record.body
    look = look_at_release(workplace, snapshot, snapshot.records[release.candidate.index])
    missing = missing_release_signatures(workplace, look.standing, look.facts, release.gate.sha256)
    if missing:
        told = [*map(str, missing), *look.standing.refusals(release.gate.sha256)]
        return NotAdmitted(
            f"Refused (5.8.8): release {admission.version} lacks the signature {'; '.join(told).rstrip('.')}.",
            hint="A release record without its signatures is no release: find out who wrote it.",
        )
    if look.state.outcome == "pass":
        return None
    blocking = [one for one in look.state.conditions if one.outcome in {"fail", "not_evaluated"}]
    reasons = "; ".join(reason.message for one in blocking for reason in one.reasons[:1])
    return NotAdmitted(
        f"Refused (5.8.8): release {admission.version} no longer passes its gate: {reasons}.",
        hint="Evaluate what is new, then deploy again; 'clausework status' shows it."
        + _other_checks(snapshot.records[release.candidate.index].body),
    )


def _other_checks(candidate: Candidate) -> str:
    """Return which checks judge by another version than when the candidate was frozen, and what to do; empty: none."""
    now = {check.name: check.version for check in CHECKS}
    other = [
        f"{name} {frozen}, now {now[name]}"
        for name, frozen in sorted(candidate.check_versions.items())
        if now.get(name, frozen) != frozen
    ]
    if not other:
        return ""
    return (
        f" Checks that judge otherwise since it was frozen: {'; '.join(other)}. What such a check alone asks anew is no"
        " new fact: deploy with the version of Clausework that released it, or close the gap and release again."
    )
