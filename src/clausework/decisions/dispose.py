"""Dispose: an open finding or vulnerability is judged, until a date (clauses 7.1.3, 9.2; EN IEC 81001-5-1 clause 9).

CVSS alone does not decide: exploitability and harm to the patient are both recorded.
"""

from __future__ import annotations

from clausework.decisions.form import Field, Form, SignatureRule

FORM = Form(
    name="dispose",
    title="Disposition of a finding",
    clauses=("7.1.3", "9.2", "81001-5-1 9"),
    matters=("finding",),
    fields=(
        Field("status", "what was found", "choice", ("not_affected", "false_positive", "accepted")),
        Field("justification", "why the status holds", shortest=10),
        Field("exploitability", "who could do what, in the device's own setting", shortest=10),
        Field("patient_harm", "what harm could follow", shortest=4),
        Field("expires", "the day on which it is open again", "date"),
    ),
    signatures=(SignatureRule(("quality",), "disposed", independent=True),),
)
