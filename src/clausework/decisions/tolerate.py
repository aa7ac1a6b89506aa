"""Tolerate: a system test that fails stands as an evaluated residual anomaly (clauses 5.7.2, 5.8.2, 5.8.3, 9.2).

The failing test stays red in every record. It counts only where the anomaly is open, evaluated as acceptable at its
present text, and neither test nor anomaly touches a risk control.
"""

from __future__ import annotations

from clausework.decisions.form import Field, Form, SignatureRule

FORM = Form(
    name="tolerate",
    title="Failing test tied to a residual anomaly",
    clauses=("5.7.2", "5.8.2", "5.8.3", "9.2"),
    matters=("failed_test",),
    fields=(
        Field("anomaly", "the ID of the anomaly or problem report that the failure is", shortest=2),
        Field("rationale", "why the failure is that anomaly and nothing else", shortest=20),
    ),
    signatures=(
        SignatureRule(("quality",), "tolerated"),
        SignatureRule(("release_authority",), "tolerated"),
    ),
    several=True,
)
