"""Looking up software items and people in a plan."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clausework.plan.model import (
    NotInPlan,
    Plan,
    arguments_of,
    independence_of,
    item_sources,
    role_holders,
    roles_of,
    safety_class_of,
    software_item_of,
    software_items,
    system_of,
)

from .examples import EVERYTHING, SMALL, plan_of

PLAN = plan_of(EVERYTHING)


def test_software_items_are_found_in_their_systems() -> None:
    """Each software item is found by its ID, with its system and the class that it has or inherits."""
    assert [item.id for item in software_items(PLAN)] == ["controller", "display", "phone"]
    assert software_item_of(PLAN, "display").segregation == "ARCH-007"
    assert system_of(PLAN, "phone").id == "app"
    assert [safety_class_of(PLAN, item.id) for item in software_items(PLAN)] == ["C", "A", "B"]


def test_an_unassigned_class_is_c() -> None:
    """Clause 4.3: software without an assigned class has class C."""
    assert safety_class_of(plan_of(SMALL.replace("safety_class: C, ", "")), "controller") == "C"


@pytest.mark.parametrize("look_up", [software_item_of, system_of, safety_class_of, role_holders])
def test_what_is_not_in_the_plan_is_refused(look_up: Callable[[Plan, str], object]) -> None:
    """An unknown name is refused with those that are known, never answered with a default."""
    with pytest.raises(NotInPlan) as caught:
        look_up(PLAN, "nothing")
    assert "controller" in caught.value.message or "quality" in caught.value.message
    assert caught.value.exit_code == 2


def test_people_are_known_by_address_whatever_its_capitals() -> None:
    """One person's roles are found by the address in any capitals."""
    assert role_holders(PLAN, "quality") == ("quality@example.com", "second@example.com")
    assert roles_of(PLAN, "SECOND@example.com") == ("quality", "tester")
    assert roles_of(PLAN, "nobody@example.com") == ()


def test_independence_is_told_as_a_list() -> None:
    """One name or several, what a role is independent of is a list of names."""
    assert independence_of(PLAN.roles["quality"]) == ()
    assert independence_of(PLAN.roles["tester"]) == ("author", "quality")
    assert independence_of(PLAN.roles["release_authority"]) == ("author",)


def test_folders_and_commands() -> None:
    """Item folders are told in order; a text is a command of the shell, a list runs as it stands."""
    assert tuple(one.path for one in item_sources(PLAN)) == ("quality/", "risk/")
    assert arguments_of("make all") == ("sh", "-ec", "make all")
    assert arguments_of(("make", "all")) == ("make", "all")
