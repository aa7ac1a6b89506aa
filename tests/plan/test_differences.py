"""Differences between plans are told in meaning."""

from __future__ import annotations

import pytest

from clausework.plan.differences import differences

from .examples import EVERYTHING, FULL, SMALL, plan_of


def told(old: str, new: str) -> tuple[str, ...]:
    """Return the differences between two plans' texts."""
    return differences(plan_of(old), plan_of(new))


@pytest.mark.parametrize("text", [SMALL, FULL, EVERYTHING], ids=["small", "full", "everything"])
def test_a_plan_does_not_differ_from_itself(text: str) -> None:
    """Equal plans have no differences."""
    assert told(text, text) == ()


@pytest.mark.parametrize(
    ("old", "new", "sentences"),
    [
        ("C: 90}", "C: 80}", ("unit: coverage.line for class C 90 → 80",)),
        (
            "line: {B: 80, C: 90}",
            "branch: 85",
            (
                "unit: coverage.branch for class C 80 → 85",
                "unit: coverage.branch for class B nothing → 85",
            ),
        ),
        ("class: B", "class: C", ("software_systems.pump.items.display.class B → C",)),
        ("name: Infusor", "name: Pump", ("device.name Infusor → Pump",)),
        (
            "[quality@example.com]",
            "[other@example.com]",
            ("roles.quality.people gains other@example.com and loses quality@example.com",),
        ),
        ("after: [build, unit]", "after: [build]", ("environments.development.after loses unit",)),
        ("automatic: true", "automatic: false", ("environments.staging.automatic true → false",)),
        ("drift: none", "drift: reported", ("environments.production.drift none → reported",)),
        ("years: 15", "years: 20", ("retention.released.years 15 → 20",)),
        ("days: 180", "days: 90", ("retention.unreleased.days 180 → 90",)),
        ("items: [quality/]", "items: [quality/, risk/]", ("items gains risk/",)),
        (
            "ARCH-007",
            "ARCH-8",
            ("software_systems.pump.items.display.segregation ARCH-007 → ARCH-8",),
        ),
        (
            "udi_di: ",
            "udi_pi: ",
            ("device.udi_di 04012345678901 → nothing", "device.udi_pi nothing → 04012345678901"),
        ),
        (
            "reference: VP-4.2",
            "reference: VP-5",
            (
                "unit: the defence of coverage '...' (VP-4.2, quality, review 2027-06-01) → "
                "'...' (VP-5, quality, review 2027-06-01)",
            ),
        ),
        (
            "[5.5.3, 5.5.5]",
            "[5.5.3]",
            ("unit: clauses for class B loses 5.5.5", "unit: clauses for class C loses 5.5.5"),
        ),
    ],
)
def test_each_change_is_told(old: str, new: str, sentences: tuple[str, ...]) -> None:
    """A change to the plan is told as what it was and what it is, and nothing else is told."""
    assert sorted(told(FULL, FULL.replace(old, new))) == sorted(sentences)


def test_a_check_taken_out_is_told() -> None:
    """A check that is no longer asked is told for each class in use, with its settings and the defence."""
    because = "because: {text: t, reference: r, owner: quality, review: 2027-06-01}"
    new = FULL.replace("stages: ", f"stages:\n  build: {{without: [rebuild], {because}}} ")
    assert told(FULL, new) == (
        "build: rebuild for class B asked → not asked",
        "build: rebuild.comparison for class B explained → nothing",
        "build: rebuild for class C asked → not asked",
        "build: rebuild.comparison for class C identical → nothing",
        "build: the defence of the stage nothing → 't' (r, quality, review 2027-06-01)",
    )


def test_a_stage_and_an_item_that_come_and_go() -> None:
    """New stages, software items and tasks are told when they come, and when they go."""
    new = EVERYTHING.replace("{id: phone, paths: [app/**]}", "{id: tablet, paths: [app/**]}").replace(
        "T-1", "T-2"
    )
    sentences = told(EVERYTHING, new)
    assert "software_systems.app.items.phone there → nothing" in sentences
    assert "software_systems.app.items.tablet nothing → there" in sentences
    assert "tasks.T-2.title nothing → Train the support team" in sentences
    stage = "stages: {bench: {clauses: [5.7.1], checks: {verified: {}}}}\n"
    assert told(SMALL, SMALL + stage) == (
        "bench: clauses for class C gains 5.7.1",
        "bench: verified for class C nothing → asked",
    )


def test_the_order_of_a_command_matters_and_that_of_people_does_not() -> None:
    """What runs in another order is another command; people and paths in another order are the same."""
    assert told(EVERYTHING, EVERYTHING.replace("[make, all]", "[all, make]")) == (
        "software_systems.pump.items.controller.build.command make all → all make",
    )
    assert told(EVERYTHING, EVERYTHING.replace("[author, quality]", "[quality, author]")) == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("      tests: {level: unit}\n", ""),
        ("    safety_class: C   ", "    # left out: "),
        ("{id: controller, ", "{id: controller, class: C, "),
        ("drift: none}", "drift: none, automatic: false}"),
        ("independent_of: author", "independent_of: [author]"),
        ("{B: 80, C: 90}", "{C: 90}"),
    ],
)
def test_what_means_the_same_is_no_difference(old: str, new: str) -> None:
    """An explicit default, or a list of one, is another way to write the same plan."""
    assert told(FULL, FULL.replace(old, new)) == ()
