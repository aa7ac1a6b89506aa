"""What each type of item must say beside its text, and which words it may use; other fields are free."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from clausework.core.places import Finding
from clausework.items.model import Item, ItemType
from clausework.items.steps import steps_faults

DEFAULT_VERIFICATION = "test"


class FieldRule(msgspec.Struct, frozen=True):
    """A field ``name`` of items of ``type``. ``values`` is empty where any text is taken."""

    type: ItemType
    name: str
    values: tuple[str, ...] = ()
    required: bool = True
    clauses: tuple[str, ...] = ()


PROTOCOL_LEVELS = ("integration", "system", "validation")
"""Levels at which a person runs a protocol; units that are verified by a person are reviewed."""

_OPEN_OR_CLOSED = ("open", "closed")
_CLASSES = ("A", "B", "C")

FIELD_RULES: tuple[FieldRule, ...] = (
    FieldRule(
        ItemType.SOFTWARE_REQUIREMENT,
        "verification",
        ("test", "analysis", "inspection", "demonstration"),
        required=False,
        clauses=("5.7.1",),
    ),
    FieldRule(ItemType.ARCHITECTURE_ITEM, "safety_class", _CLASSES, required=False, clauses=("4.3",)),
    FieldRule(ItemType.SOUP_ITEM, "version", clauses=("8.1.2",)),
    FieldRule(ItemType.HAZARDOUS_SITUATION, "safety_class", _CLASSES, required=False, clauses=("4.3",)),
    FieldRule(ItemType.RISK, "severity", clauses=("4.2",)),
    FieldRule(ItemType.RISK, "level", clauses=("4.2",)),
    FieldRule(ItemType.RISK, "residual_level", clauses=("4.2",)),
    FieldRule(
        ItemType.RISK_CONTROL_MEASURE,
        "control_type",
        ("inherent_safety", "protective_measure", "information_for_safety"),
        clauses=("7.2.1",),
    ),
    FieldRule(
        ItemType.RISK_CONTROL_MEASURE,
        "implemented_in",
        ("software", "hardware", "labelling", "process"),
        required=False,
        clauses=("7.2.2",),
    ),
    FieldRule(ItemType.TEST_PROTOCOL, "level", PROTOCOL_LEVELS, clauses=("5.6.3", "5.7.1", "13485 7.3.7")),
    FieldRule(
        ItemType.TEST_PROTOCOL,
        "kind",
        ("test", "inspection", "demonstration", "analysis", "usability"),
        required=False,
        clauses=("5.7.1", "62366-1 5.9"),
    ),
    FieldRule(ItemType.ANOMALY, "status", _OPEN_OR_CLOSED, clauses=("5.8.2",)),
    FieldRule(ItemType.ANOMALY, "severity", clauses=("5.8.3",)),
    FieldRule(ItemType.PROBLEM_REPORT, "status", _OPEN_OR_CLOSED, clauses=("9.2",)),
    FieldRule(ItemType.PROBLEM_REPORT, "criticality", clauses=("9.1",)),
    FieldRule(
        ItemType.CHANGE_REQUEST,
        "status",
        ("open", "approved", "implemented", "closed", "rejected"),
        clauses=("8.2.1",),
    ),
    FieldRule(ItemType.TASK, "status", ("open", "done", "justified"), clauses=("5.8.6",)),
)


def verification_method(item: Item) -> str:
    """Return how a software requirement is verified: as its field says, or by test."""
    return item.says("verification") or DEFAULT_VERIFICATION


def field_findings(item: Item) -> Iterator[Finding]:
    """Yield what ``item`` lacks or says in words that are not taken."""
    for rule in FIELD_RULES:
        if rule.type is item.type:
            yield from _against(rule, item)
    if item.type is ItemType.TASK and item.says("status") == "justified" and not item.says("justification"):
        message = f"{item.id} is left undone as justified, without a 'justification'"
        yield Finding(
            "missing-field", message, item.place, ("5.8.6",), "Say in 'justification' why it is not needed."
        )
    if (
        item.type is ItemType.RISK
        and not item.says("probability")
        and not (item.says("p1") and item.says("p2"))
    ):
        message = f"{item.id}, a risk, lacks the field 'probability'"
        hint = "Add 'probability' under 'fields', or 'p1' and 'p2'."
        yield Finding("missing-field", message, item.place, ("4.2", "14971 5.5"), hint)
    if item.type is ItemType.TEST_PROTOCOL:
        yield from _protocol_findings(item)
    purl = item.says("purl")
    if item.type is ItemType.SOUP_ITEM and purl and not purl.startswith("pkg:"):
        message = f"{item.id}: purl '{purl}' does not begin with 'pkg:'"
        yield Finding("field-value", message, item.place, ("8.1.2",), "Write it as pkg:pypi/name@version.")


def _protocol_findings(item: Item) -> Iterator[Finding]:
    if not item.says("steps"):
        message = f"{item.id}, a {item.type}, lacks the field 'steps'"
        hint = "Add 'steps' under 'fields': a list of {action: ..., expected: ...}."
        yield Finding("missing-field", message, item.place, ("5.6.7", "5.7.5"), hint)
    for fault in steps_faults(item.fields.get("steps", "")):
        hint = (
            "Write each step as {action: ..., expected: ...}, or 'action | expected | tolerance' in one line."
        )
        yield Finding("protocol-step", f"{item.id}: {fault}", item.place, ("5.7.5",), hint)
    if item.says("kind") == "usability" and item.says("level") != "validation":
        message = f"{item.id} evaluates usability at level '{item.says('level')}'"
        hint = "Usability is evaluated by users, at level 'validation'."
        yield Finding("field-value", message, item.place, ("62366-1 5.9",), hint)


def _against(rule: FieldRule, item: Item) -> Iterator[Finding]:
    value = item.says(rule.name)
    values = ", ".join(rule.values)
    if not value and rule.required:
        hint = f"Add '{rule.name}' under 'fields'" + (f": one of {values}." if values else ".")
        message = f"{item.id}, a {item.type}, lacks the field '{rule.name}'"
        yield Finding("missing-field", message, item.place, rule.clauses, hint)
    elif value and rule.values and value not in rule.values:
        message = f"{item.id}: {rule.name} is '{value}'"
        yield Finding("field-value", message, item.place, rule.clauses, f"Take one of {values}.")
