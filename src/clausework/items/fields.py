"""What each type of item must say beside its text, and which words it may use; other fields are free."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from clausework.core.places import Finding
from clausework.items.model import Item, ItemType

DEFAULT_VERIFICATION = "test"


class FieldRule(msgspec.Struct, frozen=True):
    """A field ``name`` of items of ``type``. ``values`` is empty where any text is taken."""

    type: ItemType
    name: str
    values: tuple[str, ...] = ()
    required: bool = True
    clauses: tuple[str, ...] = ()


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
    FieldRule(ItemType.RISK, "probability", clauses=("4.2",)),
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
    purl = item.says("purl")
    if item.type is ItemType.SOUP_ITEM and purl and not purl.startswith("pkg:"):
        message = f"{item.id}: purl '{purl}' does not begin with 'pkg:'"
        yield Finding("field-value", message, item.place, ("8.1.2",), "Write it as pkg:pypi/name@version.")


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
