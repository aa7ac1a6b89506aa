"""How long what is set aside may stay so: bounded by the plan in force, by class (clauses 5.1.6, 5.8.1)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from clausework.actions.periods import PeriodOver, PeriodTooLong, refuse_wrong_period
from clausework.core.clock import system_clock
from clausework.ledger.records.decisions import Matter
from tests.actions.device import PLAN, Device


def in_days(days: int) -> str:
    """Return the day that comes after so many."""
    return (system_clock() + timedelta(days=days)).date().isoformat()


def refuse(device: Device, form: str, matter: Matter, day: str) -> None:
    """Hold the end of a decision against what is allowed."""
    with device.open(reading=True) as workplace:
        field = "repeat_until" if form == "narrow" else "expires"
        refuse_wrong_period(workplace, form, matter, {field: day})


CHECK = Matter("check", "counter/unit.coverage", "0" * 64)
VERSION = Matter("version", "1.0.0", "0" * 64)
FINDING = Matter("finding", "counter/700af9fd", "0" * 64)
LONGEST = {"deviate": (CHECK, 180), "narrow": (VERSION, 60), "dispose": (FINDING, 180)}
"""What the default allows class B."""


@pytest.mark.parametrize("form", LONGEST)
def test_attack_a_period_without_an_end_in_sight(established: Device, form: str) -> None:
    """ATTACK what is set aside until the day nobody remembers it: refused, and the last day is told."""
    matter, days = LONGEST[form]
    refuse(established, form, matter, in_days(days))
    with pytest.raises(PeriodTooLong, match=f"class B holds for {days} days at the most") as raised:
        refuse(established, form, matter, in_days(days + 2))
    assert in_days(days) in raised.value.hint


@pytest.mark.parametrize("form", LONGEST)
def test_a_day_that_is_past_is_none(established: Device, form: str) -> None:
    """A decision that would be over at once is not recorded."""
    with pytest.raises(PeriodOver, match="2020-01-01, which is past"):
        refuse(established, form, LONGEST[form][0], "2020-01-01")


def test_attack_a_longer_period_or_a_lower_class_in_the_work_tree(established: Device) -> None:
    """ATTACK the file is edited, the deviation decided, the file put back: only the plan in force counts."""
    because = "because: {text: t, reference: r, owner: quality, review: 2099-01-01}"
    laxer = PLAN.replace("safety_class: B", "safety_class: A") + f"longest: {{deviation: 700, {because}}}\n"
    established.write("clausework.yaml", laxer)
    with pytest.raises(PeriodTooLong, match="class B holds for 180 days"):
        refuse(established, "deviate", CHECK, in_days(300))


def test_attack_a_software_item_that_the_plan_in_force_does_not_know(established: Device) -> None:
    """ATTACK an item made up for the occasion: what has no class is held to the gravest."""
    unknown = Matter("check", "counter2/unit.coverage", "0" * 64)
    with pytest.raises(PeriodTooLong, match="class C holds for 90 days"):
        refuse(established, "deviate", unknown, in_days(120))
