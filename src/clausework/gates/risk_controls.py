"""Every risk control is a requirement and is verified (clauses 7.2.2, 7.3.1, 7.3.3; ISO 14971 7.2).

``verification`` is ``implementation`` (class B), ``effectiveness``, or ``fault_injection`` (class C): each asks what
those before it ask as well. A test under fault puts in the fault that the control is there for, from outside.
"""

from __future__ import annotations

from clausework.gates.challenge import ITEMS, SOUND, Challenge, EvidenceFile, but, junit, with_evidence
from clausework.gates.check import Check, Judgement, Settings, failed, not_evaluated, passed, text
from clausework.gates.facts import Facts
from clausework.gates.ways_out import flaky_note, with_ways
from clausework.ledger.records.gates import Reason
from clausework.trace.item_fact import ItemFact

ROLES = {
    "implementation": ("verifies_implementation",),
    "effectiveness": ("verifies_implementation", "verifies_effectiveness"),
    "fault_injection": ("verifies_implementation", "verifies_effectiveness", "verifies_under_fault"),
}


SAID = {
    "verifies_implementation": "verifies its implementation",
    "verifies_effectiveness": "verifies its effectiveness",
    "verifies_under_fault": "verifies it under an injected fault",
}


def evaluate(facts: Facts, settings: Settings) -> Judgement:
    """Pass when each control has its requirement and, in each role that the class asks, only passed cases."""
    wanted = text(settings, "verification")
    if wanted not in ROLES:
        return not_evaluated(
            "the plan does not say what of a risk control is to be verified",
            who="quality",
            command="set 'verification' of 'risk_controls' in clausework.yaml",
        )
    if facts.item_errors:
        return not_evaluated(f"the items have {facts.item_errors} errors", command="clausework lint")
    controls = facts.items_of("risk_control_measure")
    if not controls and any(item.type == "risk_control_measure" for item in facts.items):
        return Judgement("not_applicable", rationale="every risk control belongs to other software items")
    if not controls:
        return not_evaluated(
            "no risk control is recorded; a class B or C system has at least one, or the risk file is not there",
            who="quality",
            command="add the risk file's controls to the items, then clausework build",
        )
    reasons = [reason for control in controls for reason in _faults(facts, control, ROLES[wanted])]
    if reasons:
        return failed(*reasons)
    records = {index for one in facts.item_cases for index in one.records if one.role in ROLES[wanted]}
    return passed(
        f"{len(controls)} risk controls are verified in {wanted.replace('_', ' ')}", *sorted(records)
    )


def _faults(facts: Facts, control: ItemFact, roles: tuple[str, ...]) -> list[Reason]:
    faults = []
    if not any(role == "realised_by" for role, _ in control.links):
        faults.append(
            Reason(
                f"{control.id} is realised by no software requirement",
                items=(control.id,),
                who="quality",
                command="link it with 'realised_by', then clausework build",
            )
        )
    for role in roles:
        cases = [one for one in facts.item_cases if one.item == control.id and one.role == role]
        not_passed = [standing for one in cases for standing in one.not_passed]
        named = f"{control.id} ({control.title})"
        if not_passed:
            first = not_passed[0]
            said = f"{named}: {first.case} is {first.outcome.replace('_', ' ')}{flaky_note(facts, first)}"
            faults.append(with_ways(facts, first, first.level or "system", said, (control.id,)))
        elif not any(one.passed for one in cases):
            faults.append(_untested(control, f"{named}: no passed test {SAID[role]}"))
    return faults


def _untested(control: ItemFact, what: str) -> Reason:
    return Reason(
        what,
        items=(control.id,),
        who="developer",
        command="write one and mark it, then clausework record REPORT --level system",
    )


def challenges() -> tuple[Challenge, ...]:
    """Both verifications pass; a control without requirement, test or effectiveness test is refused."""
    effectiveness: dict[str, str | int | bool] = {"verification": "effectiveness"}
    implementation: dict[str, str | int | bool] = {"verification": "implementation"}

    def only(links: str) -> tuple[EvidenceFile, ...]:
        report = junit(("test_stops", "passed", links))
        return tuple(
            EvidenceFile(one.name, report, one.level)
            if one.name.endswith(".xml") and one.level and one.name != "coverage.xml"
            else one
            for one in SOUND.evidence
        )

    injection: dict[str, str | int | bool] = {"verification": "fault_injection"}
    loose = ITEMS.replace(b", realised_by: [REQ-1]", b"")
    uncontrolled = ITEMS[: ITEMS.index(b"- {id: RC-1")]
    changed = ITEMS.replace(b"Stop on open door", b"Stop and alarm on open door")
    skipping = junit(("test_bench", "skipped", "verifies_effectiveness=RC-1"))
    failing = junit(("test_stops", "failed", "verifies_implementation=RC-1,verifies_effectiveness=RC-1"))
    return (
        Challenge("the control is tested for implementation and effectiveness", "pass", SOUND, effectiveness),
        Challenge("the control holds under an injected fault", "pass", SOUND, injection),
        Challenge(
            "no fault was injected",
            "fail",
            but(evidence=only("verifies_implementation=RC-1,verifies_effectiveness=RC-1")),
            injection,
        ),
        Challenge("the control is no requirement", "fail", but(items=loose), effectiveness),
        Challenge(
            "the control's requirement is no item",
            "not_evaluated",
            but(items=ITEMS.replace(b"realised_by: [REQ-1]", b"realised_by: [REQ-404]")),
            effectiveness,
        ),
        Challenge(
            "no test verifies the control", "fail", but(evidence=only("verifies=REQ-1")), implementation
        ),
        Challenge(
            "only the implementation is tested",
            "fail",
            but(evidence=only("verifies_implementation=RC-1")),
            effectiveness,
        ),
        Challenge(
            "implementation is enough for class B",
            "pass",
            but(evidence=only("verifies_implementation=RC-1")),
            implementation,
        ),
        Challenge("the plan names no kind of verification", "not_evaluated", SOUND, {}),
        Challenge("the items hold no risk control", "not_evaluated", but(items=uncontrolled), effectiveness),
        Challenge(
            "the control's text changed after its test", "fail", but(judged_items=changed), effectiveness
        ),
        Challenge(
            "the effectiveness test was skipped at one level",
            "fail",
            with_evidence("system.xml", EvidenceFile("system.xml", skipping, "system")),
            effectiveness,
        ),
        Challenge(
            "the control's test fails",
            "fail",
            with_evidence("system.xml", EvidenceFile("system.xml", failing, "system")),
            effectiveness,
        ),
    )


CHECK = Check(
    "risk_controls",
    "4",
    "Risk controls verified",
    ("7.2.2", "7.3.1", "7.3.3", "14971 7.2"),
    evaluate,
    challenges,
)
