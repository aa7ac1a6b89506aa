"""What the quality system asks of a release's plan beside 5.8 (5.1.2; ISO 13485 4.2.4)."""

from __future__ import annotations

from clausework.core.canonical import canonical_json
from clausework.core.digests import sha256_of
from clausework.gates.check import Judgement, failed, not_evaluated, passed
from clausework.ledger.records.gates import Reason
from clausework.release.condition import Condition
from clausework.release.facts import ReleaseFacts

_MOST_DIFFERENCES = 18
"""How many differences are told one by one: a verdict keeps twenty reasons."""


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
    replaced = [build for build in facts.builds if build.plan_replaced >= 0]
    if replaced:
        return failed(
            *(
                Reason(
                    f"build {one.build.id[:12]} of {one.build.software_item} was made under plan {one.plan[:12]}"
                    f" when another had taken its place (#{one.plan_replaced}): an older plan is no way round it",
                    records=(one.build.record, one.plan_replaced),
                    who="developer",
                    command="take the plan in force, then clausework build",
                )
                for one in replaced
            )
        )
    if not facts.planned.in_force and any(build.plan != facts.plan for build in facts.builds):
        return failed(
            Reason(
                f"the candidate was frozen under plan {facts.plan[:12]}, which is not the one in force",
                who="quality",
                command=f"clausework release {facts.version} judges by the plan in force",
            )
        )
    if facts.planned.graver:
        return failed(
            *(
                Reason(
                    f"{one}: a class is the software's, not a plan's (4.3)",
                    who="quality",
                    command="build it under the plan in force: clausework build, clausework gate",
                )
                for one in facts.planned.graver
            )
        )
    if not facts.planned.in_force:
        return _older(facts)
    return passed(f"plan {facts.plan[:12]} is approved and in force on the release line {facts.line}")


def _older(facts: ReleaseFacts) -> Judgement:
    """Pass with every difference to the plan in force: whoever signs has each before them, and a digest of them all."""
    differences = facts.planned.differences
    said = (
        f"all builds were made under plan {facts.plan[:12]}, approved then; the plan in force says otherwise"
    )
    if not differences:
        return passed(f"{said}: nothing in meaning")
    digest = sha256_of(canonical_json(differences))[:12]
    more = len(differences) - _MOST_DIFFERENCES
    return Judgement(
        "pass",
        (
            Reason(f"{said} in {len(differences)} points (list {digest}):"),
            *(Reason(one) for one in differences[:_MOST_DIFFERENCES]),
            *([Reason(f"and {more} more; 'git diff' of clausework.yaml shows them")] if more > 0 else []),
        ),
    )


CONDITIONS = (Condition("plan", "Plan approved", ("5.1.2", "13485 4.2.4"), "ABC", _plan_in_force),)
