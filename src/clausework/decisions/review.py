"""Review: a person judged an item, a verification or a validation.

Clauses 5.2.6, 5.3.6, 5.4.4, 5.6.5, 5.7.4, 5.8.1. All items of a kind can be judged at once, as a set. With the method
``analysis``, ``inspection`` or ``demonstration`` it verifies a requirement that no test covers (5.7.1, note). An
accepted review of an item as it reads now clears the links that its change made suspect.
"""

from __future__ import annotations

from clausework.decisions.form import Field, Form, SignatureRule
from clausework.decisions.review_sets import KINDS

FORM = Form(
    name="review",
    title="Review",
    clauses=("5.2.6", "5.3.6", "5.4.4", "5.6.5", "5.7.4", "5.8.1"),
    matters=(
        "user_need",
        "system_requirement",
        "software_requirement",
        "architecture_item",
        "software_unit",
        "soup_item",
        "test_case",
        "test_protocol",
        "hazard",
        "hazardous_situation",
        "risk",
        "risk_control_measure",
        "verification",
        "validation",
        "plan_finding",
        "pipeline",
        "pipeline_finding",
        *KINDS,
    ),
    fields=(
        Field("method", "how it was judged", "choice", ("review", "analysis", "inspection", "demonstration")),
        Field("outcome", "what the judgement was", "choice", ("accepted", "rejected")),
        Field("rationale", "what was looked at and why the judgement follows", shortest=10),
    ),
    signatures=(SignatureRule(("quality", "developer", "release_authority"), "reviewed", independent=False),),
)
