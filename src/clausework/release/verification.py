"""5.8.1: verification is complete and evaluated."""

from __future__ import annotations

from clausework.gates.check import Judgement, failed, not_evaluated, passed
from clausework.gates.narrowing import narrowed, vanished
from clausework.gates.tolerated import LEVEL as SYSTEM
from clausework.gates.tolerated import tolerated
from clausework.ledger.records.gates import Reason
from clausework.release.condition import JUDGES, Condition
from clausework.release.facts import ReleaseFacts
from clausework.release.scope import left_out, unknown_requirements


def _verification_complete(facts: ReleaseFacts) -> Judgement:
    reasons = [
        *_unbuilt(facts),
        *_asked_of_nobody(facts),
        *unknown_requirements(facts),
        *_blocking_stages(facts),
    ]
    if not reasons:
        reasons = [*_red_cases(facts), *_narrowed_elsewhere(facts)]
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


def _asked_of_nobody(facts: ReleaseFacts) -> list[Reason]:
    """Name what every build takes for another software item's: each leaves it to one that is not in the candidate."""
    everywhere = [frozenset(build.elsewhere) for build in facts.builds]
    lost = sorted(frozenset.intersection(*everywhere)) if everywhere else []
    return [
        Reason(
            f"{one} belongs to no software item of the candidate, so that no build is asked for it",
            items=(one,),
            who="quality",
            command=f"allocate {one} to a software item of the plan, then clausework release {facts.version}",
        )
        for one in lost
    ]


def _blocking_stages(facts: ReleaseFacts) -> list[Reason]:
    """Name each stage that does not pass, and what stands in its way: whoever signed is told what is new."""
    everywhere = " --all-items" if len(facts.builds) > 1 else ""
    return [
        Reason(
            f"verification incomplete: {stage.stage} of {stage.software_item} is {stage.outcome.replace('_', ' ')}"
            f" ({'; '.join(stage.says or stage.blocking)})",
            items=(stage.software_item,),
            who="developer",
            command=f"clausework gate {stage.stage}{everywhere}",
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
        and not (case.level == SYSTEM and case.case in tolerated(build))
    ]


def _standing_failures(facts: ReleaseFacts) -> list[Reason]:
    """Name the failing system tests that stand as residual anomalies: whoever signs is told of them."""
    stands = {case: one for build in facts.builds for case, one in tolerated(build).items()}
    return [
        Reason(
            f"{case} fails and stands as {one.fields['anomaly']}, decision #{one.record}, signed by"
            f" {'; '.join(one.signed_by)}",
            records=(one.record,),
        )
        for case, one in sorted(stands.items())
    ]


def _not_repeated(facts: ReleaseFacts) -> list[Reason]:
    """Name the emergency's analysis by which tests are left out: whoever signs is told of it, and of its day."""
    by = {
        one.record: one for build in facts.builds if vanished(build) and (one := narrowed(build)) is not None
    }
    return [
        Reason(
            f"tests of {_listed(one.fields['requirements'])} are not repeated before {one.fields['repeat_until']},"
            f" decision #{one.record}, signed by {'; '.join(one.signed_by)}: {one.fields['impact']}",
            records=(one.record,),
        )
        for one in by.values()
    ]


def _listed(named: str | tuple[str, ...]) -> str:
    return named if isinstance(named, str) else ", ".join(named)


def _narrowed_elsewhere(facts: ReleaseFacts) -> list[Reason]:
    """Name an emergency's impact analysis, that by which tests are left out, if it was made of other artefacts."""
    asked = {one.record for build in facts.builds if (one := narrowed(build)) is not None}
    return [
        Reason(
            f"the impact that narrows the regression was analysed of other artefacts (#{one.record})",
            records=(one.record,),
            who="quality",
            command=f"clausework decide narrow {facts.version}",
        )
        for one in facts.judgements
        if one.record in asked and one.matter_sha256 != facts.subject
    ]


def _judge_review(facts: ReleaseFacts) -> Judgement:
    command = f"clausework decide review verification --version {facts.version}"
    review = facts.judged("review", "verification", facts.version, facts.subject)
    if review is None or not review.by_role(*JUDGES):
        return not_evaluated(
            "nobody in quality or release authority evaluated the results of verification of these artefacts"
            " (5.7.4, 5.8.1)",
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
    said = f"every stage passes on these artefacts, and the results were evaluated{left_out(facts)}"
    deviations, standing = facts.deviations(), [*_standing_failures(facts), *_not_repeated(facts)]
    if not deviations and not standing:
        return passed(said, review.record)
    but = f", but for {len(deviations)} signed deviations" if deviations else ""
    return Judgement(
        "pass",
        (
            Reason(f"{said}{but}", records=(review.record,)),
            *standing,
            *(
                Reason(
                    f"deviation #{one.record} from {check} until {one.fields['expires']}, signed by"
                    f" {'; '.join(one.signed_by)}: {one.fields['reason']}",
                    records=(one.record,),
                )
                for check, one in deviations
            ),
        ),
    )


CONDITIONS = (
    Condition(
        "5.8.1", "Verification complete and evaluated", ("5.8.1", "5.7.4"), "ABC", _verification_complete
    ),
)
