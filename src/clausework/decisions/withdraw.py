"""Withdraw: a released version, or a derived artefact alone, is admitted nowhere any more (6.2.5; MDR Article 10(12)).

Its records stay.
One person suffices, for what may harm is taken back at once.
"""

from __future__ import annotations

from clausework.decisions.form import Field, Form, SignatureRule

FORM = Form(
    name="withdraw",
    title="Withdrawal of a release or of a derived artefact",
    clauses=("6.2.5", "8.2.1", "5.8.8"),
    matters=("version", "derivation"),
    fields=(
        Field("reason", "what is wrong with it", shortest=10),
        Field("communication", "who is told, how, by whom (clause 6.2.5)", shortest=10),
    ),
    signatures=(SignatureRule(("quality", "release_authority"), "withdrawn"),),
    versioned=True,
    unversioned=("derivation",),
)
