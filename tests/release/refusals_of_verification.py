"""5.8.1 to 5.8.3 refuse: each way in which it must."""

from clausework.gates.facts import JudgementFact, SignatureFact
from clausework.release.facts import ReleaseFacts
from tests.release.changes import (
    ANOMALY,
    RED,
    Change,
    Refusal,
    added,
    added_and_judged,
    build,
    changed,
    item,
    judged,
    judgement,
    planned,
    stage,
    together,
    without,
)
from tests.tracing.making import digest

TOLD = changed(ANOMALY, fields={"status": "open", "failed_tests": "another/class/case\nsuite/class/case"})
"""An anomaly that names the test ``suite/class/case``."""


def failed_at(level: str) -> Change:
    """Let the case ``suite/class/case`` stand as failed at a level."""
    return build(lambda facts: changed(facts, not_passed=(changed(RED, level=level),)))


def resting_on(*risks: str) -> Change:
    """Let an open anomaly be evaluated as acceptable, resting on what is named of the risk file."""
    judged_ = judgement("evaluate", ANOMALY, "acceptable")
    resting = changed(judged_, fields={**judged_.fields, "risk_items": risks})
    return lambda facts: changed(
        facts, items=(*facts.items, ANOMALY), judgements=(*facts.judgements, resting)
    )


def narrowed_of_other_artefacts(facts: ReleaseFacts) -> ReleaseFacts:
    """Add a narrowed regression of these artefacts, and a later one of others, by which tests are left out."""
    fields: dict[str, str | tuple[str, ...]] = {"requirements": ("REQ-001",), "repeat_until": "2099-01-01"}
    own = JudgementFact(
        7, "narrow", "version", facts.version, facts.subject, facts.version, fields, True, (), (), 9, facts.at
    )
    later = changed(own, record=8, matter_sha256=digest("other"))
    builds = tuple(
        changed(one, version=facts.version, judgements=(*one.judgements, own, later)) for one in facts.builds
    )
    return changed(facts, judgements=(*facts.judgements, own, later), builds=builds)


REFUSALS: tuple[Refusal, ...] = (
    ("5.8.1", "a stage fails", "fail", "unit of counter is fail", stage("fail")),
    (
        "5.8.1",
        "a stage was not evaluated",
        "fail",
        "unit of counter is not evaluated",
        stage("not_evaluated"),
    ),
    ("5.8.1", "no stage was evaluated", "not_evaluated", "no stage", lambda facts: changed(facts, stages=())),
    ("5.8.1", "a software item has no build", "fail", "no build of", planned(unbuilt=("display",))),
    (
        "5.8.1",
        "a requirement belongs to a software item that is not in the candidate",
        "fail",
        "REQ-001 belongs to no software item of the candidate",
        build(lambda facts: changed(facts, elsewhere=("REQ-001",))),
    ),
    (
        "5.8.1",
        "the impact that narrows the regression was analysed anew, of other artefacts",
        "fail",
        "analysed of other artefacts",
        narrowed_of_other_artefacts,
    ),
    (
        "5.8.1",
        "a case is red at a level that no stage looks at",
        "fail",
        "red at level 'bench'",
        build(lambda facts: changed(facts, not_passed=(RED,))),
    ),
    (
        "5.8.1",
        "a case set aside was not run again at a level that no stage looks at",
        "fail",
        "not run again at level 'bench'",
        build(lambda facts: changed(facts, not_passed=(changed(RED, outcome="not_run_again"),))),
    ),
    (
        "5.8.1",
        "nobody evaluated the results",
        "not_evaluated",
        "nobody in quality",
        without("review", "verification"),
    ),
    (
        "5.8.1",
        "the evaluation waits for its signature",
        "not_evaluated",
        "nobody in quality",
        judged("review", "verification", effective=False),
    ),
    (
        "5.8.1",
        "the evaluation is of other artefacts",
        "not_evaluated",
        "nobody in quality",
        judged("review", "verification", matter_sha256=digest("other")),
    ),
    (
        "5.8.1",
        "the evaluation is of another version",
        "not_evaluated",
        "nobody in quality",
        judged("review", "verification", matter_id="0.9.0"),
    ),
    (
        "5.8.1",
        "a developer evaluated",
        "not_evaluated",
        "nobody in quality",
        judged(
            "review",
            "verification",
            signatures=(
                SignatureFact(9, "dev@example.com", "Dev", "developer", "reviewed", "2026-01-01T00:00:00Z"),
            ),
        ),
    ),
    (
        "5.8.1",
        "the results were rejected",
        "fail",
        "not accepted",
        judged("review", "verification", outcome="rejected"),
    ),
    (
        "5.8.1",
        "tests were recorded after the evaluation",
        "not_evaluated",
        "before the newest test report (#9999)",
        lambda facts: changed(facts, last_test=9999),
    ),
    (
        "5.8.2",
        "there are no items",
        "not_evaluated",
        "no item baseline",
        lambda facts: changed(facts, items=()),
    ),
    ("5.8.2", "an anomaly vanished", "fail", "ANOM-3", lambda facts: changed(facts, vanished=("ANOM-3",))),
    (
        "5.8.2",
        "no anomaly tells of a system test that failed",
        "fail",
        "system test suite/class/case failed, and no open anomaly or problem report tells of it (5.7.2)",
        together(failed_at("system"), added(ANOMALY)),
    ),
    (
        "5.8.2",
        "no anomaly tells of an integration test that failed",
        "fail",
        "integration test suite/class/case failed, and no open anomaly or problem report tells of it (5.6.8)",
        failed_at("integration"),
    ),
    (
        "5.8.2",
        "no anomaly tells of a test that failed at a level of no name",
        "fail",
        "a test suite/class/case failed",
        failed_at(""),
    ),
    (
        "5.8.2",
        "the anomaly that tells of the failed test is closed",
        "fail",
        "no open anomaly",
        together(failed_at("system"), added(changed(TOLD, fields={**TOLD.fields, "status": "closed"}))),
    ),
    (
        "5.8.2",
        "the anomaly names a test whose name begins alike",
        "fail",
        "no open anomaly",
        together(
            failed_at("system"),
            added(changed(TOLD, fields={**TOLD.fields, "failed_tests": "suite/class/case2"})),
        ),
    ),
    (
        "5.8.2",
        "what names the failed test is no anomaly",
        "fail",
        "no open anomaly",
        together(failed_at("system"), added(changed(TOLD, type="change_request"))),
    ),
    ("5.8.3", "an anomaly is not evaluated", "fail", "ANOM-9 is not risk-evaluated", added(ANOMALY)),
    (
        "5.8.3",
        "a problem report is not evaluated",
        "fail",
        "PR-9",
        added(item("problem_report", "open", "PR-9")),
    ),
    ("5.8.3", "an anomaly of no status", "fail", "X-1", added(item("anomaly", ""))),
    (
        "5.8.3",
        "the evaluation is of an earlier text",
        "fail",
        "at its present text",
        added_and_judged("evaluate", ANOMALY, sha256=digest("earlier")),
    ),
    (
        "5.8.3",
        "the evaluation has no effect",
        "fail",
        "not risk-evaluated",
        added_and_judged("evaluate", ANOMALY, effective=False),
    ),
    (
        "5.8.3",
        "the anomaly is not acceptable",
        "fail",
        "evaluated as not acceptable",
        added_and_judged("evaluate", ANOMALY, "not_acceptable"),
    ),
    (
        "5.8.3",
        "the evaluation rests on a risk that is no more",
        "fail",
        "rests on RISK-404, which the risk file does not have",
        resting_on("RISK-001", "RISK-404"),
    ),
    (
        "5.8.3",
        "the evaluation rests on what is no risk",
        "fail",
        "rests on REQ-001, which the risk file does not have",
        resting_on("REQ-001"),
    ),
)
