"""Deviate: a check that does not pass stands aside for one version until a day, for a reason that two people sign.

Some checks of some classes allow none. A deviation is shown wherever its verdict is, and printed on the release.
"""

from __future__ import annotations

from clausework.decisions.form import Field, Form, SignatureRule

FORM = Form(
    name="deviate",
    title="Deviation from a check",
    clauses=("5.1.2", "5.8.1", "13485 8.3.2"),
    matters=("check",),
    fields=(
        Field("reason", "why the check cannot pass in time", shortest=20),
        Field("risk", "what may happen to a patient or user because of it", shortest=10),
        Field("measures", "what is done instead, and by whom", shortest=10),
        Field("expires", "the day on which it is void", "date"),
    ),
    signatures=(
        SignatureRule(("quality",), "deviation accepted", independent=True),
        SignatureRule(("release_authority",), "deviation accepted", independent=True),
    ),
)
