"""What a change touches is before whoever is to approve it (6.2.3, 7.4.1, 8.2.1)."""

from __future__ import annotations

from clausework.actions.decide import decide
from tests.actions.device import ITEMS, QUALITY, RELEASE, Device, person

CHANGE = (
    "- {id: CR-1, type: change_request, title: Alarm sooner, links: {affects: REQ-002}, fields: {status: open,"
    " source: a nurse, reason: it is late, affected_versions: all, safety_analysis: no cause is added,"
    " control_impact: RC-001 comes sooner, security: none of it changes, soup_delta: none of it changes,"
    " class_change: none of it changes, interfaces: none of it changes,"
    " verification: the system tests, regulatory: nothing to tell, communication: nobody}}\n"
)
WHY = {"rationale": "looked at in full today"}


def test_the_approval_of_a_change_says_what_it_touches(verified: Device) -> None:
    """Items, risk controls, tests and clauses are told as the approval is asked for, not only kept with it."""
    verified.write("quality/items.yaml", ITEMS + CHANGE)
    with verified.open() as workplace:
        decided = decide(workplace, "approve", "CR-1", WHY, person(workplace, RELEASE))
        attached = decided.decision.attached[0]
        assert workplace.ledger.read_blob(attached.sha256)
    attachment, touched, again = decided.impact
    assert attachment == f"impact attached: impact-CR-1.json, sha256:{attached.sha256}"
    assert "REQ-002" in touched
    assert "CR-1" not in touched.split()
    assert touched.endswith("risk controls: RC-001")
    assert again.startswith("6 tests to repeat; clauses to serve again: 5.5.5, 5.6.6, 5.7.3, ")


def test_another_decision_says_nothing_of_an_impact(verified: Device) -> None:
    """A plan that is approved is no change request, and has no such analysis."""
    with verified.open() as workplace:
        decided = decide(workplace, "approve", "plan", WHY, person(workplace, QUALITY))
    assert decided.impact == ()
