"""Signatures: by whom, once, and only where they count."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from clausework.actions.account import EnrolmentInVain, NoSuchKey, accounts, enrol, revoke
from clausework.actions.decide import decide
from clausework.actions.given_texts import TextUnfit
from clausework.actions.person import (
    AccountUnknown,
    KeyNotEnrolled,
    NobodyActs,
    RoleNotHeld,
    SignatureWouldNotCount,
    SignedBefore,
    act_as,
    sign_record,
)
from clausework.actions.sign import NothingWaits, NotIndependent, sign, waiting
from clausework.core.clock import system_clock
from clausework.ledger.records.decisions import Approval
from clausework.signatures.key_files import KeyFileExposed
from clausework.signatures.sealed_key import WrongPassphrase, create_sealed_key, sealed_key_path
from clausework.signatures.session import NoPassphrase
from tests.actions.device import PASSPHRASE, QUALITY, RELEASE, VERSION, Device, person

THIRD = "third@example.com"
WHY = "looked at in full today"


@pytest.fixture
def own_keys(releasable: Device, tmp_path: Path) -> Device:
    """Give the device a key folder of its own, with a third person's key in it."""
    home = tmp_path / "home"
    (home / "keys").mkdir(parents=True)
    for path in (releasable.home / "keys").iterdir():
        copy = home / "keys" / path.name
        copy.touch(mode=0o600)
        copy.write_bytes(path.read_bytes())
    create_sealed_key(THIRD, "Thea Third", PASSPHRASE, sealed_key_path(home / "keys", THIRD))
    return Device(releasable.folder, home)


def key_of(device: Device, email: str) -> Path:
    """Return where the person's sealed key lies."""
    return sealed_key_path(device.home / "keys", email)


def test_a_third_person_is_let_in_by_the_two_people_of_the_root(own_keys: Device) -> None:
    """The root's people let a key in, each once, whatever their roles; then it signs, and is not enrolled again."""
    with own_keys.open() as workplace:
        quality = person(workplace, QUALITY)
        index = enrol(workplace, key_of(own_keys, THIRD), proof="passport seen", by=quality)
        with pytest.raises(AccountUnknown):
            person(workplace, THIRD)
        assert sign(workplace, quality, str(index)).missing
        with pytest.raises(NotIndependent):
            sign(workplace, quality, str(index))
        assert sign(workplace, person(workplace, RELEASE), f"#{index}").missing == ()
        assert person(workplace, THIRD).name == "Thea Third"
        before = workplace.ledger.size()
        with pytest.raises(EnrolmentInVain):
            enrol(workplace, key_of(own_keys, THIRD), proof="passport seen", by=quality)
        assert workplace.ledger.size() == before


def test_who_is_neither_of_the_root_nor_quality_lets_nobody_in(own_keys: Device) -> None:
    """A signature that the key ring would not count is refused, not recorded."""
    create_sealed_key("fourth@example.com", "Fred Fourth", PASSPHRASE, key_of(own_keys, "fourth@example.com"))
    with own_keys.open() as workplace:
        people = [person(workplace, email) for email in (QUALITY, RELEASE)]
        first = enrol(workplace, key_of(own_keys, THIRD), proof="passport seen", by=people[0])
        for one in people:
            sign(workplace, one, str(first))
        proof = "passport seen"
        second = enrol(workplace, key_of(own_keys, "fourth@example.com"), proof=proof, by=people[0])
        with pytest.raises(RoleNotHeld):
            sign(workplace, person(workplace, THIRD), str(second))


def test_a_revoked_key_does_not_act(own_keys: Device) -> None:
    """After its revocation a key opens nothing: its holder is refused before anything is recorded."""
    with own_keys.open() as workplace:
        quality = person(workplace, QUALITY)
        key_id = accounts(workplace)[1].key_id
        with pytest.raises(NoSuchKey):
            revoke(workplace, key_id[:7], reason="left the company", by=quality)
        with pytest.raises(TextUnfit):
            revoke(workplace, key_id, reason=" ", by=quality)
        revoke(workplace, key_id[:12], reason="left the company", by=quality)
        with pytest.raises(KeyNotEnrolled):
            person(workplace, RELEASE)
        with pytest.raises(EnrolmentInVain):
            enrol(workplace, key_of(own_keys, RELEASE), proof="passport seen", by=quality)


def test_a_second_key_that_one_made_oneself_does_not_act(own_keys: Device) -> None:
    """Making oneself a new key gives no signature before two people let it in."""
    key_of(own_keys, RELEASE).unlink()
    create_sealed_key(RELEASE, "Remy Release", PASSPHRASE, key_of(own_keys, RELEASE))
    with own_keys.open() as workplace, pytest.raises(KeyNotEnrolled):
        person(workplace, RELEASE)


def test_nobody_acts_without_account_key_and_passphrase(own_keys: Device) -> None:
    """No account, a wrong or missing passphrase, and a key file that others can read are each refused."""
    with own_keys.open() as workplace:

        def typed(passphrase: str) -> None:
            environ = own_keys.environ | {"CLAUSEWORK_PASSPHRASE": passphrase}
            act_as(msgspec.structs.replace(workplace, environ=environ), QUALITY, None)

        with pytest.raises(NobodyActs):
            act_as(workplace, None, None)
        with pytest.raises(WrongPassphrase):
            typed("another long passphrase")
        with pytest.raises(NoPassphrase):
            typed("")
        key_of(own_keys, QUALITY).chmod(0o640)
        with pytest.raises(KeyFileExposed):
            person(workplace, QUALITY)


def test_a_person_signs_a_record_once(releasable: Device) -> None:
    """The same person's second signature, in the same role and meaning, is refused and not recorded."""
    before = releasable.count()
    with releasable.open() as workplace:
        quality = person(workplace, QUALITY)
        release = next(one for one in waiting(workplace) if one.version)
        wanted = next(one for one in release.missing if "quality" in one.roles)

        def give() -> None:
            role, meaning = wanted.roles[0], wanted.meaning
            sign_record(workplace, quality, signed=release.sha256, role=role, meaning=meaning)

        give()
        with pytest.raises(SignedBefore):
            give()
        with pytest.raises(RoleNotHeld):
            sign(workplace, quality, VERSION)
    assert [
        one.body.intent.email for one in releasable.records()[before:] if isinstance(one.body, Approval)
    ] == [QUALITY]


def test_a_signature_that_would_not_count_is_not_recorded(releasable: Device) -> None:
    """A role that is not held, and a clock behind what is signed, are told at once: no idle record stays."""
    before = releasable.count()
    with releasable.open() as workplace:
        quality = person(workplace, QUALITY)
        release = next(one for one in waiting(workplace) if one.version)
        with pytest.raises(SignatureWouldNotCount):
            sign_record(
                workplace, quality, signed=release.sha256, role="release_authority", meaning="authorised"
            )
        late = msgspec.structs.replace(workplace, clock=lambda: system_clock() - timedelta(hours=1))
        with pytest.raises(SignatureWouldNotCount):
            sign_record(late, quality, signed=release.sha256, role="quality", meaning="confirmed")
    assert releasable.count() == before


@pytest.mark.parametrize("name", ["nosuch", "#0", "0", "9.9.9", "\x1b[31m", ""])
def test_what_does_not_wait_is_not_signed(releasable: Device, name: str) -> None:
    """A name that nothing bears takes no signature."""
    with releasable.open() as workplace, pytest.raises(NothingWaits):
        sign(workplace, person(workplace, QUALITY), name)


def test_where_several_things_wait_one_is_named(releasable: Device) -> None:
    """Without a name, only the one thing that waits for the person is signed; never one of several."""
    with releasable.open() as workplace:
        release = person(workplace, RELEASE)
        decide(workplace, "approve", "plan", {"rationale": WHY}, release)
        quality = person(workplace, QUALITY)
        with pytest.raises(NothingWaits, match="approve plan"):
            sign(workplace, quality)
        sign(workplace, quality, "clausework.yaml")
        assert sign(workplace, quality).title == f"release {VERSION}"
        with pytest.raises(NothingWaits):
            sign(workplace, quality)
