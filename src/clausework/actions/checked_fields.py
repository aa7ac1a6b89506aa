"""What a decision's fields must hold to beside their form: that what they name is there, and that they agree.

Nothing is recorded of a decision that could only come to nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from clausework.actions.aside_matters import refuse_vain_tie
from clausework.actions.finding_matters import check_disposition, with_findings
from clausework.actions.items import present_items
from clausework.actions.periods import refuse_wrong_period
from clausework.actions.workplace import Workplace
from clausework.core.errors import UsageFault
from clausework.decisions.form import FieldValue
from clausework.items.model import RISK_FILE_TYPES, ItemType
from clausework.ledger.records.decisions import Matter


class RiskItemUnknown(UsageFault):
    """An evaluation rests on what the risk file does not have."""

    hint = "Name a hazard, hazardous situation, risk or risk control measure of the items, by its ID."


class RequirementUnknown(UsageFault):
    """An impact analysis leaves out the tests of what is no requirement."""

    hint = "Name user needs, system or software requirements of the items, by their IDs."


def checked_fields(
    workplace: Workplace,
    form: str,
    matter: Matter,
    fields: Mapping[str, FieldValue],
    brought: Mapping[str, FieldValue],
) -> dict[str, FieldValue]:
    """Return the fields of a decision on ``matter`` with those that the matter brings.

    Raises ``RiskItemUnknown``, ``RequirementUnknown``, ``TieVain``, and what ``check_disposition``,
    ``refuse_wrong_period`` and ``with_findings`` raise.
    """
    if form == "dispose":
        check_disposition(fields, workplace.now())
    refuse_wrong_period(workplace, form, matter, fields)
    if form == "evaluate" and fields.get("risk_items"):
        _refuse_unknown_risks(workplace, fields["risk_items"])
    if form == "narrow":
        _refuse_unknown_requirements(workplace, fields["requirements"])
    if form == "tolerate":
        refuse_vain_tie(workplace, matter, str(fields["anomaly"]))
    return with_findings(fields, brought)


def _refuse_unknown_risks(workplace: Workplace, named: FieldValue) -> None:
    known = {item.id for item in present_items(workplace).items if item.type in RISK_FILE_TYPES}
    unknown = [one for one in ((named,) if isinstance(named, str) else named) if one not in known]
    if unknown:
        raise RiskItemUnknown(f"The risk file does not have {', '.join(unknown[:10])}.")


def _refuse_unknown_requirements(workplace: Workplace, named: FieldValue) -> None:
    kinds = {ItemType.USER_NEED, ItemType.SYSTEM_REQUIREMENT, ItemType.SOFTWARE_REQUIREMENT}
    known = {item.id for item in present_items(workplace).items if item.type in kinds}
    unknown = [one for one in ((named,) if isinstance(named, str) else named) if one not in known]
    if unknown:
        raise RequirementUnknown(f"The items have no requirement {', '.join(unknown[:10])}.")
