"""What a decision's fields must hold to beside their form: that what they name is there, and that they agree.

Nothing is recorded of a decision that could only come to nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from clausework.actions.finding_matters import check_disposition, with_findings
from clausework.actions.items import present_items
from clausework.actions.workplace import Workplace
from clausework.core.errors import UsageFault
from clausework.decisions.form import FieldValue
from clausework.items.model import RISK_FILE_TYPES


class RiskItemUnknown(UsageFault):
    """An evaluation rests on what the risk file does not have."""

    hint = "Name a hazard, hazardous situation, risk or risk control measure of the items, by its ID."


def checked_fields(
    workplace: Workplace, form: str, fields: Mapping[str, FieldValue], brought: Mapping[str, FieldValue]
) -> dict[str, FieldValue]:
    """Return the fields of a decision with those that its matter brings.

    Raises ``RiskItemUnknown``, and what ``check_disposition`` and ``with_findings`` raise.
    """
    if form == "dispose":
        check_disposition(fields, workplace.now())
    if form == "evaluate" and fields.get("risk_items"):
        _refuse_unknown_risks(workplace, fields["risk_items"])
    return with_findings(fields, brought)


def _refuse_unknown_risks(workplace: Workplace, named: FieldValue) -> None:
    known = {item.id for item in present_items(workplace).items if item.type in RISK_FILE_TYPES}
    unknown = [one for one in ((named,) if isinstance(named, str) else named) if one not in known]
    if unknown:
        raise RiskItemUnknown(f"The risk file does not have {', '.join(unknown[:10])}.")
