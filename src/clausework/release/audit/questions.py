"""The questions: the eight that a pipeline is asked, R1 to R8, and the fifteen of technical reviews, Q1 to Q15."""

from __future__ import annotations

from clausework.release.audit import (
    anomalies,
    authority,
    boundary,
    changes,
    pipeline,
    plan,
    risk,
    soup,
    verification,
)
from clausework.release.audit.answer import Question

REALITY: tuple[Question, ...] = (
    Question(
        "R1",
        "Is the pipeline documented in the development plan, each stage mapped to clauses?",
        ("5.1.1",),
        plan.stages_documented,
    ),
    Question(
        "R2",
        "Are the pipeline's artefacts retained as the regulatory records?",
        ("8.3", "5.8.7"),
        boundary.records_retained,
    ),
    Question(
        "R3",
        "Is there a release boundary before clinical use, enforced by the pipeline's configuration?",
        ("5.8.8",),
        boundary.boundary_defined,
    ),
    Question("R4", "Does the release gate run the activities of clause 5.8?", ("5.8",), boundary.gate_runs),
    Question(
        "R5",
        "Are thresholds calibrated to the class and defended, or set to pass?",
        ("5.1.6",),
        plan.thresholds_defended,
    ),
    Question(
        "R6",
        "Can the running build be traced to commit, dependencies, tests, risk file and authorisation?",
        ("8.1", "8.2.4"),
        authority.traced_back,
    ),
    Question(
        "R7",
        "Is the pipeline's configuration under change control, reviewed and recorded?",
        ("8.2.1", "13485 4.2.4"),
        pipeline.configuration_controlled,
    ),
    Question(
        "R8",
        "When a gate fails, does the pipeline stop, or was a way round used?",
        ("8.2.1",),
        boundary.no_way_round,
    ),
)
"""Whether a pipeline would survive an audit: that it is the evidence, and holds the boundary."""

REVIEW: tuple[Question, ...] = (
    Question("Q1", "Which safety class has the software, and why?", ("4.3",), risk.class_and_why),
    Question(
        "Q2",
        "Is each requirement verified in this version?",
        ("5.7.1", "5.7.4"),
        verification.requirements_verified,
    ),
    Question("Q3", "Where is the actual output of the test runs?", ("5.7.5",), verification.execution_output),
    Question(
        "Q4",
        "In which environment exactly did the tests run?",
        ("5.7.5", "9.8"),
        verification.test_environment,
    ),
    Question("Q5", "This mitigation: which requirement, which test?", ("7.3.3",), risk.mitigations),
    Question(
        "Q6", "Does the result align with the test case?", ("5.7.4", "5.7.5"), verification.results_align
    ),
    Question("Q7", "Which SOUP, in which versions, and why?", ("5.3.3", "8.1.2"), soup.soup_listed),
    Question("Q8", "Who reviewed its anomalies, and when?", ("7.1.3",), soup.soup_reviewed),
    Question(
        "Q9", "Which bugs are open, and why are they acceptable?", ("5.8.2", "5.8.3"), anomalies.open_bugs
    ),
    Question("Q10", "Can this version be built again now?", ("5.8.5", "5.8.7"), authority.rebuildable),
    Question(
        "Q11", "Who released it, under what authority?", ("5.8.8", "13485 8.2.6"), authority.released_by
    ),
    Question("Q12", "Show one change from end to end.", ("8.2.1", "8.2.4"), changes.one_change),
    Question(
        "Q13", "Was each change of the pipeline approved?", ("8.2.1", "13485 4.1.6"), plan.pipeline_changes
    ),
    Question("Q14", "Is the tool itself validated?", ("13485 4.1.6",), pipeline.tool_validated),
    Question(
        "Q15", "From a complaint to a change to the risk file?", ("6.2.1", "9.2"), changes.complaint_to_risk
    ),
)
"""From a version's class to a complaint's way back."""

QUESTIONS = (*REALITY, *REVIEW)
