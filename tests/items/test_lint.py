"""Each lint rule refuses the smallest set that lacks what it asks, and passes the set that has it."""

from __future__ import annotations

import inspect
import re

import pytest

from clausework.core.places import Finding
from clausework.items import lint
from clausework.items.lint import RULES, check_items
from clausework.items.model import FieldValue, Item, ItemType
from clausework.items.read import ItemSet
from clausework.items.soundness import errors_in
from clausework.standards import SafetyClass, classes_of

from .making import item

T = ItemType
RISK = {"severity": "critical", "probability": "remote", "level": "high", "residual_level": "low"}
PROTOCOL = {"level": "system", "steps": "Open the door | The motor stands"}
CRITERIA: dict[str, FieldValue] = {"acceptance_criteria": "boundaries and faults"}
WHOLE: tuple[Item, ...] = (
    item("SYS-1", T.SYSTEM_REQUIREMENT),
    item("REQ-1", links={"derives_from": "SYS-1", "allocated_to": "ARCH-1"}),
    item("ARCH-1", T.ARCHITECTURE_ITEM, links={"uses": "SOUP-1"}),
    item("UNIT-1", T.SOFTWARE_UNIT, links={"part_of": "ARCH-1"}, fields=CRITERIA),
    item("SOUP-1", T.SOUP_ITEM, fields={"version": "1", "requirements": "adds", "host": "Linux"}),
    item("HAZ-1", T.HAZARD, links={"leads_to": "SIT-1"}),
    item("SIT-1", T.HAZARDOUS_SITUATION, links={"arises_in": "ARCH-1"}),
    item("RISK-1", T.RISK, links={"estimates": "SIT-1"}, fields={**RISK}),
    item(
        "CTRL-1",
        T.RISK_CONTROL_MEASURE,
        links={"controls": "RISK-1", "realised_by": "REQ-1"},
        fields={"control_type": "protective_measure"},
    ),
    item("TC-1", T.TEST_CASE, links={"verifies": "REQ-1"}),
    item("CR-1", T.CHANGE_REQUEST, links={"affects": "REQ-1"}, fields={"status": "open"}),
)


def found(items: tuple[Item, ...], safety_class: SafetyClass = "C") -> tuple[Finding, ...]:
    """Return what lint says."""
    assert errors_in(items) == ()
    return check_items(ItemSet(items, ()), safety_class)


def with_changed(changed: Item) -> tuple[Item, ...]:
    """Return the whole with one item in place of that of the same ID."""
    return tuple(changed if one.id == changed.id else one for one in WHOLE)


def without(*ids: str) -> tuple[Item, ...]:
    """Return the whole without some items."""
    return tuple(one for one in WHOLE if one.id not in ids)


@pytest.mark.parametrize("safety_class", ["A", "B", "C"])
def test_whole_set_passes(safety_class: SafetyClass) -> None:
    """A set that has all that is asked has no finding in any class."""
    assert found(WHOLE, safety_class) == ()


LACKING: dict[str, tuple[tuple[Item, ...], str]] = {
    "L1-orphan-requirement": ((*WHOLE, item("REQ-2", links={"allocated_to": "ARCH-1"})), "ABC"),
    "L4-test-without-requirement": ((*WHOLE, item("TC-2", T.TEST_CASE)), "ABC"),
    "validation-level": (
        (
            *WHOLE,
            item("NEED-1", T.USER_NEED),
            item("TP-1", T.TEST_PROTOCOL, links={"validates": "NEED-1"}, fields={**PROTOCOL}),
        ),
        "ABC",
    ),
    "change-without-scope": ((*WHOLE, item("CR-2", T.CHANGE_REQUEST, fields={"status": "open"})), "ABC"),
    "unallocated-requirement": ((*WHOLE, item("REQ-2", links={"derives_from": "SYS-1"})), "BC"),
    "situation-without-cause": (without("HAZ-1"), "BC"),
    "situation-without-item": (with_changed(item("SIT-1", T.HAZARDOUS_SITUATION)), "BC"),
    "situation-without-risk": (
        (
            *without("CTRL-1", "RISK-1"),
            item(
                "CTRL-1",
                T.RISK_CONTROL_MEASURE,
                links={"controls": "SIT-1", "realised_by": "REQ-1"},
                fields={"control_type": "inherent_safety"},
            ),
        ),
        "BC",
    ),
    "L7-uncontrolled-situation": (without("CTRL-1"), "BC"),
    "control-without-requirement": (
        with_changed(
            item(
                "CTRL-1",
                T.RISK_CONTROL_MEASURE,
                links={"controls": "RISK-1"},
                fields={"control_type": "protective_measure"},
            )
        ),
        "BC",
    ),
    "control-without-risk": (
        (
            *WHOLE,
            item(
                "CTRL-2",
                T.RISK_CONTROL_MEASURE,
                fields={"control_type": "information_for_safety", "implemented_in": "labelling"},
            ),
        ),
        "BC",
    ),
    "L10-soup-requirements": (
        with_changed(
            item("SOUP-1", T.SOUP_ITEM, fields={"version": "1", "requirements": " ", "host": "Linux"})
        ),
        "BC",
    ),
    "L10-soup-host": (
        with_changed(item("SOUP-1", T.SOUP_ITEM, fields={"version": "1", "requirements": "adds"})),
        "BC",
    ),
    "unused-soup": (with_changed(item("ARCH-1", T.ARCHITECTURE_ITEM)), "BC"),
    "L9-unit-without-design": (
        with_changed(item("UNIT-1", T.SOFTWARE_UNIT, links={"implements": "REQ-1"}, fields=CRITERIA)),
        "C",
    ),
    "L9-unit-without-criteria": (
        with_changed(item("UNIT-1", T.SOFTWARE_UNIT, links={"part_of": "ARCH-1"})),
        "C",
    ),
}


@pytest.mark.parametrize("rule", LACKING)
@pytest.mark.parametrize("safety_class", ["A", "B", "C"])
def test_lacking(rule: str, safety_class: SafetyClass) -> None:
    """What is lacking is told once, in the classes that ask for it alone, with clause and next step."""
    items, classes = LACKING[rule]
    findings = found(items, safety_class)
    assert [finding.rule for finding in findings] == ([rule] if safety_class in classes else [])
    for finding in findings:
        assert finding.hint
        assert any(safety_class in classes_of(number) for number in finding.clauses)


def test_every_rule_is_challenged() -> None:
    """No rule function stands in the list without the items that it refuses."""
    names = set(re.findall(r'_finding\(\s*"([^"]+)"', inspect.getsource(lint)))
    assert names == {*LACKING, "L13-lowered-class", "L14-control-class"}
    assert sum(map(len, RULES.values())) == 13


def test_requirement_from_a_control_or_a_standard_is_no_orphan() -> None:
    """A requirement may come from a risk control, or from a source that it names."""
    links = {"allocated_to": "ARCH-1"}
    assert found(with_changed(item("REQ-1", links=links))) == ()
    assert found((*WHOLE, item("REQ-2", links=links, fields={"source": "IEC 60601-1-8 6.3"}))) == ()


def test_control_outside_software_needs_no_requirement() -> None:
    """A control in hardware is no software requirement."""
    fields = {"control_type": "protective_measure", "implemented_in": "hardware"}
    control = item("CTRL-1", T.RISK_CONTROL_MEASURE, links={"controls": "RISK-1"}, fields={**fields})
    assert found(with_changed(control)) == ()


@pytest.mark.parametrize("where", ["SIT-1", "RISK-1"])
def test_considered_options_stand_for_a_control(where: str) -> None:
    """A situation without control passes when it, or its risk, says which control options were considered."""
    said = {"control_options_considered": "An interlock would delay therapy; none taken."}
    kept = {one.id: one for one in WHOLE}
    base = kept[where]
    changed = item(
        where,
        base.type,
        links={link.role: link.target for link in base.links},
        fields={**base.fields, **said},
    )
    assert found(tuple(one for one in with_changed(changed) if one.id != "CTRL-1")) == ()


def test_lowered_class_needs_segregation() -> None:
    """L13: a part of lower class than its whole is a finding until it says how it is segregated."""
    part = item("ARCH-2", T.ARCHITECTURE_ITEM, links={"part_of": "ARCH-1"}, fields={"safety_class": "B"})
    kept = item("ARCH-2", T.ARCHITECTURE_ITEM, fields={"safety_class": "B", "segregation": "own processor"})
    assert [one.rule for one in found((*WHOLE, part))] == ["L13-lowered-class"]
    assert found((*WHOLE, part), "B") == ()
    assert found((*WHOLE, kept)) == ()


def test_control_below_the_class_of_its_risk() -> None:
    """L14: a control of a class C situation is not realised in a class B part."""
    lowered = item(
        "ARCH-1",
        T.ARCHITECTURE_ITEM,
        links={"uses": "SOUP-1"},
        fields={"safety_class": "B", "segregation": "own processor"},
    )
    fatal = item("SIT-1", T.HAZARDOUS_SITUATION, links={"arises_in": "ARCH-1"}, fields={"safety_class": "C"})
    assert found(with_changed(lowered)) == ()
    (finding,) = found(tuple(lowered if one.id == lowered.id else one for one in with_changed(fatal)))
    assert (finding.rule, finding.clauses) == ("L14-control-class", ("4.3", "7.2.2"))
    assert "CTRL-1" in finding.message
    assert [one.rule for one in found(with_changed(fatal), "B")] == ["L14-control-class"]


def test_lint_ends_on_a_cycle() -> None:
    """Items that hold a cycle are linted to the end, though they are no baseline."""
    ring = tuple(
        item(f"ARCH-{n}", T.ARCHITECTURE_ITEM, links={"part_of": f"ARCH-{(n + 1) % 3}"}) for n in range(3)
    )
    assert check_items(ItemSet(ring, ()), "C") == ()


BESIDE: tuple[Item, ...] = (
    *WHOLE,
    item("ARCH-2", T.ARCHITECTURE_ITEM),
    item("REQ-2", links={"derives_from": "SYS-1", "allocated_to": "ARCH-2"}),
    item("UNIT-2", T.SOFTWARE_UNIT, links={"part_of": "ARCH-2"}),
)
"""The whole set, and a second part of which a unit says no acceptance criteria."""


def test_an_item_is_judged_by_the_class_of_its_software_item() -> None:
    """A unit of a class B part is not asked for what 5.5.4 asks of class C; one of no known part is."""
    assert [one.rule for one in found(BESIDE)] == ["L9-unit-without-criteria"]
    items = ItemSet(BESIDE, ())
    assert check_items(items, "C", {"UNIT-2": "B", "ARCH-2": "B", "REQ-2": "B"}) == ()
    assert [one.rule for one in check_items(items, "C", {"UNIT-1": "B"})] == ["L9-unit-without-criteria"]


def test_attack_a_control_in_a_part_of_a_lower_class() -> None:
    """ATTACK the plan gives a part class B, its control a situation of class C: the part's own class counts."""
    graver = with_changed(
        item("SIT-1", T.HAZARDOUS_SITUATION, links={"arises_in": "ARCH-1"}, fields={"safety_class": "C"})
    )
    assert check_items(ItemSet(graver, ()), "C") == ()
    (told,) = check_items(ItemSet(graver, ()), "C", {"ARCH-1": "B", "REQ-1": "B"})
    assert told.rule == "L14-control-class"


def test_a_class_below_that_of_the_software_item_needs_segregation() -> None:
    """A part of class A is below its software item of class B, although the plan's gravest class is C."""
    lower = with_changed(
        item("ARCH-1", T.ARCHITECTURE_ITEM, links={"uses": "SOUP-1"}, fields={"safety_class": "B"})
    )
    assert [one.rule for one in check_items(ItemSet(lower, ()), "C")] == ["L13-lowered-class"]
    assert check_items(ItemSet(lower, ()), "C", {"ARCH-1": "B"}) == ()
