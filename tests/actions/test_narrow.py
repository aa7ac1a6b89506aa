"""An emergency's impact analysis names what it leaves out: nothing is recorded of one that could leave out nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from clausework.actions.checked_fields import RequirementUnknown
from clausework.actions.decide import decide
from clausework.core.clock import system_clock
from tests.actions.device import RELEASE, VERSION, Device, person

ANALYSIS = {
    "reason": "The alarm is silent in some rooms; patients may die.",
    "impact": "One constant of the alarm changes; the rate is not touched.",
    "repeat_until": (system_clock() + timedelta(days=20)).date().isoformat(),
}


@pytest.mark.parametrize("named", ["REQ-404", "RISK-001", "SOUP-001"])
def test_attack_an_analysis_names_what_is_no_requirement(releasable: Device, named: str) -> None:
    """ATTACK a typing error, or a risk: it would be signed by two people, and found on Friday night to do nothing."""
    before = releasable.count()
    fields: dict[str, str | tuple[str, ...]] = {**ANALYSIS, "requirements": ("REQ-001", named)}
    with releasable.open() as workplace, pytest.raises(RequirementUnknown, match=named):
        decide(workplace, "narrow", VERSION, fields, person(workplace, RELEASE))
    assert releasable.count() == before
