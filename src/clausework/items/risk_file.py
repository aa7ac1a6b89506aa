"""Whether the risk management file is whole, from hazard to residual risk (ISO 14971 5.4 to 7.6; EN 62304 7.1, 7.2).

Asked of software of classes B and C. Each gap is a finding with the clause that asks for it and the item's place; that
what is told is in the matrix's words and levels is asked in ``risk_words``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from clausework.core.places import Finding
from clausework.items.index import ItemIndex, index_of
from clausework.items.model import Item, ItemType
from clausework.items.risk_estimates import Estimate, acceptable, initial, residual
from clausework.items.risk_options import NEW_RISKS, OPTIONS, not_considered, options_of, tells_no_new_risks
from clausework.plan.risk_matrix import RiskMatrix

BENEFIT_RISK = "benefit_risk"


def risk_file_findings(items: Sequence[Item], matrix: RiskMatrix) -> tuple[Finding, ...]:
    """Return what the risk file lacks, in the order of the items' places."""
    index = index_of(items, "C")
    found = [
        *(one for hazard in index.of(ItemType.HAZARD) for one in _of_hazard(hazard)),
        *(one for item in index.of(ItemType.HAZARDOUS_SITUATION) for one in _of_situation(item, index)),
        *(one for risk in index.of(ItemType.RISK) for one in _of_risk(risk, index, matrix)),
        *(one for control in index.of(ItemType.RISK_CONTROL_MEASURE) for one in _of_control(control)),
    ]
    return tuple(sorted(found, key=lambda one: (one.place, one.rule, one.message)))


def not_acceptable(items: Sequence[Item], matrix: RiskMatrix) -> tuple[str, ...]:
    """Return the IDs of the risks whose residual level, by the matrix, is not acceptable or not known."""
    return tuple(
        item.id
        for item in items
        if item.type is ItemType.RISK and not acceptable(residual(item.says, matrix), matrix)
    )


def _of_hazard(hazard: Item) -> Iterator[Finding]:
    if not hazard.targets("leads_to") and not hazard.targets("causes"):
        hint = "Add links: {leads_to: SIT-...}, or take the hazard out with its reason in the review."
        yield _gap(f"{hazard.id} leads to no hazardous situation", hazard, hint, "14971 5.4", "14971 7.6")


def _of_situation(situation: Item, index: ItemIndex) -> Iterator[Finding]:
    hazards = [
        one for one in index.linking_to(situation, "leads_to", "causes") if one.type is ItemType.HAZARD
    ]
    risks = index.linking_to(situation, "estimates")
    if not hazards:
        hint = "Let a hazard link to it by 'leads_to'."
        yield _gap(f"{situation.id} comes of no hazard", situation, hint, "14971 5.4")
    if not situation.says("sequence"):
        hint = "Say in 'sequence' which events lead to it, the software's part in them among others."
        yield _gap(f"{situation.id} tells no sequence of events", situation, hint, "14971 5.4", "7.1.2")
    if not any(one.says("harm") for one in (situation, *risks, *hazards)):
        hint = "Say in 'harm' of the hazard, the situation or the risk what happens to the patient or user."
        yield _gap(f"{situation.id} tells no harm", situation, hint, "14971 5.5")
    if not risks:
        hint = "Let a risk link to it by 'estimates'."
        yield _gap(f"{situation.id} has no risk estimated for it", situation, hint, "14971 5.5")


def _of_risk(risk: Item, index: ItemIndex, matrix: RiskMatrix) -> Iterator[Finding]:
    situations = index.targets(risk, "estimates")
    if not situations:
        hint = "Add links: {estimates: SIT-...}."
        yield _gap(f"{risk.id} estimates no hazardous situation", risk, hint, "14971 5.5")
    before, after = initial(risk.says, matrix), residual(risk.says, matrix)
    yield from _of_estimate(risk, before, "14971 5.5", "14971 6")
    yield from _of_estimate(risk, after, "14971 7.3", "14971 7.3")
    controls = index.linking_to(risk, "controls")
    controls += [one for situation in situations for one in index.linking_to(situation, "controls")]
    yield from _of_options(risk, situations, controls)
    if not controls and after.level and before.level and after.level != before.level:
        message = f"{risk.id} has no risk control, and another level after it ({after.level}) than before"
        yield _gap(
            message, risk, "Let the control that reduces it link to it by 'controls'.", "14971 7.2", "7.2.1"
        )
    if after.level and not acceptable(after, matrix) and not risk.says(BENEFIT_RISK):
        message = f"{risk.id} stays '{after.level}', which is not acceptable, without a benefit-risk analysis"
        hint = f"Control it further; or say in '{BENEFIT_RISK}' why the benefit outweighs it, and have that evaluated."
        yield _gap(message, risk, hint, "14971 7.4")


def _of_estimate(risk: Item, estimate: Estimate, clause: str, of_level: str) -> Iterator[Finding]:
    for name in estimate.missing:
        asked = of_level if name.endswith("level") else clause
        yield _gap(f"{risk.id} does not tell '{name}'", risk, f"Add '{name}' under 'fields'.", asked)


def _of_options(risk: Item, situations: Sequence[Item], controls: Sequence[Item]) -> Iterator[Finding]:
    considered = {kind for one in (risk, *situations) for kind in options_of(one.says(OPTIONS))[0]}
    missing = not_considered(considered, {one.says("control_type") for one in controls})
    if missing:
        what = " nor ".join(one.replace("_", " ") for one in missing)
        none = "" if controls else " and has no risk control"
        message = f"{risk.id} does not tell that {what} was considered{none}: every risk is reduced as far as possible"
        hint = (
            f"Say in '{OPTIONS}', one a line, '{missing[0]}: what was considered, and why it is not taken'."
        )
        yield _gap(message, risk, hint, "14971 7.1", "MDR Annex I 2", "7.2.1")


def _of_control(control: Item) -> Iterator[Finding]:
    if not control.targets("introduces") and not tells_no_new_risks(control.says(NEW_RISKS)):
        message = f"{control.id} does not tell whether it brings new risks"
        hint = f"Add links: {{introduces: SIT-...}}; or say in '{NEW_RISKS}' 'none: ' and why it brings none."
        yield _gap(message, control, hint, "14971 7.5")


def _gap(message: str, item: Item, hint: str, *clauses: str) -> Finding:
    return Finding("risk-file", message, item.place, clauses, hint)
