"""What is asked of the risk file: which class and why, and each mitigation with its requirement and its tests."""

from __future__ import annotations

from clausework.gates.facts import Facts
from clausework.plan.model import software_items
from clausework.release.audit.answer import Audited, Said, Shown, agree, count, listed
from clausework.release.audit.looked_up import approved_by, plan_in_force, plan_shown
from clausework.trace.item_fact import ItemFact

_EXTERNAL = "external_controls"
_ROLES = ("verifies", "verifies_implementation", "verifies_effectiveness", "verifies_under_fault")


def class_and_why(audited: Audited) -> Said:
    """Answer Q1: each component's class, the gravest harm that its failure may lead to, and who approved it."""
    missing = []
    if not audited.facts.items_of("hazardous_situation"):
        missing.append("no hazardous situation says what a failure may lead to (4.3)")
    segregation = {item.id: item.segregation for item in software_items(audited.plan) if item.segregation}
    told = []
    for build in audited.facts.builds:
        item, graver = build.build.software_item, _gravest(audited, build)
        why = (
            f", gravest harm {graver.fields.get('severity')} ({graver.id})"
            if graver
            else ", no risk of the risk file"
        )
        apart = f", segregated by {segregation[item]}" if item in segregation else ""
        told.append(f"{item} is class {build.safety_class}{why}{apart}")
        if (
            graver
            and _needed(audited, graver) > build.safety_class
            and not _controlled_outside(build, graver)
        ):
            missing.append(
                f"{item} is class {build.safety_class}, {graver.id} asks for class {_needed(audited, graver)}, and the"
                " risk file names no control outside the software (4.3)"
            )
    missing += [
        f"{item.id} has a lower class and names no segregation"
        for system in audited.plan.software_systems
        for item in system.items
        if item.safety_class and item.safety_class < system.safety_class and not item.segregation
    ]
    approved = plan_in_force(audited)
    line = (
        f"{'; '.join(told)}; the classes stand in plan {approved.sha256[:12]}, put into force by"
        f" {approved_by(audited, approved)}."
    )
    return Said(line, (plan_shown(audited, "safety classes"),), tuple(missing))


def _gravest(audited: Audited, build: Facts) -> ItemFact | None:
    """Return the risk of the gravest harm among those of the situations that arise in the component."""
    situations = {one.id for one in build.items_of("hazardous_situation")}
    order = audited.plan.risk_matrix.severities
    risks = [
        one
        for one in build.items_of("risk")
        if situations & set(one.targets("estimates")) and one.fields.get("severity") in order
    ]
    return max(risks, key=lambda one: order.index(one.fields["severity"]), default=None)


def _needed(audited: Audited, risk: ItemFact) -> str:
    return audited.plan.risk_matrix.class_for(risk.fields["severity"])


def _controlled_outside(build: Facts, risk: ItemFact) -> bool:
    return any(
        one.fields.get(_EXTERNAL)
        for one in build.items_of("hazardous_situation")
        if one.id in risk.targets("estimates")
    )


def mitigations(audited: Audited) -> Said:
    """Answer Q5: each risk control with the requirement that realises it and the tests that verify it.

    Class A is not asked for either (7.3.3): where a control is of class A components alone, nothing of it is missing.
    """
    controls = audited.facts.items_of("risk_control_measure")
    software = [one for one in controls if one.fields.get("implemented_in", "software") == "software"]
    missing, shown, whole = [], [], 0
    for control in software:
        builds = [one for one in audited.facts.builds if control in one.items_of("risk_control_measure")]
        open_points = _open_points(audited, control)
        whole += not open_points
        if any(one.safety_class != "A" for one in builds) or not builds:
            missing += open_points
        shown.append(_control_shown(audited, control))
    shown += [
        Shown(f"{one.id} {one.title}: {one.fields.get('implemented_in')}, outside the software")
        for one in controls
        if one not in software
    ]
    line = (
        f"{count(len(controls), 'risk control')}, {len(software)} of them in software: {whole} of these"
        f" {agree(whole, 'is', 'are')} realised by requirements and verified, with nothing open"
        f"{_spared(audited) if whole < len(software) else ''};"
        f" 'clausework trace --show risks --release {audited.version}' shows each from hazard to test."
    )
    if not controls:
        line = f"The risk file of {audited.version} holds no risk control."
    return Said(line, tuple(shown), tuple(missing))


def _spared(audited: Audited) -> str:
    """Return what has to be said of open controls where the class is not asked for their verification."""
    return (
        " (7.3.3 is not asked of class A)"
        if any(one.safety_class == "A" for one in audited.facts.builds)
        else ""
    )


def _open_points(audited: Audited, control: ItemFact) -> list[str]:
    found = [] if control.targets("realised_by") else [f"{control.id} is realised by no requirement"]
    failing = [
        f"{control.id}: {one.case} is {one.outcome.replace('_', ' ')}"
        for build in audited.facts.builds
        for cases in build.item_cases
        if cases.item == control.id and cases.role in _ROLES
        for one in cases.not_passed
    ]
    if failing:
        return [*found, *failing[:1]]
    if not _passed(audited, control) and not _reviewed(audited, control):
        found.append(f"{control.id} has no passed test")
    return found


def _passed(audited: Audited, control: ItemFact) -> dict[str, int]:
    """Return the passed cases that verify a control, each with its newest record."""
    return {
        case: records[-1]
        for build in audited.facts.builds
        for cases in build.item_cases
        if cases.item == control.id and cases.role in _ROLES
        for case, records in zip(cases.passed, cases.passed_records, strict=True)
        if records
    }


def _control_shown(audited: Audited, control: ItemFact) -> Shown:
    passed = _passed(audited, control)
    requirements = listed(control.targets("realised_by")) or "no requirement"
    what = f"{control.id} {control.title}: {requirements}; {count(len(passed), 'passed case')}"
    first = next(iter(passed), "")
    return Shown(f"{what}{', ' + first if first else ''}", passed.get(first, -1))


def _reviewed(audited: Audited, item: ItemFact) -> bool:
    found = [build.newest_judgement("review", item.type, item) for build in audited.facts.builds]
    return any(one is not None and one.fields.get("outcome") == "accepted" for one in found)
