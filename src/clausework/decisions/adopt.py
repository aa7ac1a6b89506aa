"""Adopt: a version from before the tool is looked after from now on as what it was declared to be (clause 4.4).

What is signed is the record of the declaration, with its artefacts, commit and gap analysis. It verifies nothing.
"""

from __future__ import annotations

from clausework.decisions.form import Field, Form, SignatureRule

FORM = Form(
    name="adopt",
    title="Adoption of a release from before the tool",
    clauses=("4.4", "5.8.4", "5.8.8"),
    matters=("adoption",),
    fields=(
        Field("rationale", "why the gap analysis allows to go on with the version (clause 4.4)", shortest=10),
    ),
    signatures=(
        SignatureRule(("quality",), "gap analysis accepted"),
        SignatureRule(("release_authority",), "adopted as released before", last=True),
    ),
    versioned=True,
)
