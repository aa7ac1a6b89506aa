"""Lock-out: wrong passphrases are counted, lock the account, and are told in the ledger (21 CFR 11.300(d))."""

from __future__ import annotations

import sqlite3
import subprocess
from pathlib import Path

import pytest

from clausework.actions import account_lock
from clausework.actions.account import accounts
from clausework.actions.account_lock import AccountIsLocked, refuse_locked
from clausework.actions.decide import decide
from clausework.actions.person import act_as, sign_record
from clausework.actions.person_matters import NotLocked, UnlockedByOneself, refuse_vain
from clausework.actions.status import status
from clausework.ledger.checkpoint import ClockWentBack
from clausework.ledger.ports import StateUnavailable
from clausework.ledger.records.accounts import AccountLocked
from clausework.ledger.records.decisions import Approval, Matter
from clausework.plan.signing import DEFAULT
from clausework.signatures.sealed_key import WrongPassphrase
from tests.actions.device import PASSPHRASE, QUALITY, RELEASE, Device, person
from tests.actions.people import WRONG, SetClock, key_of, try_as, with_own_keys

MOST = DEFAULT.lock_out.failures
REASON = {"reason": "Quinn stood beside me and mistyped it"}


@pytest.fixture
def device(established: Device, tmp_path: Path) -> Device:
    """Copy the established project, with keys of its own."""
    return with_own_keys(established, tmp_path / "home")


def _lock(device: Device) -> None:
    with device.open() as workplace:
        for _ in range(MOST):
            with pytest.raises((WrongPassphrase, AccountIsLocked)):
                try_as(workplace, QUALITY, WRONG)


def test_attack_guessing_a_passphrase(device: Device) -> None:
    """Attack: somebody at an open terminal guesses; the last try that is allowed locks, and an alert is recorded."""
    with device.open() as workplace:
        for left in range(MOST - 1, 0, -1):
            with pytest.raises(WrongPassphrase, match=f"{left} more wrong"):
                try_as(workplace, QUALITY, WRONG)
        with pytest.raises(AccountIsLocked, match="locked until"):
            try_as(workplace, QUALITY, WRONG)
        (alert,) = (one for one in workplace.snapshot().records if isinstance(one.body, AccountLocked))
        assert (alert.body.email, alert.body.failures, alert.body.made.actor) == (QUALITY, MOST, "pipeline")


def test_attack_a_locked_key_is_not_tried(device: Device, monkeypatch: pytest.MonkeyPatch) -> None:
    """Attack: guessing goes on while locked; the key is not even tried, and the right passphrase tells nothing."""
    _lock(device)

    def tried(*_: object) -> None:
        pytest.fail("the key was tried")

    monkeypatch.setattr(account_lock, "unseal", tried)
    with device.open() as workplace:
        before = workplace.ledger.size()
        for passphrase in (WRONG, PASSPHRASE):
            with pytest.raises(AccountIsLocked):
                try_as(workplace, QUALITY, passphrase)
        assert workplace.ledger.size() == before


def test_a_lock_ends_by_itself(device: Device) -> None:
    """After the plan's minutes the account acts again; another person was never locked."""
    _lock(device)
    minutes = DEFAULT.lock_out.minutes
    with device.open(clock=SetClock(minutes=minutes - 1)) as workplace:
        assert person(workplace, RELEASE).email == RELEASE
        with pytest.raises(AccountIsLocked):
            person(workplace, QUALITY)
    with device.open(clock=SetClock(minutes=minutes + 1)) as workplace:
        assert person(workplace, QUALITY).email == QUALITY


def test_another_person_unlocks(device: Device) -> None:
    """The signature of another person takes the lock off at once; the alert stays, and a new one locks again."""
    _lock(device)
    with device.open() as workplace:
        release = person(workplace, RELEASE)
        assert decide(workplace, "unlock", QUALITY, REASON, release).missing == ()
        assert person(workplace, QUALITY).email == QUALITY
        with pytest.raises(NotLocked):
            decide(workplace, "unlock", QUALITY, REASON, release)
    assert device.count(AccountLocked) == 1
    _lock(device)
    with device.open() as workplace, pytest.raises(AccountIsLocked):
        person(workplace, QUALITY)


def test_attack_unlocking_oneself(device: Device) -> None:
    """Attack: a key that was opened before the lock unlocks its own account, or goes on signing."""
    with device.open() as workplace:
        quality = person(workplace, QUALITY)
        decided = decide(
            workplace, "approve", "plan", {"rationale": "looked at in full"}, person(workplace, RELEASE)
        )
        _lock(device)
        with pytest.raises(UnlockedByOneself):
            decide(workplace, "unlock", QUALITY, REASON, quality)
        with pytest.raises(AccountIsLocked):
            sign_record(workplace, quality, signed=decided.sha256, role="quality", meaning="approved")
    assert device.count(Approval) == 0
    with device.open() as workplace:
        matter = Matter("account", QUALITY, "0" * 64)
        with pytest.raises(UnlockedByOneself):
            refuse_vain(workplace, "unlock", matter, REASON, quality)


def test_the_right_passphrase_begins_the_count_again(device: Device) -> None:
    """Who mistypes now and then is not locked out: the count is of wrong passphrases in a row."""
    with device.open() as workplace:
        for _ in range(3):
            for _ in range(MOST - 1):
                with pytest.raises(WrongPassphrase):
                    try_as(workplace, QUALITY, WRONG)
            person(workplace, QUALITY)
    assert device.count(AccountLocked) == 0


def test_attack_a_new_process_for_each_guess(device: Device) -> None:
    """Attack: each guess is a process of its own, several at once; the count survives, and none is lost."""
    tries = [
        device.start("account", "session", "--as", QUALITY, CLAUSEWORK_PASSPHRASE=f"{WRONG} {number}")
        for number in range(MOST + 3)
    ]
    told = [one.communicate()[1] for one in tries]
    assert {one.returncode for one in tries} == {5}
    assert sum("does not open" in one for one in told) == MOST - 1
    assert sum("is locked until" in one for one in told) == 4
    assert device.count(AccountLocked) == 1


def test_attack_a_clock_set_back_against_the_alert(device: Device) -> None:
    """Attack: with the clock set back no alert can be recorded; then the key is not tried any more either."""
    with device.open() as workplace:
        for _ in range(MOST - 1):
            with pytest.raises(WrongPassphrase):
                try_as(workplace, QUALITY, WRONG)
    with device.open(clock=SetClock(hours=-1)) as workplace:
        for passphrase in (WRONG, PASSPHRASE, WRONG):
            with pytest.raises(ClockWentBack):
                try_as(workplace, QUALITY, passphrase)
    with device.open() as workplace, pytest.raises(AccountIsLocked):
        try_as(workplace, QUALITY, PASSPHRASE)
    assert device.count(AccountLocked) == 1


def test_attack_deleting_the_count(device: Device) -> None:
    """Attack: the file that counts is deleted; a lock that stands in the ledger stays."""
    _lock(device)
    (device.store / "state.sqlite").unlink()
    with device.open() as workplace, pytest.raises(AccountIsLocked):
        person(workplace, QUALITY)


def test_without_a_count_no_key_is_tried(device: Device) -> None:
    """Where attempts cannot be counted nobody acts: missing information is not taken for good."""
    (device.store / "state.sqlite").write_bytes(b"not a database" * 100)
    with device.open() as workplace, pytest.raises(StateUnavailable):
        person(workplace, QUALITY)


def test_the_count_holds_no_secret(device: Device) -> None:
    """What is kept beside the ledger is an address and a number."""
    with device.open() as workplace, pytest.raises(WrongPassphrase):
        try_as(workplace, QUALITY, WRONG)
    with sqlite3.connect(device.store / "state.sqlite") as connection:
        rows = connection.execute("SELECT * FROM value").fetchall()
    connection.close()
    assert rows == [(f"failures {QUALITY}", b"1")]


def test_status_and_list_show_the_lock(device: Device) -> None:
    """A lock is seen by whoever asks how things stand, with who can take it off and how."""
    _lock(device)
    with device.open(reading=True) as workplace:
        (lock,) = status(workplace, with_waiting=False).locked
        assert (lock.email, lock.failures, lock.holds) == (QUALITY, MOST, True)
        listed = {one.email: one.locked_until for one in accounts(workplace)}
        assert listed == {QUALITY: lock.until, RELEASE: "", "": ""}
    told = device.process("status").stdout
    assert f"locked {QUALITY} until" in told
    assert f"clausework account unlock {QUALITY}" in told


def test_unlocking_from_the_command_line(device: Device) -> None:
    """``account unlock`` is refused while nothing is locked, and takes a lock off by another person's signature."""
    arguments = ("account", "unlock", QUALITY, "--reason", REASON["reason"], "--as", RELEASE)
    idle: subprocess.CompletedProcess[str] = device.process(*arguments)
    assert (idle.returncode, "is not locked" in idle.stderr) == (2, True)
    _lock(device)
    done = device.process(*arguments)
    assert (done.returncode, "it has effect" in done.stdout) == (0, True), done.stderr
    with device.open() as workplace:
        refuse_locked(workplace, QUALITY)
        assert act_as(workplace, QUALITY, None, key_of(device, QUALITY)).email == QUALITY
