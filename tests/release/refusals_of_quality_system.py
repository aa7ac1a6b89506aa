"""What the quality system asks refuses: each way in which it must."""

from tests.release.changes import Refusal, added_and_judged, build, changed, item, judged, planned, without
from tests.tracing.making import digest

REFUSALS: tuple[Refusal, ...] = (
    (
        "plan",
        "a build is provisional",
        "fail",
        "nobody approved",
        build(lambda facts: changed(facts, plan_approved=False)),
    ),
    ("plan", "another plan is in force", "fail", "not the one in force", planned(in_force=False)),
    ("plan", "there is no build", "not_evaluated", "holds no build", lambda facts: changed(facts, builds=())),
    (
        "risk-file",
        "nobody evaluated it",
        "not_evaluated",
        "nobody evaluated",
        without("evaluate", "risk_file"),
    ),
    (
        "risk-file",
        "the risk file changed since",
        "not_evaluated",
        "nobody evaluated",
        lambda facts: changed(facts, risk_file=digest("changed")),
    ),
    (
        "risk-file",
        "the overall risk is not acceptable",
        "fail",
        "not acceptable",
        judged("evaluate", "risk_file", outcome="not_acceptable"),
    ),
    (
        "risk-file",
        "one risk is not acceptable",
        "fail",
        "RISK-9 was evaluated as not acceptable",
        added_and_judged("evaluate", item("risk", "", "RISK-9"), "not_acceptable"),
    ),
    (
        "risk-file",
        "there is no risk file",
        "not_evaluated",
        "no hazard, risk or risk control",
        lambda facts: changed(
            facts, items=tuple(one for one in facts.items if one.type == "software_requirement")
        ),
    ),
    (
        "validation",
        "nobody accepted it",
        "not_evaluated",
        "nobody in quality",
        without("review", "validation"),
    ),
    (
        "validation",
        "it was rejected",
        "fail",
        "not accepted",
        judged("review", "validation", outcome="rejected"),
    ),
    (
        "validation",
        "it is of other artefacts",
        "not_evaluated",
        "nobody in quality",
        judged("review", "validation", matter_sha256=digest("other")),
    ),
    (
        "significance",
        "nobody decided it",
        "not_evaluated",
        "nobody decided",
        without("evaluate", "significance"),
    ),
    (
        "significance",
        "the change is significant",
        "fail",
        "regulatory review first",
        judged("evaluate", "significance", outcome="not_acceptable"),
    ),
)
