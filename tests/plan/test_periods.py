"""The longest periods of a plan: bounded by default, longer with a defence alone (clauses 5.1.6, 5.8.1)."""

from __future__ import annotations

import pytest

from clausework.plan.differences import differences
from clausework.plan.periods import DEFAULTS, longest_days

from .examples import SMALL, findings_in, plan_of, told

QUALITY = "roles: {quality: {people: [q@example.com]}}\n"
BECAUSE = "because: {text: t, reference: r, owner: quality, review: 2027-06-01}"


def _with(longest: str) -> str:
    return SMALL + QUALITY + f"longest: {{{longest}}}\n"


def test_the_graver_the_class_the_shorter() -> None:
    """A plan that says nothing allows what the defaults do."""
    assert all(by["A"] > by["B"] > by["C"] for by in DEFAULTS.values())
    assert longest_days(plan_of(SMALL).longest, "deviation", "C") == 90


def test_a_period_is_of_every_class_or_of_those_named() -> None:
    """A class that a period does not name keeps its default."""
    longest = plan_of(_with(f"deviation: {{B: 30}}, disposition: 10, {BECAUSE}")).longest
    assert [longest_days(longest, "deviation", one) for one in ("A", "B", "C")] == [365, 30, 90]
    assert longest_days(longest, "disposition", "A") == 10


def test_attack_a_longer_period_without_a_defence() -> None:
    """ATTACK a plan quietly lets deviations stand for two years; a defence settles it, a shorter one needs none."""
    (found,) = findings_in(_with("deviation: 700"))
    assert (found.rule, found.place.line) == ("no-defence", 5)
    assert "is 700 days, the default 90" in found.message
    assert told(_with(f"deviation: 700, {BECAUSE}")) == []
    assert told(_with("deviation: 30")) == []


@pytest.mark.parametrize(
    "longest", ["deviation: 731", "deviation: 0", "deviation: {D: 3}", "waiver: 3", "deviation: x"]
)
def test_what_is_no_period_is_refused(longest: str) -> None:
    """Past two years nothing is set aside, by any defence."""
    assert told(_with(f"{longest}, {BECAUSE}"))


def test_a_defence_that_nobody_would_review() -> None:
    """Its owner is a role of the plan, and its review a day."""
    bad = "because: {text: t, reference: r, owner: nobody, review: 2027-02-30}"
    assert [one.rule for one in findings_in(_with(f"deviation: 700, {bad}"))] == ["role", "value"]


def test_the_difference_is_told_in_meaning() -> None:
    """Who approves the next plan sees that deviations may stand for longer."""
    said = differences(plan_of(_with("deviation: 60")), plan_of(_with(f"deviation: 700, {BECAUSE}")))
    assert any("deviation" in one and "60" in one and "700" in one for one in said)
