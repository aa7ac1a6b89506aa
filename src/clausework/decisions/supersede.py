"""Supersede: a red or rejected record no longer stands in the way, for a reason that a second person signs.

The record stays visible. Clauses 5.6.8, 5.7.2, 9.2.
"""

from __future__ import annotations

from clausework.decisions.form import Field, Form, SignatureRule

FORM = Form(
    name="supersede",
    title="Supersession of a record",
    clauses=("5.6.8", "5.7.2", "9.2"),
    matters=("record",),
    fields=(
        Field(
            "cause",
            "what made the result wrong",
            "choice",
            ("defect_of_the_test", "defect_of_the_tool", "recorded_by_mistake"),
        ),
        Field("reason", "what happened, how it is known, and where the right result stands", shortest=20),
    ),
    signatures=(SignatureRule(("quality",), "superseded", independent=True),),
)
