"""Approve: a plan comes into force, a change request may be implemented, a key is let in, a derivation is admitted.

Clauses 5.1.2, 5.8.8, 6.2.4, 8.2.1. A plan is approved by the roles of the plan that is in force, never by its own.
"""

from __future__ import annotations

from clausework.decisions.form import Field, Form, SignatureRule

FORM = Form(
    name="approve",
    title="Approval",
    clauses=("5.1.2", "5.6.5", "5.7.4", "5.8.8", "6.2.4", "8.2.1"),
    matters=(
        *("plan", "change_request", "task", "user_need", "problem_report"),
        *("derivation", "test_protocol"),
    ),
    fields=(Field("rationale", "why it may be so", shortest=10),),
    signatures=(SignatureRule(("quality", "release_authority"), "approved", independent=True),),
)
