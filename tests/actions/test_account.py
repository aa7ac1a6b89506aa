"""Accounts: one person each, for ever; recovered by two others; closed for good (21 CFR 11.100, 11.300)."""

from __future__ import annotations

from pathlib import Path

import pytest

from clausework.actions.account import (
    ClosedBefore,
    EnrolmentInVain,
    NotToLetIn,
    RecoveredByOneself,
    accounts,
    close,
    enrol,
    enrol_pipeline_key,
    keys_of,
    letting_in,
    recover,
    revoke,
)
from clausework.actions.decide import decide
from clausework.actions.given_texts import TextUnfit
from clausework.actions.person import AccountIsClosed, KeyNotEnrolled
from clausework.actions.sign import NotIndependent, sign
from clausework.ledger.ledger import KeyNotInForce
from clausework.ledger.records.accounts import AccountClosed
from clausework.ledger.records.root import KeyRevoked, PersonEnrolled
from clausework.signatures.sealed_key import create_sealed_key
from tests.actions.device import PASSPHRASE, QUALITY, RELEASE, Device, person
from tests.actions.people import THIRD, key_of, let_in, with_own_keys

PROOF = "passport seen again"
LOST = "the notebook was stolen"


@pytest.fixture
def device(established: Device, tmp_path: Path) -> Device:
    """Copy the established project, with keys of its own and a third person."""
    own = with_own_keys(established, tmp_path / "home")
    let_in(own)
    return own


def _new_key(device: Device, email: str = THIRD, name: str = "Thea Third") -> Path:
    path = device.home / "new.json"
    create_sealed_key(email, name, PASSPHRASE, path)
    return path


def test_two_others_recover_a_lost_key(device: Device) -> None:
    """The lost key is revoked at once, the new one in force with the second other person's signature."""
    new = _new_key(device)
    with device.open() as workplace:
        before = keys_of(workplace.snapshot(), THIRD)
        found = recover(workplace, new, proof=PROOF, reason=LOST, by=person(workplace, QUALITY))
        assert (found.revoked, found.signed) == (before, True)
        with pytest.raises(KeyNotEnrolled):
            person(workplace, THIRD)
        new.rename(key_of(device, THIRD))
        with pytest.raises(KeyNotEnrolled):
            person(workplace, THIRD)
        assert sign(workplace, person(workplace, RELEASE), str(found.index)).missing == ()
        assert person(workplace, THIRD).name == "Thea Third"
    (revoked,) = (one.body for one in device.records() if isinstance(one.body, KeyRevoked))
    assert (revoked.reason, revoked.made.actor) == (LOST, QUALITY)


def test_attack_one_person_recovers_a_key_alone(device: Device) -> None:
    """Attack: one of those who let keys in takes over another's account by 'recovering' a key of their own making."""
    new = _new_key(device)
    with device.open() as workplace:
        quality = person(workplace, QUALITY)
        found = recover(workplace, new, proof=PROOF, reason=LOST, by=quality)
        with pytest.raises(NotIndependent):
            sign(workplace, quality, str(found.index))
        new.replace(key_of(device, THIRD))
        with pytest.raises(KeyNotEnrolled):
            person(workplace, THIRD)


def test_attack_recovering_ones_own_key(device: Device) -> None:
    """Attack: a person replaces their own key as lost, to be one of the two who approve it; nothing is recorded."""
    new = _new_key(device, QUALITY, "Quinn Quality")
    with device.open() as workplace:
        before = workplace.ledger.size()
        with pytest.raises(RecoveredByOneself):
            recover(workplace, new, proof=PROOF, reason=LOST, by=person(workplace, QUALITY))
        with pytest.raises(NotToLetIn):
            recover(workplace, new, proof=PROOF, reason=LOST, by=person(workplace, THIRD))
        assert workplace.ledger.size() == before


@pytest.mark.parametrize(
    ("email", "name"),
    [("nobody@example.com", "Nora Nobody"), (THIRD, "Theo Third")],
    ids=["nobody", "other name"],
)
def test_what_is_no_recovery_revokes_nothing(device: Device, email: str, name: str) -> None:
    """An address that nobody has, or under another printed name, is refused before the old key is revoked."""
    new = _new_key(device, email, name)
    with device.open() as workplace:
        quality = person(workplace, QUALITY)
        with pytest.raises(EnrolmentInVain):
            recover(workplace, new, proof=PROOF, reason=LOST, by=quality)
        with pytest.raises(TextUnfit):
            recover(workplace, new, proof=PROOF, reason=" ", by=quality)
        assert person(workplace, THIRD)
    assert device.count(KeyRevoked) == 0


def test_a_closed_account_signs_nothing_more(device: Device) -> None:
    """All keys of a closed account end with it, whoever still has them; what they signed before stays."""
    with device.open() as workplace:
        decided = decide(
            workplace, "approve", "plan", {"rationale": "looked at in full"}, person(workplace, QUALITY)
        )
        sign(workplace, person(workplace, RELEASE), str(decided.index))
        quality = person(workplace, QUALITY)
        close(workplace, RELEASE, reason="left the company", by=quality)
        with pytest.raises(AccountIsClosed):
            person(workplace, RELEASE)
        assert {one.email for one in accounts(workplace) if one.closed is not None} == {RELEASE}
        assert workplace.standing(workplace.snapshot()).decisions[-1].effective
        with pytest.raises(ClosedBefore):
            close(workplace, RELEASE, reason="left the company", by=quality)
        with pytest.raises(ClosedBefore):
            close(workplace, "nobody@example.com", reason="never came", by=quality)


def test_attack_an_address_given_to_another_person(device: Device) -> None:
    """Attack: a successor gets the address of one who left, so that signatures could be either's."""
    with device.open() as workplace:
        quality = person(workplace, QUALITY)
        close(workplace, THIRD, reason="left the company", by=quality)
        before = workplace.ledger.size()
        for name in ("Tom Third", "Thea Third"):
            new = _new_key(device, THIRD, name)
            with pytest.raises(EnrolmentInVain, match="was closed at"):
                enrol(workplace, new, proof=PROOF, by=quality)
            with pytest.raises(EnrolmentInVain):
                recover(workplace, new, proof=PROOF, reason=LOST, by=quality)
            new.unlink()
        assert workplace.ledger.size() == before


def test_attack_an_enrolment_that_outlasts_the_account(device: Device) -> None:
    """Attack: a key is enrolled, the account closed, and the approvals given then; the key comes into force never."""
    with device.open() as workplace:
        quality, release = person(workplace, QUALITY), person(workplace, RELEASE)
        index = enrol(workplace, _new_key(device), proof=PROOF, by=quality)
        close(workplace, THIRD, reason="left the company", by=quality)
        sign(workplace, quality, str(index))
        sign(workplace, release, str(index))
        snapshot = workplace.snapshot()
        assert keys_of(snapshot, THIRD) == ()
        assert any("was closed" in one.reason for one in snapshot.keyring.refused)


def test_attack_closing_the_account_of_another(device: Device) -> None:
    """Attack: somebody who lets no key in closes another's account; their own they may close."""
    with device.open() as workplace:
        third = person(workplace, THIRD)
        with pytest.raises(NotToLetIn):
            close(workplace, QUALITY, reason="in my way", by=third)
        close(workplace, THIRD, reason="I leave today", by=third)
    (closed,) = (one.body for one in device.records() if isinstance(one.body, AccountClosed))
    assert (closed.email, closed.made.actor) == (THIRD, THIRD)


def test_a_closed_ledger_still_verifies(device: Device) -> None:
    """Verification knows closed accounts: a signature from one is a problem, the closing is none."""
    with device.open() as workplace:
        close(workplace, THIRD, reason="left the company", by=person(workplace, QUALITY))
    done = device.process("verify")
    assert done.returncode == 0, done.stderr


def test_too_few_left_to_let_keys_in_is_told(device: Device) -> None:
    """A revocation is never refused, for a stolen key must end; that nobody can be let in any more is told."""
    done = device.process("account", "close", RELEASE, "--reason", "left the company", "--as", QUALITY)
    assert done.returncode == 0, done.stderr
    assert f"only {QUALITY} can let keys in" in done.stderr
    with device.open(reading=True) as workplace:
        assert letting_in(workplace.snapshot()) == (QUALITY,)


def test_a_pipeline_key_is_replaced(device: Device) -> None:
    """A further pipeline key comes into force by two people, takes over, and revokes the one before it."""
    new = device.home / "next.key"
    with device.open() as workplace:
        index = enrol_pipeline_key(workplace, new, name="runners of site 2", by=person(workplace, QUALITY))
        assert (
            enrol_pipeline_key(workplace, new, name="runners of site 2", by=person(workplace, QUALITY))
            == index
        )
        for email in (QUALITY, RELEASE):
            sign(workplace, person(workplace, email), str(index))
        old = next(one.key_id for one in accounts(workplace) if one.kind == "pipeline")
        with pytest.raises(EnrolmentInVain):
            enrol_pipeline_key(workplace, new, name="again", by=person(workplace, QUALITY))
        with pytest.raises(KeyNotInForce):
            revoke(workplace, old, reason="replaced", by=person(workplace, QUALITY))
    stale = (device.store / "keys" / "pipeline.key").read_bytes()
    (device.store / "keys" / "pipeline.key").write_bytes(new.read_bytes())
    with device.open() as workplace:
        revoke(workplace, old, reason="replaced", by=person(workplace, QUALITY))
    assert device.process("verify").returncode == 0
    (device.store / "keys" / "pipeline.key").write_bytes(stale)
    with device.open() as workplace, pytest.raises(KeyNotInForce):
        close(workplace, THIRD, reason="left the company", by=person(workplace, QUALITY))


def test_a_pipeline_key_that_nobody_let_in_signs_nothing(device: Device) -> None:
    """Attack: a key of one's own making is put in the place of the pipeline's."""
    new = device.home / "own.key"
    with device.open() as workplace:
        enrol_pipeline_key(workplace, new, name="mine", by=person(workplace, THIRD))
    (device.store / "keys" / "pipeline.key").write_bytes(new.read_bytes())
    with device.open() as workplace, pytest.raises(KeyNotInForce):
        close(workplace, THIRD, reason="left the company", by=person(workplace, QUALITY))


def test_verbs_are_refused_with_what_to_do(device: Device) -> None:
    """Each verb tells a wrong input in a sentence, with a hint, and records nothing."""
    before = device.count()
    new = _new_key(device, "nobody@example.com", "Nora Nobody")
    wrong = [
        (("account", "recover", str(new), "--proof", PROOF, "--reason", LOST, "--as", QUALITY), 5),
        (("account", "close", "nobody", "--reason", "x", "--as", QUALITY), 2),
        (("account", "close", THIRD, "--reason", " ", "--as", QUALITY), 2),
        (("account", "pipeline-key", str(device.folder), "--name", "x", "--as", QUALITY), 2),
        (("account", "unlock", "not an address", "--reason", LOST, "--as", QUALITY), 2),
        (("account", "session"), 2),
    ]
    for arguments, code in wrong:
        done = device.process(*arguments)
        assert (done.returncode, "Traceback" in done.stderr) == (code, False), done.stderr
    assert device.count() == before
    assert device.count(PersonEnrolled) == 1
