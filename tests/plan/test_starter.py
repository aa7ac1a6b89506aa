"""The plan that init writes loads as it stands."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clausework.core.places import FindingsInInput
from clausework.plan.effective import stages_for_class
from clausework.plan.model import software_item_of
from clausework.plan.risk_matrix import RiskMatrix
from clausework.plan.starter import starter_plan
from clausework.standards import SAFETY_CLASSES, SafetyClass, UnknownSafetyClass

from .examples import plan_of

NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)


def starter(device: str = "Infusor", software_item: str = "controller", **changed: str) -> str:
    """Return a starter plan with some values."""
    people = {"quality": "q@example.com", "release_authority": "r@example.com", "manufacturer": "Example"}
    people |= changed
    return starter_plan(
        device,
        software_item,
        ["src/**", "**/*.c"],
        manufacturer=people["manufacturer"],
        quality=people["quality"],
        release_authority=people["release_authority"],
    )


@pytest.mark.parametrize("safety_class", SAFETY_CLASSES)
def test_it_loads_for_each_class(safety_class: SafetyClass) -> None:
    """A starter plan passes for each class, changes no default, and keeps production behind a release."""
    text = starter_plan(
        "Infusor",
        "controller",
        ["src/**"],
        manufacturer="Example",
        quality="q@example.com",
        release_authority="r@example.com",
        safety_class=safety_class,
        command="make all",
        outputs=["dist/*"],
        locks=["requirements.txt"],
    )
    plan = plan_of(text)
    build = software_item_of(plan, "controller").build
    assert build is not None
    assert (build.command, build.outputs, build.locks) == ("make all", ("dist/*",), ("requirements.txt",))
    assert plan.environments["production"].release == "required"
    stages = stages_for_class(plan, safety_class)
    assert not any(check.changed for stage in stages for check in stage.checks)


def test_an_unknown_class_is_refused() -> None:
    """A class that does not exist is refused before anything is written."""
    with pytest.raises(UnknownSafetyClass):
        starter_plan(
            "D", "x", ["**"], manufacturer="M", quality="q@e.f", release_authority="r@e.f", safety_class="D"
        )


def test_without_a_command_no_build_is_told() -> None:
    """A repository whose build is not known gets a plan without one."""
    assert software_item_of(plan_of(starter()), "controller").build is None


@settings(deadline=None)
@given(NAMES, NAMES)
def test_any_names_stand_in_it_as_they_are(device: str, manufacturer: str) -> None:
    """Whatever the product is called, quotes and line breaks included, the plan says just that."""
    plan = plan_of(starter(device, manufacturer=manufacturer))
    assert (plan.device.name, plan.device.manufacturer) == (device, manufacturer)


@pytest.mark.parametrize(
    ("device", "software_item", "quality"),
    [
        ("", "controller", "q@example.com"),
        ("D", "con troller", "q@example.com"),
        ("D", "controller", "nobody"),
    ],
)
def test_what_cannot_stand_in_a_plan_is_refused(device: str, software_item: str, quality: str) -> None:
    """A starter plan that would not load is not written."""
    with pytest.raises(FindingsInInput):
        starter(device, software_item, quality=quality)


def test_the_starter_plan_shows_the_criteria_of_risk() -> None:
    """Whoever approves the plan sees the matrix that risks are held against: the built-in one, written out."""
    text = starter()
    assert "catastrophic: [low, medium, high, high, high]" in text
    assert plan_of(text).risk_matrix == RiskMatrix()
