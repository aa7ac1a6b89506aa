"""What is asked of the release boundary: what is kept, what production takes, what the gate judged, what stopped it."""

from __future__ import annotations

from clausework.ledger.records.gates import CheckVerdict, Verdict
from clausework.ledger.records.release import Deployment, ReleaseGate
from clausework.release.audit.answer import Audited, Said, Shown, agree, count, listed
from clausework.release.audit.looked_up import decided_as, judged_as, plan_shown
from clausework.release.audit.pipeline import pipeline_objections, reviewed_definitions
from clausework.trace.shown import shown_signature

SET_ASIDE = ("deviate", "tolerate", "narrow", "supersede", "infrastructure", "retire")
"""The forms of decisions that set something aside."""

_CLAUSES = tuple(f"5.8.{number}" for number in range(1, 9))


def records_retained(audited: Audited) -> Said:
    """Answer R2: what of the release is kept by digest, that it is there, and for how long."""
    index, facts = audited.index, audited.facts
    missing = [f"{name} is not in the store any more" for name in audited.lost]
    if not facts.planned.retention_set:
        missing.append("the plan sets no retention of released versions")
    if facts.archive is None or not facts.archive.restored:
        missing.append("no archive of the release was restored")
    missing += [f"no SBOM of {one.build.software_item} is recorded" for one in facts.builds if not one.sboms]
    kept = (
        count(len(index.test_runs), "test report"),
        count(len(index.coverage), "coverage report"),
        count(len(index.scans), "scan"),
        count(len(index.sbom), "SBOM"),
        count(len(index.artefacts), "signed artefact"),
        count(len(index.build_manifest), "build manifest"),
    )
    shown = [Shown("archive, restored and compared", facts.archive.record)] if facts.archive else []
    line = (
        f"Yes: {', '.join(kept)} are the records themselves, each kept under its digest;"
        f" retention: {index.retention_until}."
    )
    return Said(line, (plan_shown(audited, "retention"), *shown), tuple(missing))


def boundary_defined(audited: Audited) -> Said:
    """Answer R3: what production takes, what was admitted and turned away, ways round in the pipeline."""
    gated = [name for name, one in audited.plan.environments.items() if one.release == "required"]
    asked = [one for one in audited.of(Deployment) if one.body.environment in gated]
    admitted = [one for one in asked if one.body.outcome == "admitted"]
    missing = [
        f"deployment #{one.index} to {one.body.environment} names no release"
        for one in admitted
        if one.body.release is None
    ]
    if not gated:
        missing.append("no environment of the plan requires a release")
    missing += pipeline_objections(audited)
    line = (
        f"Yes: {listed(gated) or 'nothing'} takes only digests that a signed release names; there"
        f" {count(len(admitted), 'deployment')} {agree(len(admitted), 'was', 'were')} admitted and"
        f" {len(asked) - len(admitted)} turned away, each by digest; {reviewed_definitions(audited)}."
    )
    shown = [plan_shown(audited, f"release required for {listed(gated)}")] if gated else []
    shown += [
        Shown(
            f"{one.body.outcome} to {one.body.environment} {one.body.version}".strip(),
            one.index,
            one.body.operator,
            one.body.made.at,
        )
        for one in asked[-8:]
    ]
    return Said(line, tuple(shown), tuple(missing))


def gate_runs(audited: Audited) -> Said:
    """Answer R4: the conditions that the release's own gate judged, and who authorised it."""
    gate: ReleaseGate = audited.records[audited.release.gate.index].body
    judged = {one.check for one in gate.conditions}
    missing = [f"clause {one} was not judged" for one in _CLAUSES if one not in judged]
    missing += [
        f"condition {one.check} was {one.outcome.replace('_', ' ')}"
        for one in gate.conditions
        if one.outcome in {"fail", "not_evaluated"}
    ]
    missing += [f"the signature {one}" for one in audited.wanted]
    signers = "; ".join(shown_signature(one) for one in audited.given)
    line = (
        f"Yes: {count(len(gate.conditions), 'condition')} were judged for {audited.version}, the clauses 5.8.1 to"
        f" 5.8.8 among them: {_outcomes(gate.conditions)}; it was authorised by {signers or 'nobody'}."
    )
    deviations = tuple(
        judged_as(one, f"{check} stands aside until {one.fields['expires']}")
        for check, one in audited.facts.deviations()
    )
    if deviations:
        line += f" {count(len(deviations), 'check')} stood aside by signed deviation."
    shown = Shown("release gate", audited.release.gate.index, at=gate.made.at)
    return Said(line, (shown, *deviations), tuple(missing))


def no_way_round(audited: Audited) -> Said:
    """Answer R8: what was refused, and every signed decision of the ledger that set something aside."""
    refused = [one for one in audited.of(Verdict) if one.body.outcome != "pass"]
    turned_away = [one for one in audited.of(Deployment) if one.body.outcome == "refused"]
    aside = [one for one in audited.standing.decisions if one.effective and one.decision.form in SET_ASIDE]
    shown = [Shown("the gate of this release", audited.release.gate.index)]
    shown += [decided_as(one, f"{one.form.title}: {one.decision.matter.id}") for one in aside]
    line = (
        f"It stops: {count(len(refused), 'verdict')} that did not pass and"
        f" {count(len(turned_away), 'refused deployment')} are recorded; Clausework has no switch that skips a gate,"
        f" and {count(len(aside), 'signed decision')} of this ledger set something aside."
    )
    return Said(line, tuple(shown), pipeline_objections(audited))


def _outcomes(conditions: tuple[CheckVerdict, ...]) -> str:
    """Return how many conditions passed, and which do not apply to the class."""
    spared = [one.check for one in conditions if one.outcome == "not_applicable"]
    passed = len([one for one in conditions if one.outcome == "pass"])
    why = f", {listed(spared, 8)} {agree(len(spared), 'does', 'do')} not apply to the class" if spared else ""
    return f"{passed} passed{why}"
