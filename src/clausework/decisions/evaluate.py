"""Evaluate: is a residual anomaly, a risk, a SOUP anomaly list, a failed test or a change acceptable, and why.

Clauses 5.8.3, 7.1.3, 9.2; ISO 14971 clauses 7.3, 7.4 and 8. The overall residual risk takes two people: quality, and
risk management, the clinic or the release authority. Made without a commit and without a build.
"""

from __future__ import annotations

from clausework.decisions.form import Field, Form, SignatureRule

FORM = Form(
    name="evaluate",
    title="Evaluation of risk",
    clauses=("5.8.3", "7.1.3", "9.2", "14971 7.3", "14971 8"),
    matters=("anomaly", "problem_report", "risk", "risk_file", "soup_item"),
    fields=(
        Field("risk", "what may happen to a patient or user because of it", shortest=10),
        Field("outcome", "whether it may stay as it is", "choice", ("acceptable", "not_acceptable")),
        Field("rationale", "why", shortest=10),
        Field(
            "source", "what was consulted, such as the supplier's anomaly list and its date", required=False
        ),
        Field(
            "risk_items",
            "the risks, hazards or controls of the risk file that it rests on",
            "list",
            required=False,
        ),
        Field("document_version", "which version of the document it is, such as RMF 3.2", required=False),
        Field(
            "criteria",
            "the digest of the plan's criteria of risk acceptability",
            required=False,
            by_hand=False,
        ),
    ),
    signatures=(
        SignatureRule(("quality",), "evaluated"),
        SignatureRule(
            ("risk_management", "clinical", "release_authority"), "evaluated", only_for="risk-file"
        ),
    ),
)
