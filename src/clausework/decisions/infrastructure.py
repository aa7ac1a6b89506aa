"""Infrastructure: a run failed for what it ran on, and says nothing about the software (clauses 5.6.8, 5.7.2, 9.2).

It is recorded as that, never as a pass: what failed has to be run again, later, and pass.
"""

from __future__ import annotations

from clausework.decisions.form import Field, Form, SignatureRule

FORM = Form(
    name="infrastructure",
    title="Failure of the infrastructure",
    clauses=("5.6.8", "5.7.2", "9.2"),
    matters=("record",),
    fields=(
        Field(
            "failed",
            "what failed",
            "choice",
            ("runner", "network", "bench", "device_under_test", "power", "storage", "service"),
        ),
        Field("happened", "what happened, when", shortest=10),
        Field("known_by", "how it is known: the log, the alarm, the person who saw it", shortest=10),
    ),
    signatures=(SignatureRule(("quality",), "failure of the infrastructure confirmed", independent=True),),
)
