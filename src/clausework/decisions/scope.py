"""Scope: what a version is to hold, against which completeness is checked (clauses 5.8.1, 5.8.6).

``requirements`` may be the single word ``all``. A task stands as done, or with the reason why it need not be.
"""

from __future__ import annotations

from clausework.decisions.form import Field, Form, SignatureRule

FORM = Form(
    name="scope",
    title="Scope of a version",
    clauses=("5.8.1", "5.8.6"),
    matters=("version",),
    fields=(
        Field("requirements", "IDs of the software requirements in scope, or 'all'", "list"),
        Field("changes", "IDs of the change requests that the version implements", "list", required=False),
        Field("tasks", "IDs of the planned tasks that must be complete", "list", required=False),
        Field("rationale", "why these", shortest=10),
    ),
    signatures=(SignatureRule(("quality",), "scope set"),),
    versioned=True,
)
