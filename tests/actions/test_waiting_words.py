"""What waits says who can sign it, or that nobody can; a number that does not wait says what it is."""

from __future__ import annotations

import pytest

from clausework.actions.decide import Decided, decide
from clausework.actions.matters import NothingToDrop
from clausework.actions.sign import NothingWaits, sign, waiting
from clausework.ledger.records.evidence import TestResult
from tests.actions.device import QUALITY, RELEASE, Device, person

WHY = {"cause": "defect_of_the_test", "reason": "The test waited for the wrong signal."}
BENCH = {"failed": "bench", "happened": "The bench lost its power.", "known_by": "The job's log says so."}


def report(device: Device) -> int:
    """Return the number of the first test report."""
    return next(one.index for one in device.records() if isinstance(one.body, TestResult))


def supersede(device: Device, by: str, form: str = "supersede") -> Decided:
    """Write the supersession of the first test report down."""
    with device.open() as workplace:
        fields = WHY if form == "supersede" else BENCH
        return decide(workplace, form, f"#{report(device)}", fields, person(workplace, by))


def refusal(device: Device, name: str) -> NothingWaits:
    """Return why nothing waits under ``name``."""
    with device.open() as workplace, pytest.raises(NothingWaits) as caught:
        sign(workplace, person(workplace, QUALITY), name)
    return caught.value


def test_the_number_of_a_matter_leads_to_the_decision_that_waits(verified: Device) -> None:
    """Lapse: the report's number is given in place of the decision's; the answer names it, and what it waits for."""
    decided = supersede(verified, RELEASE)
    said = refusal(verified, f"#{report(verified)}")
    assert said.message.startswith(f"#{report(verified)} is the test report ")
    assert (
        f"the decision #{decided.index} on it (supersede) waits for 'superseded' by quality" in said.message
    )
    assert said.hint == f"Run 'clausework sign {decided.index}'."


def test_a_number_that_nothing_waits_for_says_what_it_is(verified: Device) -> None:
    """A report, a signature, a decision with effect, and a record that there is not: each is told as that."""
    decided = supersede(verified, RELEASE)
    with verified.open() as workplace:
        signed = sign(workplace, person(workplace, QUALITY), str(decided.index))
    assert "(supersede) has effect" in refusal(verified, f"#{report(verified)}").message
    assert f"it has effect since #{signed.index}" in refusal(verified, str(decided.index)).message
    assert f"the signature of {QUALITY} on #{decided.index}" in refusal(verified, str(signed.index)).message
    assert "a record of kind 'root'" in refusal(verified, "0").message
    assert "The log has no record #99999" in refusal(verified, "99999").message
    assert "The log has no record" in refusal(verified, "9" * 5000).message


def test_a_decision_that_nobody_can_sign_says_so_at_once_and_in_the_list(verified: Device) -> None:
    """Lapse: the only person of quality supersedes a record; nobody else holds the role, and it would wait for ever."""
    decided = supersede(verified, QUALITY)
    why = f"nobody can: quality is held by {QUALITY} alone, who may not sign this"
    assert decided.vain == why
    with verified.open() as workplace:
        (waits,) = waiting(workplace)
        assert (waits.people, waits.vain) == ((), why)
        reason = {"reason": "Remy writes it down instead."}
        decide(workplace, "drop", f"#{decided.index}", reason, person(workplace, QUALITY))
        assert waiting(workplace) == ()
    assert f"it was dropped by {QUALITY}" in refusal(verified, str(decided.index)).message
    shown = supersede(verified, QUALITY)
    status = verified.process("status").stdout
    assert why in status
    assert f"clausework decide drop '#{shown.index}'" in status


def test_a_decision_that_somebody_can_sign_names_them(verified: Device) -> None:
    """The list of what waits says whose turn it is."""
    decided = supersede(verified, RELEASE)
    assert decided.vain == ""
    assert f"{QUALITY}: clausework sign {decided.index}" in verified.process("status").stdout


def test_a_decision_that_another_made_needless_says_so(verified: Device) -> None:
    """Lapse: two people write the same supersession down; once one has effect, the other is named as needless."""
    first, second = supersede(verified, RELEASE), supersede(verified, RELEASE, "infrastructure")
    with verified.open() as workplace:
        sign(workplace, person(workplace, QUALITY), str(second.index))
        (waits,) = waiting(workplace)
    assert (waits.index, waits.vain) == (first.index, f"no longer needed: #{second.index} decided on it")


def test_only_what_waits_is_dropped(verified: Device) -> None:
    """Attack: a report, or a decision that has effect, is named to be dropped; nothing is recorded."""
    with verified.open() as workplace:
        before = len(workplace.snapshot().records)
        for name in ("#0", f"#{report(verified)}"):
            with pytest.raises(NothingToDrop):
                decide(workplace, "drop", name, {"reason": "It is in the way."}, person(workplace, QUALITY))
        assert len(workplace.snapshot().records) == before
