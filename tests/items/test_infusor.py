"""The example device's items are whole, and its tests are linked to them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from clausework.items.fields import verification_method
from clausework.items.lint import check_items
from clausework.items.model import Item, ItemType
from clausework.items.read import ItemSet
from clausework.items.sources import collect_planned, read_collected
from clausework.plan.load import load_plan
from clausework.plan.model import item_sources, safety_class_of, software_items

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "infusor"
MARKER = re.compile(r"@?pytest\.mark\.(verifies\w*)\(([^)]*)\)")


@pytest.fixture(scope="module")
def item_set() -> ItemSet:
    """Return the example's items, read as its plan says."""
    plan = load_plan((EXAMPLE / "clausework.yaml").read_bytes(), "clausework.yaml")
    assert safety_class_of(plan, "controller") == "C"
    collected = collect_planned(EXAMPLE, item_sources(plan))
    return read_collected(collected, [one.id for one in software_items(plan)])


def marked(level: str) -> set[tuple[str, str]]:
    """Return the roles and items that the markers of a level's tests name."""
    text = "".join(path.read_text() for path in (EXAMPLE / "tests" / level).glob("test_*.py"))
    return {
        (role, item)
        for role, arguments in MARKER.findall(text)
        for item in re.findall(r'"([^"]+)"', arguments)
    }


def of(item_set: ItemSet, kind: ItemType) -> list[Item]:
    """Return the items of a type."""
    return [item for item in item_set.items if item.type is kind]


def test_items_are_sound_and_complete(item_set: ItemSet) -> None:
    """The example's items make a baseline and lack nothing that class C asks."""
    assert item_set.sound()
    assert check_items(item_set, "C") == ()


def test_every_requirement_has_a_system_test(item_set: ItemSet) -> None:
    """Each software requirement that is verified by test is verified by a system test."""
    verified = {item for role, item in marked("system") if role == "verifies"}
    wanted = {
        item.id for item in of(item_set, ItemType.SOFTWARE_REQUIREMENT) if verification_method(item) == "test"
    }
    assert len(wanted) >= 20
    assert wanted <= verified


def test_every_control_is_verified_twice(item_set: ItemSet) -> None:
    """Each risk control has tests of its implementation and of its effectiveness."""
    found = marked("unit") | marked("integration") | marked("system")
    for control in of(item_set, ItemType.RISK_CONTROL_MEASURE):
        assert ("verifies_implementation", control.id) in found
        assert ("verifies_effectiveness", control.id) in found


def test_every_unit_and_part_is_tested(item_set: ItemSet) -> None:
    """Each software unit has unit tests, each architecture item with an interface integration tests."""
    units = {item.id for item in of(item_set, ItemType.SOFTWARE_UNIT)}
    parts = {item.id for item in of(item_set, ItemType.ARCHITECTURE_ITEM)} - {"ARCH-007"}
    assert units <= {item for _, item in marked("unit")}
    assert parts <= {item for _, item in marked("integration")}


def test_markers_name_items_that_exist(item_set: ItemSet) -> None:
    """No test of the example verifies what is no item."""
    known = {item.id for item in item_set.items}
    assert {item for level in ("unit", "integration", "system") for _, item in marked(level)} <= known


def test_open_anomaly_touches_no_risk_control(item_set: ItemSet) -> None:
    """The one open anomaly affects no requirement that realises a risk control."""
    (anomaly,) = [item for item in of(item_set, ItemType.ANOMALY) if item.says("status") == "open"]
    controls = of(item_set, ItemType.RISK_CONTROL_MEASURE)
    safety = {target for control in controls for target in (control.id, *control.targets("realised_by"))}
    assert not safety & set(anomaly.targets("affects"))


def test_fault_of_the_demo_fits_the_source() -> None:
    """The text that the demo replaces stands in the source exactly once."""
    fault = json.loads((EXAMPLE / "demo" / "faulty_occlusion.json").read_text())
    assert (EXAMPLE / fault["file"]).read_text().count(fault["find"]) == 1
