"""What a risk control reaches to among the items: nothing coarser hides that an anomaly may be in one (5.7.2)."""

from __future__ import annotations

import pytest

from clausework.gates.control_reach import reached_by_controls
from clausework.trace.item_fact import ItemFact


def _item(item_id: str, kind: str, **links: str) -> ItemFact:
    pairs = tuple((role, target) for role, targets in links.items() for target in targets.split())
    return ItemFact(item_id, kind, item_id, item_id, pairs, {})


ITEMS = (
    _item("NEED-1", "user_need"),
    _item("SYS-1", "system_requirement", derives_from="NEED-1"),
    _item("REQ-1", "software_requirement", derives_from="SYS-1", allocated_to="ARC-2"),
    _item("REQ-2", "software_requirement", derives_from="REQ-1"),
    _item("REQ-3", "software_requirement", allocated_to="ARC-3"),
    _item("ARC-1", "architecture_item", part_of="pump"),
    _item("ARC-2", "architecture_item", part_of="ARC-1", uses="SOUP-1"),
    _item("ARC-3", "architecture_item", part_of="ARC-1"),
    _item("UNIT-2", "software_unit", implements="REQ-2", part_of="ARC-4", uses="SOUP-2"),
    _item("UNIT-3", "software_unit", implements="REQ-3", part_of="ARC-3", uses="SOUP-3"),
    _item("ARC-4", "architecture_item"),
    *(_item(f"SOUP-{number}", "soup_item") for number in (1, 2, 3)),
    _item("RISK-1", "risk"),
    _item("RC-1", "risk_control_measure", realised_by="REQ-1", controls="RISK-1"),
    _item("TEST-2", "test_case", verifies="UNIT-2"),
    _item("TEST-3", "test_case", verifies="UNIT-3"),
    _item("ANOM-1", "anomaly", found_in="UNIT-2"),
)
REACHED = reached_by_controls(ITEMS)


@pytest.mark.parametrize(
    "item",
    [
        "RC-1",
        "RISK-1",
        "REQ-1",
        "REQ-2",
        "SYS-1",
        "NEED-1",
        "ARC-2",
        "ARC-1",
        "pump",
        "UNIT-2",
        "ARC-4",
        "SOUP-1",
        "SOUP-2",
        "TEST-2",
    ],
)
def test_attack_an_anomaly_is_linked_to_what_holds_a_control(item: str) -> None:
    """Attack: the link leads around the control, to its refinement, unit, SOUP or test, or to what it is part of."""
    assert item in REACHED


@pytest.mark.parametrize("item", ["REQ-3", "ARC-3", "UNIT-3", "SOUP-3", "TEST-3", "ANOM-1"])
def test_what_lies_beside_the_controls_is_not_reached(item: str) -> None:
    """The control: a requirement beside, its unit, design, SOUP and test leave a failure free to be tolerated."""
    assert item not in REACHED


def test_links_in_a_circle_end() -> None:
    """Attack: items that are part of each other keep the gate from ever answering."""
    circle = (
        _item("ARC-1", "architecture_item", part_of="ARC-2"),
        _item("ARC-2", "architecture_item", part_of="ARC-1"),
        _item("REQ-1", "software_requirement", derives_from="REQ-1", allocated_to="ARC-1"),
        _item("RC-1", "risk_control_measure", realised_by="REQ-1"),
    )
    assert reached_by_controls(circle) == {"ARC-1", "ARC-2", "REQ-1", "RC-1"}
