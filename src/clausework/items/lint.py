"""Whether sound items are complete for a safety class. Each rule is a function; ``RULES`` lists them.

The rules' numbers (``L1`` ...) are those of the item lint in the documentation. Evidence is no matter of this
lint: whether a requirement was tested is for the matrix and the gates to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from clausework.core.places import Finding
from clausework.items.index import ItemIndex, index_of
from clausework.items.model import Item, ItemType
from clausework.items.read import ItemSet
from clausework.standards import SafetyClass

Rule = Callable[[ItemIndex], Iterator[Finding]]


def check_items(
    item_set: ItemSet, safety_class: SafetyClass, classes: Mapping[str, SafetyClass] | None = None
) -> tuple[Finding, ...]:
    """Return what the items lack in a software system of ``safety_class``, in the order of their places.

    ``classes`` are those of the software items that items are allocated to: each is judged by its own, an item of
    which no allocation is known by the system's. Errors that keep the items from being a baseline are in
    ``item_set.findings`` and not told again.
    """
    index = index_of(item_set.items, safety_class, classes)
    findings = [
        finding for asked, rules in RULES.items() for rule in rules for finding in rule(index.asked_in(asked))
    ]
    return tuple(sorted(findings, key=lambda finding: (finding.place, finding.rule, finding.message)))


def orphan_requirements(index: ItemIndex) -> Iterator[Finding]:
    """L1: each software requirement comes from a requirement, a risk control, or a source that it names."""
    for item in index.of(ItemType.SOFTWARE_REQUIREMENT):
        controls = index.linking_to(item, "realised_by")
        if not item.targets("derives_from") and not controls and not item.says("source"):
            hint = "Add links: {derives_from: ...}, or name the standard or document in the field 'source'."
            yield _finding(
                "L1-orphan-requirement", f"{item.id} derives from nothing", item, hint, "5.1.1", "5.2.1"
            )


def test_cases_without_requirement(index: ItemIndex) -> Iterator[Finding]:
    """L4: a test case verifies something."""
    for item in index.of(ItemType.TEST_CASE):
        if not any(link.role == "validates" or link.role.startswith("verifies") for link in item.links):
            hint = "Add links: {verifies: REQ-...}, or verifies_implementation / verifies_effectiveness."
            yield _finding("L4-test-without-requirement", f"{item.id} verifies nothing", item, hint, "5.7.4")


def protocols_without_target(index: ItemIndex) -> Iterator[Finding]:
    """L4: a protocol verifies something; one at level validation validates a user need, and only such a one does."""
    for item in index.of(ItemType.TEST_PROTOCOL):
        validates = bool(item.targets("validates"))
        if item.says("level") == "validation" and not validates:
            hint = "Add links: {validates: NEED-...}."
            yield _finding(
                "L4-test-without-requirement", f"{item.id} validates nothing", item, hint, "13485 7.3.7"
            )
        elif item.says("level") != "validation" and validates:
            hint = "Give it the level 'validation', or let it verify requirements."
            message = f"{item.id} validates a user need at level '{item.says('level')}'"
            yield _finding("validation-level", message, item, hint, "13485 7.3.7")
        elif not validates and not any(link.role.startswith("verifies") for link in item.links):
            hint = "Add links: {verifies: REQ-...}, or verifies_implementation / verifies_effectiveness."
            yield _finding("L4-test-without-requirement", f"{item.id} verifies nothing", item, hint, "5.7.4")


def changes_without_affected_items(index: ItemIndex) -> Iterator[Finding]:
    """Ask each change request what it affects: the impact on risk controls is worked out from that."""
    for item in index.of(ItemType.CHANGE_REQUEST):
        if not item.targets("affects") and item.says("status") != "rejected":
            hint = "Add links: {affects: [...]} with the items or the software item that it changes."
            yield _finding("change-without-scope", f"{item.id} affects nothing", item, hint, "6.2.3", "7.4.1")


def unallocated_requirements(index: ItemIndex) -> Iterator[Finding]:
    """Ask for each software requirement's place in the architecture, or a unit that implements it."""
    for item in index.of(ItemType.SOFTWARE_REQUIREMENT):
        if not item.targets("allocated_to") and not index.linking_to(item, "implements"):
            hint = "Add links: {allocated_to: ARCH-...}, or let a software unit implement it."
            yield _finding(
                "unallocated-requirement", f"{item.id} is allocated to nothing", item, hint, "5.3.1"
            )


def situations_without_chain(index: ItemIndex) -> Iterator[Finding]:
    """Ask for each situation's hazard, the software in which it arises, and an estimated risk."""
    for item in index.of(ItemType.HAZARDOUS_SITUATION):
        if not index.linking_to(item, "leads_to", "causes"):
            hint = "Let a hazard or cause link to it by 'leads_to' or 'causes'."
            yield _finding(
                "situation-without-cause", f"{item.id} has no hazard or cause", item, hint, "7.1.2", "7.1.4"
            )
        if not item.targets("arises_in"):
            hint = "Add links: {arises_in: ARCH-...}."
            yield _finding(
                "situation-without-item", f"{item.id} arises in no item", item, hint, "7.1.1", "7.3.3"
            )
        if not index.linking_to(item, "estimates"):
            hint = "Let a risk link to it by 'estimates'."
            yield _finding(
                "situation-without-risk", f"{item.id} has no risk estimated for it", item, hint, "4.2"
            )


def situations_without_control(index: ItemIndex) -> Iterator[Finding]:
    """L7: each situation, or its risk, is controlled, or says which control options were considered."""
    for item in index.of(ItemType.HAZARDOUS_SITUATION):
        risks = index.linking_to(item, "estimates")
        told = ("control_options", "control_options_considered")
        considered = any(one.says(name) for one in (item, *risks) for name in told)
        if not considered and not any(index.linking_to(one, "controls") for one in (item, *risks)):
            hint = "Let a risk control measure link to it by 'controls'; or say in the field "
            hint += "'control_options' which were weighed and why none is taken."
            yield _finding("L7-uncontrolled-situation", f"{item.id} has no control", item, hint, "7.2.1")


def controls_without_requirement(index: ItemIndex) -> Iterator[Finding]:
    """Ask for each control what it controls, and for one in software its requirement."""
    for item in index.of(ItemType.RISK_CONTROL_MEASURE):
        in_software = (item.says("implemented_in") or "software") == "software"
        if in_software and not item.targets("realised_by"):
            hint = "Add links: {realised_by: REQ-...}; or say in 'implemented_in' that it is not in software."
            yield _finding(
                "control-without-requirement", f"{item.id} is no requirement", item, hint, "5.2.3", "7.2.2"
            )
        if not item.targets("controls"):
            hint = "Add links: {controls: RISK-...}."
            yield _finding(
                "control-without-risk", f"{item.id} controls nothing", item, hint, "7.2.1", "7.3.3"
            )


def unspecified_soup(index: ItemIndex) -> Iterator[Finding]:
    """L10: SOUP says what is required of it, what it needs of its host, and is used by something."""
    for item in index.of(ItemType.SOUP_ITEM):
        if not item.says("requirements"):
            hint = "Say in 'requirements' which function and performance the device needs of it."
            yield _finding(
                "L10-soup-requirements", f"{item.id} has no required function", item, hint, "5.3.3"
            )
        if not item.says("host"):
            hint = "Say in 'host' which hardware and software it needs."
            yield _finding("L10-soup-host", f"{item.id} does not say what it needs", item, hint, "5.3.4")
        if not index.linking_to(item, "uses"):
            hint = "Let the architecture item or unit that uses it link to it by 'uses'."
            yield _finding("unused-soup", f"{item.id} is used by nothing", item, hint, "5.3.3", "8.1.2")


def units_without_design(index: ItemIndex) -> Iterator[Finding]:
    """L9: a unit is part of the architecture."""
    for item in index.of(ItemType.SOFTWARE_UNIT):
        parents = [index.get(target) for target in (*item.targets("part_of"), *item.targets("implements"))]
        if not any(parent and parent.type is ItemType.ARCHITECTURE_ITEM for parent in parents):
            hint = "Add links: {part_of: ARCH-...}."
            yield _finding(
                "L9-unit-without-design",
                f"{item.id} is part of no architecture",
                item,
                hint,
                "5.4.1",
                "5.4.2",
            )


def units_without_criteria(index: ItemIndex) -> Iterator[Finding]:
    """L9: a unit of class C says which of the additional acceptance criteria of 5.5.4 were set for it."""
    for item in index.of(ItemType.SOFTWARE_UNIT):
        if not item.says("acceptance_criteria"):
            hint = "Say in 'acceptance_criteria' which points of 5.5.4 apply, and why the others do not: sequence of "
            hint += "events, data and control flow, resources, faults, initial state, diagnostics, memory, boundaries."
            message = f"{item.id} has no acceptance criteria"
            yield _finding("L9-unit-without-criteria", message, item, hint, "5.5.3", "5.5.4")


def lowered_classes(index: ItemIndex) -> Iterator[Finding]:
    """L13: a part whose class is below its whole's says how it is segregated."""
    for item in index.of(ItemType.ARCHITECTURE_ITEM):
        own, whole = index.class_of(item), index.class_around(item)
        if own < whole and not item.says("segregation"):
            message = f"{item.id} is of class {own} within class {whole}, without a rationale"
            hint = "Say in 'segregation' how it is kept apart, or take the class of the whole."
            yield _finding("L13-lowered-class", message, item, hint, "4.3", "5.3.5")


def controls_below_risk_class(index: ItemIndex) -> Iterator[Finding]:
    """L14: what realises a control is of no lower class than the situation that it controls."""
    for control in index.of(ItemType.RISK_CONTROL_MEASURE):
        needed = max((one.says("safety_class") for one in index.situations_of(control)), default="")
        for place in index.allocations_of(control):
            if index.class_of(place) < needed:
                message = f"{control.id} controls a situation of class {needed} in {place.id}, "
                message += f"which is of class {index.class_of(place)}"
                hint = f"Give {place.id} the class {needed}, or realise the control elsewhere."
                yield _finding("L14-control-class", message, control, hint, "4.3", "7.2.2")


RULES: dict[str, tuple[Rule, ...]] = {
    "ABC": (
        orphan_requirements,
        test_cases_without_requirement,
        protocols_without_target,
        changes_without_affected_items,
    ),
    "BC": (
        unallocated_requirements,
        situations_without_chain,
        situations_without_control,
        controls_without_requirement,
        unspecified_soup,
        lowered_classes,
        controls_below_risk_class,
    ),
    "C": (units_without_design, units_without_criteria),
}
"""Every rule, under the safety classes that it holds for."""


def _finding(rule: str, message: str, item: Item, hint: str, *clauses: str) -> Finding:
    return Finding(rule, message, item.place, clauses, hint)
