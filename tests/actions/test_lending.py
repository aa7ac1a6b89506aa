"""Lending a role by the verbs: what would lend nothing is refused before it is recorded (21 CFR 11.10(g))."""

from __future__ import annotations

from pathlib import Path

import pytest

from clausework.actions.account import close
from clausework.actions.decide import Decided, decide
from clausework.actions.person import Person, RoleNotHeld
from clausework.actions.person_matters import LentInVain, RoleUnknown
from clausework.actions.sign import NothingWaits, NotIndependent, sign
from clausework.actions.status import status
from clausework.actions.workplace import Workplace
from clausework.core.clock import timestamp
from clausework.core.identities import NotAnEmail
from clausework.decisions.form import FormFilledWrong
from tests.actions.device import PLAN, QUALITY, RELEASE, Device, person
from tests.actions.people import THIRD, SetClock, let_in, with_own_keys

REVIEW = {"method": "review", "outcome": "accepted", "rationale": "looked at in full today"}


@pytest.fixture
def device(established: Device, tmp_path: Path) -> Device:
    """Copy the established project, with a third person who holds no role."""
    own = with_own_keys(established, tmp_path / "home")
    let_in(own)
    return own


def _day(days: float) -> str:
    return timestamp(SetClock(days=days)())


def _lend(workplace: Workplace, by: Person, role: str = "quality", **fields: str) -> Decided:
    filled = {"to": THIRD, "begins": _day(-1), "ends": _day(7), "reason": "on leave until next week"} | fields
    return decide(workplace, "delegate", role, filled, by)


def _lent(workplace: Workplace) -> None:
    decided = _lend(workplace, person(workplace, QUALITY))
    assert decided.signed
    sign(workplace, person(workplace, RELEASE), str(decided.index))


def test_a_lent_role_signs_from_the_verbs(device: Device) -> None:
    """The holder signs, another person confirms, the borrower signs in the role until it ends by itself."""
    with device.open() as workplace:
        third = person(workplace, THIRD)
        assert not decide(workplace, "review", "ARCH-001", REVIEW, third).signed
        _lent(workplace)
        decided = decide(workplace, "review", "REQ-001", REVIEW, third)
        assert (decided.signed, decided.missing) == (True, ())
    with device.open(clock=SetClock(days=8)) as workplace:
        assert not decide(workplace, "review", "REQ-002", REVIEW, person(workplace, THIRD)).signed


def test_status_shows_what_is_lent(device: Device) -> None:
    """Whoever asks sees role, holder, borrower and both ends; what is over is not shown."""
    with device.open() as workplace:
        _lent(workplace)
    assert f"quality of {QUALITY} to {THIRD} from" in device.process("status").stdout
    with device.open(clock=SetClock(days=8)) as workplace:
        assert status(workplace, with_waiting=False).lent == ()


def test_attack_lending_on_by_the_verbs(device: Device) -> None:
    """Attack: the borrower lends the role on; they may confirm in it what another lends, and never lend it."""
    with device.open() as workplace:
        _lent(workplace)
        third = person(workplace, THIRD)
        before = workplace.ledger.size()
        with pytest.raises(LentInVain, match="is not lent on"):
            _lend(workplace, third, to=RELEASE)
        assert workplace.ledger.size() == before
        waiting = _lend(workplace, person(workplace, RELEASE), to=RELEASE)
        given = sign(workplace, third, str(waiting.index))
        assert given.meaning == "confirmed"
        assert ["'delegated' by quality" in one for one in given.missing] == [True]
        with pytest.raises(RoleNotHeld):
            sign(workplace, third, str(waiting.index))


def test_attack_the_borrower_confirms_by_the_verbs(device: Device) -> None:
    """Attack: who borrows the role gives the second signature too."""
    with device.open() as workplace:
        decided = _lend(workplace, person(workplace, QUALITY), to=RELEASE)
        with pytest.raises(NotIndependent):
            sign(workplace, person(workplace, RELEASE), str(decided.index))


REFUSED: dict[str, tuple[str, dict[str, str], type[Exception]]] = {
    "role that is none": ("janitor", {}, RoleUnknown),
    "role of no plan": ("author", {}, RoleUnknown),
    "nobody is enrolled": ("quality", {"to": "nobody@example.com"}, LentInVain),
    "no address": ("quality", {"to": "the night shift"}, NotAnEmail),
    "who holds it": ("quality", {"to": QUALITY}, LentInVain),
    "ends before it begins": ("quality", {"begins": _day(7), "ends": _day(1)}, FormFilledWrong),
    "ends as it begins": ("quality", {"begins": "2099-01-01", "ends": "2099-01-01"}, FormFilledWrong),
    "longer than a year": ("quality", {"begins": "2098-01-01", "ends": "2099-06-01"}, FormFilledWrong),
    "over already": ("quality", {"begins": "2020-01-01", "ends": "2020-02-01"}, LentInVain),
    "no reason": ("quality", {"reason": ""}, FormFilledWrong),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_lends_nothing_is_refused(device: Device, case: str) -> None:
    """A delegation that would lend nothing is refused with the reason; nothing is recorded."""
    role, fields, refusal = REFUSED[case]
    with device.open() as workplace:
        quality = person(workplace, QUALITY)
        before = workplace.ledger.size()
        with pytest.raises(refusal):
            _lend(workplace, quality, role, **fields)
        assert workplace.ledger.size() == before


def test_a_closed_account_borrows_nothing(device: Device) -> None:
    """A role is not lent to an address whose account was closed."""
    with device.open() as workplace:
        quality = person(workplace, QUALITY)
        close(workplace, THIRD, reason="left the company", by=quality)
        with pytest.raises(LentInVain):
            _lend(workplace, quality)


def test_a_plan_that_takes_the_role_ends_the_loan(device: Device) -> None:
    """Once a plan in force no longer gives the role to its lender, the borrower signs nothing in it."""
    with device.open() as workplace:
        _lent(workplace)
    device.write("clausework.yaml", PLAN.replace(f"people: [{QUALITY}]", f"people: [{RELEASE}]"))
    with device.open() as workplace:
        rationale = {"rationale": "Quinn no longer does quality"}
        decided = decide(workplace, "approve", "plan", rationale, person(workplace, RELEASE))
        sign(workplace, person(workplace, QUALITY), str(decided.index))
        third = person(workplace, THIRD)
        assert not decide(workplace, "review", "REQ-001", REVIEW, third).signed
        with pytest.raises(NothingWaits):
            sign(workplace, third)


def test_lending_from_the_command_line(device: Device) -> None:
    """The verb as the page shows it; a wrong role is told with those that there are."""
    arguments = ["--to", THIRD, "--begins", _day(-1)[:10], "--ends", _day(9)[:10], "--reason", "on leave"]
    done = device.process("decide", "delegate", "quality", *arguments, "--as", QUALITY)
    assert (done.returncode, "waits for 'confirmed'" in done.stdout) == (0, True), done.stderr
    wrong = device.process("decide", "delegate", "qualty", *arguments, "--as", QUALITY)
    assert (wrong.returncode, "its roles are quality" in wrong.stderr) == (2, True)
