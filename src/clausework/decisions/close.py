"""Close: a change request, problem report or anomaly is done with once its verification is in (8.2.3, 9.7).

What is closed carries no further commit; a problem that comes back is a new one (clause 9.5).
"""

from __future__ import annotations

from clausework.decisions.form import Field, Form, SignatureRule

FORM = Form(
    name="close",
    title="Closure of a change request or problem",
    clauses=("8.2.2", "8.2.3", "9.7", "9.8"),
    matters=("change_request", "problem_report", "anomaly"),
    fields=(
        Field("results", "what verification showed, and where it stands", shortest=10),
        Field("communication", "who was told, or why nobody need be (clauses 6.2.5, 9.3)", shortest=5),
    ),
    signatures=(SignatureRule(("quality",), "closed"),),
)
