"""Drop: a decision that was written down and waits for signatures is given up; nobody can sign it any more (8.2.4).

It stays in the log. What has effect is not dropped: it is withdrawn, superseded or decided anew by its own form.
"""

from __future__ import annotations

from clausework.decisions.form import Field, Form, SignatureRule

FORM = Form(
    name="drop",
    title="Dropping of a decision that waits",
    clauses=("8.2.4", "13485 4.2.5"),
    matters=("decision",),
    fields=(Field("reason", "why it is given up, and what takes its place", shortest=10),),
    signatures=(SignatureRule(("quality", "release_authority"), "dropped"),),
)
