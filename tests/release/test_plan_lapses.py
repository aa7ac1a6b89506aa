"""A build under a plan that nobody approved runs and records, and goes no further than development (5.1.2, 8.2.1)."""

from __future__ import annotations

import pytest

from clausework.actions.build import open_build
from clausework.actions.gate import run_gates
from clausework.actions.promote import PromotionRefused, automatic_promotions, promote
from clausework.actions.release import release
from clausework.ledger.records.gates import Promotion, Verdict
from tests.actions.device import PLAN, VERSION, Device
from tests.actions.prepared import verify

SLACKER = PLAN.replace(
    "staging: {after: [build, unit, integration, analysis, system]", "staging: {after: [build]"
)


@pytest.fixture
def unapproved(established: Device) -> Device:
    """The device, built under a plan that lets staging be entered after the build alone; nobody approved it."""
    established.write("clausework.yaml", SLACKER)
    established.commit("Ask for less before staging")
    verify(established)
    return established


def test_it_runs_and_records_and_is_marked(unapproved: Device) -> None:
    """Its gates are evaluated and recorded; each verdict says that it is provisional."""
    verdicts = [one.body for one in unapproved.records() if isinstance(one.body, Verdict)]
    assert verdicts
    assert all(one.provisional for one in verdicts)


def test_attack_a_plan_of_ones_own_opens_staging(unapproved: Device) -> None:
    """ATTACK a developer takes the gates out before staging, in the plan that nobody has approved."""
    with unapproved.open() as workplace:
        with pytest.raises(
            PromotionRefused, match="under a plan that nobody approved; it stays in development"
        ):
            promote(workplace, "staging")
        assert automatic_promotions(workplace) == ()
        assert promote(workplace, "development").environment == "development"
    reached = {one.body.environment for one in unapproved.records() if isinstance(one.body, Promotion)}
    assert reached == {"development"}


def test_attack_a_release_under_a_plan_that_nobody_approved(unapproved: Device) -> None:
    """ATTACK the release gate itself is asked under the own plan: it names the plan, and nobody can sign."""
    with unapproved.open() as workplace:
        open_build(workplace)
        run_gates(workplace)
        state = release(workplace, VERSION)
    plan = next(one for one in state.conditions if one.check == "plan")
    assert plan.outcome == "fail"
    assert not state.signable
