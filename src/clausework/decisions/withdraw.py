"""Withdraw: a released version is admitted nowhere any more; its records stay (clause 6.2.5; MDR Article 10(12)).

One person suffices, for what may harm is taken back at once.
"""

from __future__ import annotations

from clausework.decisions.form import Field, Form, SignatureRule

FORM = Form(
    name="withdraw",
    title="Withdrawal of a release",
    clauses=("6.2.5", "8.2.1", "5.8.8"),
    matters=("version",),
    fields=(
        Field("reason", "what is wrong with the version", shortest=10),
        Field("communication", "who is told, how, by whom (clause 6.2.5)", shortest=10),
    ),
    signatures=(SignatureRule(("quality", "release_authority"), "withdrawn"),),
    versioned=True,
)
