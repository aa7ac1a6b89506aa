"""Unlock: an account that wrong passphrases locked may sign again before its time (21 CFR 11.300(d)).

Another person signs for it: the locked account itself signs nothing meanwhile.
"""

from __future__ import annotations

from clausework.decisions.form import Field, Form, SignatureRule

FORM = Form(
    name="unlock",
    title="Unlocking of an account",
    clauses=("21 CFR 11.300",),
    matters=("account",),
    fields=(Field("reason", "how it is known that the person themselves tried", shortest=10),),
    signatures=(SignatureRule(("quality", "release_authority"), "unlocked"),),
)
