"""What the quality system asks refuses: each way in which it must."""

from clausework.release.facts import PreviousRelease
from clausework.standards.questions import questions_of
from tests.release.changes import Refusal, added_and_judged, build, changed, item, judged, planned, without
from tests.tracing.making import digest

ANSWERS_WITH_YES = tuple(
    f"{one.mark} {'yes' if one.mark == 'B3' else 'no'}: as the change request says"
    for one in questions_of("mdr_annex_ix").questions
)

REFUSALS: tuple[Refusal, ...] = (
    (
        "plan",
        "a build is provisional",
        "fail",
        "nobody approved",
        build(lambda facts: changed(facts, plan_approved=False)),
    ),
    (
        "plan",
        "another plan is in force, and a build was made under a third",
        "fail",
        "not the one in force",
        lambda facts: changed(planned(in_force=False)(facts), plan=digest("a third plan")),
    ),
    (
        "plan",
        "a tag of class B is to be released after its software became class C",
        "fail",
        "counter is class C by the plan in force",
        planned(in_force=False, graver=("counter is class C by the plan in force, B by its own",)),
    ),
    (
        "5.8.4",
        "the version is of another release line",
        "fail",
        "not one of the release line main",
        planned(fits=False, line_versions=("2.4.*",)),
    ),
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
        without("significance", "significance"),
    ),
    (
        "significance",
        "the change is significant, and nobody in regulatory affairs reviewed it",
        "fail",
        "no regulatory review of it is recorded",
        judged("significance", "significance", decision="significant"),
    ),
    (
        "significance",
        "a question is answered with yes, and the change is said not to be significant",
        "fail",
        "B3 is answered with yes",
        judged("significance", "significance", decision="not_significant", answers=ANSWERS_WITH_YES),
    ),
    (
        "significance",
        "a question is not answered",
        "fail",
        "N is not answered",
        judged("significance", "significance", answers=ANSWERS_WITH_YES[:-1]),
    ),
    (
        "significance",
        "it is decided as a first release, and there was one before",
        "fail",
        "0.9.0 was released before",
        lambda facts: changed(facts, previous=PreviousRelease("0.9.0", "")),
    ),
    (
        "significance",
        "the device identifier stays, and a new one was decided",
        "fail",
        "it was decided that the UDI-DI changes",
        lambda facts: changed(
            judged("significance", "significance", decision="not_significant")(facts),
            previous=PreviousRelease("0.9.0", facts.planned.udi_di),
        ),
    ),
)
