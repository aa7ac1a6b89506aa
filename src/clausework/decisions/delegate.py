"""Delegate: the holder of a role lends it to another person for a time (21 CFR 11.10(g); ISO 13485 clause 5.5.1).

What was lent cannot be lent on, and it ends by itself, after a year at the latest. The holder signs for it, and another
person confirms it who is not the one that it is lent to. Independence asks of the borrower what it asks of the holder.
"""

from __future__ import annotations

from clausework.decisions.form import MATTER, Field, Form, Period, SignatureRule

FORM = Form(
    name="delegate",
    title="Delegation of a role",
    clauses=("21 CFR 11.10(g)", "13485 5.5.1"),
    matters=("role",),
    fields=(
        Field("to", "the e-mail address of the person who acts in the role meanwhile", shortest=3),
        Field("begins", "the day, or moment, from which it holds", "date"),
        Field("ends", "the day, or moment, at which it no longer holds", "date"),
        Field("reason", "why, such as leave or illness", shortest=5),
    ),
    signatures=(
        SignatureRule((MATTER,), "delegated"),
        SignatureRule(("quality", "release_authority"), "confirmed", independent=True, not_by=("*to",)),
    ),
    periods=(Period("begins", "ends", longest=366),),
)
