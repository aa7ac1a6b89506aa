"""What the quality system asks of a release beside 5.8: plan, risk file, validation, significance."""

from __future__ import annotations

from clausework.gates.check import Judgement, failed, not_evaluated, passed
from clausework.ledger.records.gates import Reason
from clausework.release.condition import JUDGES, Condition
from clausework.release.facts import ReleaseFacts

_RISK_FILE = ("hazard", "hazardous_situation", "risk", "risk_control_measure")


def _plan_in_force(facts: ReleaseFacts) -> Judgement:
    provisional = [build.build for build in facts.builds if not build.plan_approved]
    if not facts.builds:
        return not_evaluated("the candidate holds no build", command="clausework build --artifact FILE")
    if provisional:
        return failed(
            *(
                Reason(
                    f"build {build.id[:12]} of {build.software_item} was made under a plan that nobody approved",
                    records=(build.record,),
                    who="quality",
                    command="clausework decide approve plan, then sign it, then clausework build",
                )
                for build in provisional
            )
        )
    if not facts.planned.in_force:
        return failed(
            Reason(
                f"the candidate was frozen under plan {facts.plan[:12]}, which is not the one in force",
                who="quality",
                command=f"clausework release {facts.version} judges by the plan in force",
            )
        )
    return passed(f"plan {facts.plan[:12]} is approved and in force")


def _risk_file_current(facts: ReleaseFacts) -> Judgement:
    if not facts.items_of(*_RISK_FILE):
        return not_evaluated(
            "the items hold no hazard, risk or risk control: there is no risk file to judge",
            who="quality",
            command="add the risk file to the items, then clausework release",
        )
    refused = _refused_risks(facts)
    if refused:
        return failed(*refused)
    judged = facts.judged("evaluate", "risk_file", "risk-file", facts.risk_file)
    if judged is None:
        return not_evaluated(
            f"nobody evaluated the overall residual risk at risk file version {facts.risk_file[:12]}",
            who="quality",
            command="clausework decide evaluate risk-file",
        )
    if judged.fields.get("outcome") != "acceptable":
        return failed(
            Reason(
                "the overall residual risk was evaluated as not acceptable",
                records=(judged.record,),
                who="quality",
                command="control the risk further, then clausework decide evaluate risk-file",
            )
        )
    return passed(
        f"risk file version {facts.risk_file[:12]}: overall residual risk acceptable", judged.record
    )


def _refused_risks(facts: ReleaseFacts) -> list[Reason]:
    judged = [
        (item, facts.judged("evaluate", "risk", item.id, item.sha256)) for item in facts.items_of("risk")
    ]
    return [
        Reason(
            f"risk {item.id} was evaluated as not acceptable",
            items=(item.id,),
            records=(one.record,),
            who="quality",
            command=f"control it further, then clausework decide evaluate {item.id}",
        )
        for item, one in judged
        if one is not None and one.fields.get("outcome") != "acceptable"
    ]


def _validated(facts: ReleaseFacts) -> Judgement:
    judged = facts.judged("review", "validation", facts.version, facts.subject)
    command = f"clausework decide review validation --version {facts.version}"
    if judged is None or not judged.by_role(*JUDGES):
        return not_evaluated(
            "nobody in quality accepted the validation of these artefacts against the user needs (13485 7.3.7)",
            who="quality",
            command=command,
        )
    if judged.fields.get("outcome") != "accepted":
        return failed(
            Reason(
                "the validation was not accepted", records=(judged.record,), who="quality", command=command
            )
        )
    return passed("the validation was accepted", judged.record)


def _significance_decided(facts: ReleaseFacts) -> Judgement:
    judged = facts.judged("evaluate", "significance", facts.version, facts.subject)
    if judged is None:
        return not_evaluated(
            "nobody decided whether the change is significant",
            who="quality",
            command=f"clausework decide evaluate significance --version {facts.version}",
        )
    if judged.fields.get("outcome") != "acceptable":
        return failed(
            Reason(
                "the change was judged significant: regulatory review first",
                records=(judged.record,),
                who="quality",
                command=f"after that review, clausework decide evaluate significance --version {facts.version}",
            )
        )
    return passed("the significance of the change was decided", judged.record)


CONDITIONS = (
    Condition("plan", "Plan approved", ("5.1.2", "13485 4.2.4"), "ABC", _plan_in_force),
    Condition("risk-file", "Risk file current", ("4.2", "14971 8"), "ABC", _risk_file_current),
    Condition("validation", "Validated", ("13485 7.3.7",), "ABC", _validated),
    Condition("significance", "Significance decided", ("6.2.3", "MDR IX 4.10"), "ABC", _significance_decided),
)
