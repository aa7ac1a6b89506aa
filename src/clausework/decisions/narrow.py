"""Narrow: which tests of the predecessor are not repeated for a version, by a signed impact analysis (6.3.1, 7.4).

An emergency goes this way as well: every condition of clause 5.8 stays. Tests that verify a risk control, or an item
that the change touches, cannot be left out; protocols that people run are left out as other tests are.
"""

from __future__ import annotations

from clausework.decisions.form import Field, Form, SignatureRule

FORM = Form(
    name="narrow",
    title="Narrowed regression",
    clauses=("6.3.1", "7.4.1", "7.4.2", "5.7.3"),
    matters=("version",),
    fields=(
        Field(
            "reason",
            "what makes it urgent, and who is harmed meanwhile; or why a part is enough",
            shortest=20,
        ),
        Field("impact", "what the change touches, and why the rest is not", shortest=20),
        Field("requirements", "IDs of the requirements and user needs whose tests are not repeated", "list"),
        Field("repeat_until", "the day by which the whole regression is run", "date"),
    ),
    signatures=(
        SignatureRule(("quality",), "impact analysed", independent=True),
        SignatureRule(("release_authority",), "narrowed regression accepted"),
    ),
    versioned=True,
)
