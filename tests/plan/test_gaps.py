"""Accepted gaps: each names one clause, a place where it is done, and a role that looks at it again."""

from __future__ import annotations

import pytest

from clausework.plan.differences import differences

from .examples import FULL, findings_in, plan_of, told

GAP = '  "{}": {{reason: Done by hand., where: DOC-1, owner: {}, review: {}}}\n'


def with_gap(citation: str, owner: str = "quality", review: str = "2027-06-01") -> str:
    """Return a plan that accepts one gap."""
    return FULL + "gaps:\n" + GAP.format(citation, owner, review)


@pytest.mark.parametrize("citation", ["5.3.1", "14971 4.1", "EN 62304 9.6", "MDR Art 83"])
def test_a_gap_is_accepted_at_one_clause(citation: str) -> None:
    """Any clause of any catalogue can be named as done elsewhere."""
    assert told(with_gap(citation)) == []
    assert plan_of(with_gap(citation)).gaps[citation].where == "DOC-1"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (with_gap("5.3"), "'5.3' is a section, and a gap is accepted clause by clause"),
        (with_gap("5"), "'5' is a section"),
        (with_gap("5.99"), "'5.99' is not a clause that is known here"),
        (with_gap("7.3.2"), "'7.3.2' is a number that its standard does not use"),
        (with_gap("5.3.1", owner="nobody"), "the owner 'nobody' is not a role of the plan"),
        (with_gap("5.3.1", review="2027-02-30"), "'2027-02-30' is not a day of the calendar"),
        (with_gap("5.3.1", review="soon"), "should be a date"),
        (
            with_gap("5.3.1") + GAP.format("EN 62304 5.3.1", "quality", "2027-06-01"),
            "that '5.3.1' names already",
        ),
        (FULL + 'gaps: {"5.3.1": {reason: x, owner: quality, review: 2027-06-01}}\n', "'where' is missing"),
        (FULL + 'gaps: {"5.3.1": {reason: "", where: x, owner: quality, review: 2027-06-01}}\n', "not empty"),
    ],
    ids=[
        "section",
        "chapter",
        "unknown",
        "unused",
        "owner",
        "no day",
        "not a day",
        "twice",
        "nowhere",
        "no reason",
    ],
)
def test_a_gap_that_says_too_little_or_too_much_is_refused(text: str, says: str) -> None:
    """ATTACK blanket acceptance: no chapter, no unknown clause, no gap without place, owner or day."""
    (finding,) = findings_in(text)
    assert says in str(finding)
    assert finding.place.line > FULL.count("\n")


def test_accepting_a_gap_is_a_difference_of_the_plan() -> None:
    """Whoever approves a plan is shown which gaps it accepts that the one before did not."""
    shown = differences(plan_of(FULL), plan_of(with_gap("5.3.1")))
    assert "gaps.5.3.1.where nothing → DOC-1" in shown
    assert "gaps.5.3.1.review nothing → 2027-06-01" in shown
