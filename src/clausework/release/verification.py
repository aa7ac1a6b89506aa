"""5.8.1 to 5.8.3: verification is complete and evaluated, and what anomalies remain is listed and evaluated."""

from __future__ import annotations

from clausework.core.canonical import canonical_json
from clausework.core.digests import sha256_of
from clausework.gates.check import Judgement, failed, not_evaluated, passed
from clausework.ledger.records.gates import Reason
from clausework.release.condition import JUDGES, Condition
from clausework.release.facts import ReleaseFacts


def _verification_complete(facts: ReleaseFacts) -> Judgement:
    reasons = [*_unbuilt(facts), *_blocking_stages(facts)]
    if not reasons:
        reasons = _red_cases(facts)
    if reasons:
        return failed(*reasons)
    if not facts.stages:
        return not_evaluated("no stage was evaluated for this candidate", command="clausework gate")
    return _judge_review(facts)


def _unbuilt(facts: ReleaseFacts) -> list[Reason]:
    return [
        Reason(
            f"the candidate holds no build of the software item {item}",
            items=(item,),
            who="developer",
            command=f"clausework build --software-item {item}, then clausework release {facts.version}",
        )
        for item in facts.planned.unbuilt
    ]


def _blocking_stages(facts: ReleaseFacts) -> list[Reason]:
    return [
        Reason(
            f"verification incomplete: {stage.stage} of {stage.software_item} is {stage.outcome.replace('_', ' ')}"
            f" ({', '.join(stage.blocking)})",
            items=(stage.software_item,),
            who="developer",
            command=f"clausework gate {stage.stage}",
        )
        for stage in facts.stages
        if stage.outcome != "pass"
    ]


def _red_cases(facts: ReleaseFacts) -> list[Reason]:
    """Name what is red at a level that no stage of the plan looks at: red about these artefacts all the same."""
    return [
        Reason(
            f"{case.case} is {case.outcome.replace('_', ' ')} at level '{case.level}', which no stage looks at",
            records=case.records,
            who="developer",
            command="mend it, or clausework decide supersede the record with its reason",
        )
        for build in facts.builds
        for case in build.not_passed
        if case.outcome in {"red", "not_run_again"}
    ]


def _judge_review(facts: ReleaseFacts) -> Judgement:
    command = f"clausework decide review verification --version {facts.version}"
    review = facts.judged("review", "verification", facts.version, facts.subject)
    if review is None or not review.by_role(*JUDGES):
        return not_evaluated(
            "nobody in quality evaluated the results of verification of these artefacts (5.7.4, 5.8.1)",
            who="quality",
            command=command,
        )
    if review.fields.get("outcome") != "accepted":
        return failed(
            Reason(
                "the results of verification were not accepted",
                records=(review.record,),
                who="quality",
                command=f"mend what the review names, then {command}",
            )
        )
    if review.since < facts.last_test:
        return not_evaluated(
            f"the results were evaluated (#{review.record}) before the newest test report (#{facts.last_test})",
            who="quality",
            command=command,
            records=(review.record, facts.last_test),
        )
    return passed("every stage passes on these artefacts, and the results were evaluated", review.record)


def _anomalies_listed(facts: ReleaseFacts) -> Judgement:
    if not facts.items:
        return not_evaluated("the candidate has no item baseline", command="clausework build")
    if facts.vanished:
        return failed(
            *(
                Reason(
                    f"anomaly {one} was recorded as open, and the items no longer tell of it",
                    items=(one,),
                    who="quality",
                    command=f"put {one} back among the items, closed with its reason or open, then clausework release",
                )
                for one in facts.vanished
            )
        )
    listed = facts.open_anomalies()
    if not listed:
        return passed("no anomaly is open")
    version = sha256_of(canonical_json([[item.id, item.sha256] for item in listed]))[:12]
    named = ", ".join(item.id for item in listed[:10]) + (" ..." if len(listed) > 10 else "")
    return passed(f"{len(listed)} residual anomalies are listed: {named} (list {version})")


def _anomalies_evaluated(facts: ReleaseFacts) -> Judgement:
    reasons, records = [], []
    for item in facts.open_anomalies():
        judged = facts.judged("evaluate", item.type, item.id, item.sha256)
        if judged is None:
            what = f"anomaly {item.id} is not risk-evaluated at its present text"
        elif judged.fields.get("outcome") != "acceptable":
            what = f"anomaly {item.id} was evaluated as not acceptable"
        else:
            records.append(judged.record)
            continue
        reasons.append(
            Reason(what, items=(item.id,), who="quality", command=f"clausework decide evaluate {item.id}")
        )
    if reasons:
        return failed(*reasons)
    return passed(f"{len(records)} residual anomalies are evaluated as acceptable", *records)


CONDITIONS = (
    Condition(
        "5.8.1", "Verification complete and evaluated", ("5.8.1", "5.7.4"), "ABC", _verification_complete
    ),
    Condition("5.8.2", "Residual anomalies listed", ("5.8.2",), "ABC", _anomalies_listed),
    Condition("5.8.3", "Residual anomalies evaluated", ("5.8.3",), "BC", _anomalies_evaluated),
)
