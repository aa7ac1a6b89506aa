"""Whether risks are told in the words of the plan's matrix, and classes are as their severity asks (14971 5.5; 4.3).

For classification the probability of a software failure is taken as 1: what counts is the severity of the harm, unless
a control outside the software comes before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from clausework.core.places import Finding
from clausework.items.index import ItemIndex, index_of
from clausework.items.model import Item, ItemType
from clausework.items.risk_estimates import RESIDUAL, Estimate, initial, residual
from clausework.items.risk_options import OPTIONS, PRIORITY, options_of
from clausework.plan.model import Plan, safety_class_of, software_items
from clausework.plan.risk_matrix import RiskMatrix
from clausework.standards.catalogue import SafetyClass

EXTERNAL = "external_controls"


def risk_findings(items: Sequence[Item], plan: Plan) -> tuple[Finding, ...]:
    """Return the words that are not the matrix's, levels that it does not give, and classes below a severity."""
    index = index_of(items, "C")
    matrix = plan.risk_matrix
    classes = _Classes(index, plan)
    return (
        *estimate_findings(items, matrix),
        *(found for risk in index.of(ItemType.RISK) for found in _of_classes(risk, index, matrix, classes)),
    )


def estimate_findings(items: Sequence[Item], matrix: RiskMatrix) -> tuple[Finding, ...]:
    """Return the words that are not the matrix's, the levels that it does not give, the options of no kind."""
    return (
        *(found for item in items if item.type is ItemType.RISK for found in _estimates(item, matrix)),
        *(found for item in items for found in _options(item)),
    )


def _estimates(risk: Item, matrix: RiskMatrix) -> Iterator[Finding]:
    for prefix, estimate, clause in (
        ("", initial(risk.says, matrix), "14971 5.5"),
        (RESIDUAL, residual(risk.says, matrix), "14971 7.3"),
    ):
        for name, word in estimate.unknown:
            message = f"{risk.id}: {name} is '{word}', which the plan's risk matrix does not have"
            yield _finding(
                "risk-word", message, risk, f"Take one of {', '.join(_known(name, matrix))}.", clause
            )
        yield from _contradictions(risk, prefix, estimate, clause)


def _contradictions(risk: Item, prefix: str, estimate: Estimate, clause: str) -> Iterator[Finding]:
    if estimate.combined:
        message = f"{risk.id}: {prefix}probability is '{estimate.probability}', P1 and P2 come to '{estimate.combined}'"
        hint = "Leave out the probability, or correct P1 and P2."
        yield _finding("risk-probability", message, risk, hint, clause)
    elif estimate.contradicts:
        message = (
            f"{risk.id}: {prefix}level is '{estimate.stated}', the plan's risk matrix gives '{estimate.level}' for "
            f"{estimate.severity} and {estimate.probability}"
        )
        yield _finding(
            "risk-level", message, risk, f"Write '{estimate.level}', or estimate anew.", "14971 6", clause
        )


def _known(name: str, matrix: RiskMatrix) -> Sequence[str]:
    known: Mapping[str, Sequence[str]] = {
        "severity": matrix.severities,
        "level": matrix.levels,
        "p2": tuple(matrix.p2),
    }
    return known.get(name.removeprefix(RESIDUAL), matrix.probabilities)


def _options(item: Item) -> Iterator[Finding]:
    if item.type not in {ItemType.RISK, ItemType.HAZARDOUS_SITUATION}:
        return
    for line in options_of(item.says(OPTIONS))[1]:
        message = f"{item.id}: '{line[:60]}' in {OPTIONS} is not a kind of control and what was considered"
        hint = f"Write 'KIND: what was considered', the kind one of {', '.join(PRIORITY)}."
        yield _finding("risk-option", message, item, hint, "14971 7.1")


class _Classes:
    """The safety class of whatever a situation arises in or a control is realised in."""

    def __init__(self, index: ItemIndex, plan: Plan) -> None:
        self._index = index
        self._planned = {one.id: safety_class_of(plan, one.id) for one in software_items(plan)}
        self._lowest: SafetyClass = min(self._planned.values())

    def of(self, item_id: str) -> str:
        """Return the class of a part: its own, else the highest of what it is part of, else the plan's lowest."""
        return self._of(item_id, frozenset()) or self._lowest

    def _of(self, item_id: str, above: frozenset[str]) -> str:
        item = self._index.get(item_id)
        if item is None or item_id in above:
            return self._planned.get(item_id, "")
        wholes = (self._of(one, above | {item_id}) for one in item.targets("part_of"))
        return item.says("safety_class") or max(wholes, default="")


def _of_classes(risk: Item, index: ItemIndex, matrix: RiskMatrix, classes: _Classes) -> Iterator[Finding]:
    severity = risk.says("severity")
    if severity not in matrix.severities:
        return
    needed = matrix.class_for(severity)
    for situation in index.targets(risk, "estimates"):
        if situation.type is not ItemType.HAZARDOUS_SITUATION or _is_controlled_outside(
            situation, risk, index
        ):
            continue
        said = situation.says("safety_class")
        if said and said < needed:
            message = f"{situation.id} says class {said}; {severity} harm ({risk.id}) asks class {needed}"
            yield _class_finding(message, situation, needed)
        for place in situation.targets("arises_in"):
            if classes.of(place) < needed:
                message = f"{situation.id} arises in {place} of class {classes.of(place)}; {severity} harm ({risk.id})"
                yield _class_finding(f"{message} asks class {needed}", situation, needed)
        for control in index.linking_to(situation, "controls") + index.linking_to(risk, "controls"):
            yield from _of_control(control, risk, needed, index, classes)


def _of_control(
    control: Item, risk: Item, needed: SafetyClass, index: ItemIndex, classes: _Classes
) -> Iterator[Finding]:
    for requirement in index.targets(control, "realised_by"):
        for place in requirement.targets("allocated_to"):
            if classes.of(place) < needed:
                message = (
                    f"{control.id} controls {risk.id}, whose severity asks class {needed}, in {place} of class "
                    f"{classes.of(place)}"
                )
                hint = f"Give {place} class {needed}, or realise the control elsewhere."
                yield _finding("class-below-severity", message, control, hint, "4.3", "7.2.2")


def _is_controlled_outside(situation: Item, risk: Item, index: ItemIndex) -> bool:
    """Tell whether the situation says which controls outside the software come before it, and there is one."""
    controls = index.linking_to(situation, "controls") + index.linking_to(risk, "controls")
    outside = any(one.says("implemented_in") not in {"", "software"} for one in controls)
    return outside and bool(situation.says(EXTERNAL))


def _class_finding(message: str, situation: Item, needed: SafetyClass) -> Finding:
    hint = (
        f"Give that part class {needed}; or say in '{EXTERNAL}' which control outside the software comes before the "
        "harm, and let that control link to the risk with 'implemented_in'."
    )
    return _finding("class-below-severity", message, situation, hint, "4.3", "7.1.1")


def _finding(rule: str, message: str, item: Item, hint: str, *clauses: str) -> Finding:
    return Finding(rule, message, item.place, clauses, hint)
