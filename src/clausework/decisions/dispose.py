"""Dispose: an open finding or vulnerability is judged, until a date (clauses 7.1.3, 9.2; EN IEC 81001-5-1 clause 9).

CVSS alone does not decide: exploitability and harm to the patient are both recorded. Statuses and justifications are
OpenVEX's; ``false_positive`` says that there is no such thing, ``accepted`` that the product is affected and may stay
so until the date. What is ``affected`` or ``under_investigation`` stays open. One decision may be of several findings
of a rule: Clausework writes down which, and each is bound by itself.
"""

from __future__ import annotations

from clausework.decisions.form import Field, Form, SignatureRule

CLOSING = frozenset({"not_affected", "fixed", "false_positive", "accepted"})
"""The statuses that close a finding; of the others it is known, and it is open."""

FINDINGS = "findings"
"""The field that names the findings of a decision on several: each by fingerprint, the digest it binds to, place."""

JUSTIFICATIONS = (
    "component_not_present",
    "vulnerable_code_not_present",
    "vulnerable_code_not_in_execute_path",
    "vulnerable_code_cannot_be_controlled_by_adversary",
    "inline_mitigations_already_exist",
)
"""OpenVEX's reasons why a product is not affected."""

FORM = Form(
    name="dispose",
    title="Disposition of a finding",
    clauses=("7.1.3", "9.2", "81001-5-1 9"),
    matters=("finding",),
    fields=(
        Field(
            "status",
            "what was found",
            "choice",
            ("not_affected", "fixed", "false_positive", "accepted", "affected", "under_investigation"),
        ),
        Field(
            "vex_justification",
            "why it is not affected, in OpenVEX's words",
            "choice",
            JUSTIFICATIONS,
            required=False,
        ),
        Field("justification", "why the status holds", shortest=10),
        Field("exploitability", "who could do what, in the device's own setting", shortest=10),
        Field("patient_harm", "what harm could follow", shortest=4),
        Field("expires", "the day on which it is open again", "date"),
        Field(
            FINDINGS,
            "the findings of one rule, each with what it is bound to",
            "list",
            required=False,
            by_hand=False,
        ),
    ),
    signatures=(SignatureRule(("quality",), "disposed", independent=True),),
    several=True,
)
