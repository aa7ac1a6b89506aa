"""Whose signatures a candidate needs: the strictest of its software items, by its own plan (5.8.8)."""

import pytest

from clausework.plan.load import load_plan
from clausework.plan.model import NotInPlan, Plan
from clausework.trace.release_signatures import signature_rules
from tests.tracing.people import PLAN


def _plan(safety_class: str, authority: bytes = b"") -> Plan:
    plan = PLAN.replace(b"safety_class: B", b"safety_class: " + safety_class.encode())
    return load_plan(plan.replace(b", independent_of: author", authority), "clausework.yaml")


@pytest.mark.parametrize(
    ("safety_class", "count", "independent"), [("A", 1, False), ("B", 2, False), ("C", 2, True)]
)
def test_class_says_how_many_sign(safety_class: str, count: int, *, independent: bool) -> None:
    """One signature for class A, two for B and C, and for C the authority is no author of the code."""
    rules = signature_rules(_plan(safety_class), ["controller"])
    assert (len(rules), rules[0].independent) == (count, independent)


def test_role_that_the_plan_keeps_from_the_author_is_kept_from_them() -> None:
    """Attack: the plan says that the authority is independent of the author; for class B the author signs as it."""
    rules = signature_rules(_plan("B", b", independent_of: author"), ["controller"])
    assert rules[0].independent
    assert not rules[1].independent


def test_strictest_software_item_counts() -> None:
    """A candidate of a class A and a class C item needs what class C needs."""
    plan = load_plan(
        PLAN.replace(
            b'items: [{id: controller, paths: ["src/**"]}]',
            b'items: [{id: controller, class: C, paths: ["src/**"]},'
            b' {id: log, class: A, paths: ["log/**"], segregation: ARCH-1}]',
        ).replace(b"safety_class: B", b"safety_class: C"),
        "clausework.yaml",
    )
    assert len(signature_rules(plan, ["log"])) == 1
    assert signature_rules(plan, ["log", "controller"]) == signature_rules(plan, ["controller"])


def test_software_item_that_the_plan_does_not_have_is_refused() -> None:
    """Nothing is signed for what the plan does not know."""
    with pytest.raises(NotInPlan):
        signature_rules(_plan("C"), ["elsewhere"])


def test_reviewer_of_class_c_does_not_release() -> None:
    """Author, reviewer and releaser are three people for class C; for class B the plan may ask it."""
    of_c = signature_rules(_plan("C"), ["controller"], reviewers=["release@example.com"])
    assert of_c[0].not_by == ("release@example.com",)
    of_b = signature_rules(_plan("B"), ["controller"], reviewers=["release@example.com"])
    assert of_b[0].not_by == ()


def test_plan_keeps_a_role_independent_of_another() -> None:
    """Attack: one person signs as quality what the release rests on, and then as the release authority."""
    plan = _plan("B", b", independent_of: quality")
    rules = signature_rules(plan, ["controller"], signed_as={"quality": ["both@example.com"]})
    assert rules[0].not_by == ("both@example.com",)
    assert rules[1].not_by == ()
