"""Retire: test cases that the last release had and that are gone, for a reason that a second person signs (5.7.3).

It binds to exactly these cases, whose list is attached: one more that vanishes later is not among them. What is only
not repeated this time is left out by ``narrow``, and comes back with the next version. The report of a scan is retired
where another, under another name, took its place; what it found stays open.
"""

from __future__ import annotations

from clausework.decisions.form import Field, Form, SignatureRule

FORM = Form(
    name="retire",
    title="Retirement of test cases, or of a report",
    clauses=("5.6.6", "5.7.3", "6.3.1"),
    matters=("tests", "report"),
    fields=(
        Field("rationale", "why they are gone: renamed to what, or no longer of anything", shortest=15),
        Field("instead", "what verifies now what they verified, or which report covers it", shortest=5),
    ),
    signatures=(SignatureRule(("quality",), "retired", independent=True),),
)
