"""Significance: a person answers whether the change of a version is significant, and what its UDI becomes.

Clause 6.2.3; MDR Annex IX 4.10, Annex VI Part C 6.5; ISO 13485 clause 7.3.9. Each question of the set that the plan
names is answered in writing; a yes leads to regulatory review, and no answer is ever given by the program.
"""

from __future__ import annotations

from clausework.decisions.form import Field, Form, SignatureRule

DECISIONS = ("first_release", "not_significant", "significant")
UDI = ("new_di", "new_pi")

FORM = Form(
    name="significance",
    title="Significance of a change, and its UDI",
    clauses=("6.2.3", "MDR IX 4.10", "MDR Annex VI C 6.5"),
    matters=("significance",),
    fields=(
        Field(
            "answers", "an answer to each question of the set: 'C2 no: the algorithm is as it was'", "list"
        ),
        Field("decision", "what follows from them", "choice", DECISIONS),
        Field("rationale", "why it follows", shortest=10),
        Field(
            "udi", "a new device identifier (major), or a new production identifier (minor)", "choice", UDI
        ),
        Field("udi_reason", "why the device identifier is new, or stays", shortest=10),
        Field(
            "regulatory_review",
            "where a change is significant: who reviewed it, when, with what outcome",
            required=False,
            shortest=10,
        ),
    ),
    signatures=(SignatureRule(("quality", "regulatory_affairs"), "decided"),),
    versioned=True,
)
