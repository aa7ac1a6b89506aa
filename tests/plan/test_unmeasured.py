"""Source files that a plan lets go unmeasured: never without a defence that somebody owns, and told when it changes."""

from __future__ import annotations

import pytest

from clausework.gates.plan_reviews import owed_reviews
from clausework.plan.differences import differences

from .examples import SMALL, findings_in, plan_of, told

QUALITY = "roles: {quality: {people: [q@example.com]}}\n"
BECAUSE = "because: {text: Generated, reference: VP-4, owner: quality, review: 2027-06-01}"


def _with(unmeasured: str) -> str:
    return SMALL.replace("paths: [src/**]", f"paths: [src/**], unmeasured: {{{unmeasured}}}") + QUALITY


def test_files_are_let_go_with_a_defence() -> None:
    """The patterns stand with the software item; a plan without them lets nothing go."""
    plan = plan_of(_with(f"paths: [src/generated/**], {BECAUSE}"))
    unmeasured = plan.software_systems[0].items[0].unmeasured
    assert unmeasured is not None
    assert unmeasured.paths == ("src/generated/**",)
    assert plan_of(SMALL).software_systems[0].items[0].unmeasured is None


@pytest.mark.parametrize(
    ("unmeasured", "said"),
    [
        ("paths: [src/alarm.c]", "because"),
        ("paths: [], " + BECAUSE, "paths"),
        ("paths: [../other/**], " + BECAUSE, "does not lead down from the plan's folder"),
        ("paths: [src/a.c], " + BECAUSE.replace("quality", "nobody"), "'nobody' is not a role of the plan"),
        ("paths: [src/a.c], " + BECAUSE.replace("06-01", "06-31"), "not a day of the calendar"),
    ],
)
def test_attack_a_file_is_let_go_without_a_defence(unmeasured: str, said: str) -> None:
    """Attack: a dark file is taken out of what is measured, and nobody has to answer for it. It is told, with line."""
    (found,) = findings_in(_with(unmeasured))
    assert said in found.message
    assert found.place.line == 3


def test_what_is_let_go_is_shown_as_a_difference_and_reviewed() -> None:
    """Whoever approves the plan reads which files; the defence's review is owed like any."""
    new = _with(f"paths: [src/alarm.c], {BECAUSE}")
    found = differences(plan_of(SMALL + QUALITY), plan_of(new))
    assert "software_systems.pump.items.controller.unmeasured.paths gains src/alarm.c" in found
    assert told(new) == []
    (owed,) = owed_reviews(plan_of(new))
    assert (owed.place, owed.owner) == ("software_systems.pump.items.controller.unmeasured", "quality")
