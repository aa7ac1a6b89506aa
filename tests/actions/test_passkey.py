"""Passkeys at work: made in a browser, let in by two people, signing in place of a sealed key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from clausework.actions.account import EnrolmentInVain, accounts, close, enrol, revoke
from clausework.actions.browser_signing import NoPasskey
from clausework.actions.passkey import NameWanted, act_with_passkey, enrol_passkey
from clausework.actions.person import (
    AccountIsClosed,
    AccountUnknown,
    NobodyActs,
    SignatureWouldNotCount,
    SignedBefore,
    sign_record,
)
from clausework.actions.sign import sign
from clausework.actions.verify import verify
from clausework.actions.workplace import NobodyToTell, Workplace
from clausework.ledger.records.decisions import Approval
from clausework.ledger.records.identification import PasskeyEnrolled
from clausework.remotes.loopback import PersonDeclined
from clausework.signatures.passkeys import NotThatPasskey, PasskeyUnfit
from clausework.signatures.sealed_key import create_sealed_key, sealed_key_path
from tests.actions.device import PASSPHRASE, QUALITY, RELEASE, Device, person
from tests.remotes.browser import Person as Visitor
from tests.signatures.authenticator import BE, BS, UP, Authenticator

THIRD = "third@example.com"


class Scene(msgspec.Struct, frozen=True):
    """An established ledger, the quality person at a browser, and their authenticator."""

    device: Device
    visitor: Visitor
    keys: Path

    @contextmanager
    def open(self, tell: Callable[[str], None] | None = None) -> Iterator[Workplace]:
        """Open the workplace with somebody at the browser."""
        with self.device.open() as workplace:
            yield msgspec.structs.replace(workplace, tell=tell or self.visitor.tell)

    def let_in(self, workplace: Workplace, index: int) -> None:
        """Have both people of the root sign an enrolment with their sealed keys."""
        for email in (QUALITY, RELEASE):
            sign(workplace, person(workplace, email), str(index))

    def enrol(self, workplace: Workplace) -> int:
        """Make a passkey for the quality person and let it in."""
        quality = person(workplace, QUALITY)
        index = enrol_passkey(workplace, QUALITY, name=None, proof="passport seen", by=quality).index
        self.let_in(workplace, index)
        return index

    def something_to_sign(self, workplace: Workplace) -> int:
        """Record the enrolment of a third person, which waits for two signatures."""
        key = sealed_key_path(self.keys, THIRD)
        create_sealed_key(THIRD, "Thea Third", PASSPHRASE, key)
        return enrol(workplace, key, proof="passport seen", by=person(workplace, RELEASE))


@pytest.fixture
def scene(established: Device, tmp_path: Path) -> Scene:
    """Return an established ledger with nobody's passkey yet."""
    return Scene(established, Visitor(Authenticator(count=1)), tmp_path / "keys")


def test_a_passkey_is_made_let_in_and_signs(scene: Scene) -> None:
    """From the page to the record: who vouched, what was seen of it, the signature, and the whole verified offline."""
    with scene.open() as workplace:
        with pytest.raises(NoPasskey):
            act_with_passkey(workplace, QUALITY)
        index = scene.enrol(workplace)
        made = workplace.record(index).body
        assert isinstance(made, PasskeyEnrolled)
        assert (made.person.email, made.person.name) == (QUALITY, "Quinn Quality")
        assert (made.person.identity_proof, made.person.proofed_by) == ("passport seen", QUALITY)
        assert (made.passkey.relying_party, made.passkey.origins) == ("localhost", ("http://localhost",))
        waiting = scene.something_to_sign(workplace)
        signed = sign(workplace, act_with_passkey(workplace, QUALITY), str(waiting))
        body = workplace.record(signed.index).body
        assert isinstance(body, Approval)
        assert body.assertion is not None
        assert body.intent.components == ("passkey", "user_verification")
        assert (signed.name, signed.role, signed.meaning) == ("Quinn Quality", "quality", "approved")
        shown = scene.visitor.pages[-1]
        for text in (
            "Quinn Quality",
            "approved",
            f"enrolment of {THIRD}",
            body.intent.signed,
            body.intent.at,
        ):
            assert text in shown
        assert sign(workplace, person(workplace, RELEASE), str(waiting)).missing == ()
        assert [one.kind for one in accounts(workplace) if one.email == QUALITY] == ["person", "passkey"]
    assert verify(scene.device.folder).problems == ()


def test_nobody_else_signs_with_it(scene: Scene) -> None:
    """Attack: another authenticator answers the page; nothing is recorded."""
    with scene.open() as workplace:
        scene.enrol(workplace)
        waiting = scene.something_to_sign(workplace)
        before = workplace.ledger.size()
        thief = Visitor(Authenticator())
        robbed = msgspec.structs.replace(workplace, tell=thief.tell)
        with pytest.raises(NotThatPasskey):
            sign(robbed, act_with_passkey(robbed, QUALITY), str(waiting))
        copied = Authenticator()
        copied.credential_id = scene.visitor.device.credential_id
        robbed = msgspec.structs.replace(workplace, tell=Visitor(copied).tell)
        with pytest.raises(SignatureWouldNotCount, match="does not hold"):
            sign(robbed, act_with_passkey(robbed, QUALITY), str(waiting))
        assert workplace.ledger.size() == before


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"challenge": "eHh4"}, "challenge of another intent"),
        ({"relying_party": "evil.example"}, "another relying party"),
    ],
)
def test_attack_a_page_that_was_tampered_with(scene: Scene, changes: dict[str, Any], reason: str) -> None:
    """Attack: what the page asks is changed on its way to the authenticator; the signature is not recorded."""
    with scene.open() as workplace:
        scene.enrol(workplace)
        waiting = scene.something_to_sign(workplace)
        scene.visitor.changes = changes
        before = workplace.ledger.size()
        with pytest.raises(SignatureWouldNotCount, match=reason):
            sign(workplace, act_with_passkey(workplace, QUALITY), str(waiting))
        assert workplace.ledger.size() == before


def test_who_declines_has_signed_nothing(scene: Scene) -> None:
    """The button that says no ends the command; nothing is recorded, and it can be signed later."""
    with scene.open() as workplace:
        scene.enrol(workplace)
        waiting = scene.something_to_sign(workplace)
        before = workplace.ledger.size()
        no = msgspec.structs.replace(workplace, tell=Visitor(scene.visitor.device, declines=True).tell)
        with pytest.raises(PersonDeclined):
            sign(no, act_with_passkey(no, QUALITY), str(waiting))
        with pytest.raises(PersonDeclined):
            enrol_passkey(no, QUALITY, name=None, proof="passport seen", by=person(no, QUALITY))
        assert workplace.ledger.size() == before
        assert sign(workplace, act_with_passkey(workplace, QUALITY), str(waiting)).index


def test_without_anybody_at_a_browser_nothing_waits(scene: Scene) -> None:
    """A program without a person stops at once instead of waiting for a page that nobody opens."""
    with scene.open() as workplace:
        scene.enrol(workplace)
        waiting = scene.something_to_sign(workplace)
    with scene.device.open() as workplace, pytest.raises(NobodyToTell):
        sign(workplace, act_with_passkey(workplace, QUALITY), str(waiting))


def test_a_passkey_that_syncs_is_refused_where_the_plan_does_not_let_it(scene: Scene) -> None:
    """It is told at the enrolment already; let in or not, its signature is not recorded."""
    scene.visitor.device = Authenticator(backup=BE | BS)
    with scene.open() as workplace:
        quality = person(workplace, QUALITY)
        enrolled = enrol_passkey(workplace, QUALITY, name=None, proof="passport seen", by=quality)
        assert (enrolled.backup_eligible, enrolled.counts) == (True, False)
        scene.let_in(workplace, enrolled.index)
        waiting = scene.something_to_sign(workplace)
        with pytest.raises(SignatureWouldNotCount, match="is synced to other devices"):
            sign(workplace, act_with_passkey(workplace, QUALITY), str(waiting))


def test_attack_a_clone_of_the_authenticator(scene: Scene) -> None:
    """Attack: a copy with an older counter signs after the original; it is refused by name."""
    with scene.open() as workplace:
        scene.enrol(workplace)
        clone_count = scene.visitor.device.count
        waiting = scene.something_to_sign(workplace)
        decision = workplace.record(waiting).sha256
        passkey = act_with_passkey(workplace, QUALITY)
        sign(workplace, passkey, str(waiting))
        with pytest.raises(SignedBefore):
            sign_record(workplace, passkey, signed=decision, role="quality", meaning="approved")
        scene.visitor.device.count = clone_count
        with pytest.raises(SignatureWouldNotCount, match="counter"):
            sign_record(workplace, passkey, signed=decision, role="quality", meaning="approved again")


def test_attack_a_passkey_made_without_verifying_the_person(scene: Scene) -> None:
    """Attack: an authenticator without PIN or fingerprint; its passkey is not enrolled."""
    device = scene.visitor.device
    sound = device.made
    device.made = lambda challenge, **more: sound(challenge, flags=UP, **more)  # type: ignore[method-assign]
    with scene.open() as workplace:
        before = workplace.ledger.size()
        with pytest.raises(PasskeyUnfit, match="verified"):
            enrol_passkey(workplace, QUALITY, name=None, proof="passport seen", by=person(workplace, QUALITY))
        assert workplace.ledger.size() == before


def test_a_new_person_with_a_passkey_alone(scene: Scene) -> None:
    """Somebody who was never enrolled gets in with a passkey, under the name given; never under another's."""
    with scene.open() as workplace:
        quality = person(workplace, QUALITY)
        with pytest.raises(NameWanted):
            enrol_passkey(workplace, THIRD, name=None, proof="passport seen", by=quality)
        with pytest.raises(EnrolmentInVain):
            enrol_passkey(workplace, RELEASE, name="Quinn Quality", proof="passport seen", by=quality)
        made = enrol_passkey(workplace, THIRD, name="Thea Third", proof="passport seen", by=quality)
        with pytest.raises(AccountUnknown):
            act_with_passkey(workplace, THIRD)
        scene.let_in(workplace, made.index)
        assert act_with_passkey(workplace, THIRD).name == "Thea Third"


def test_attack_one_passkey_for_two_people(scene: Scene) -> None:
    """Attack: an authenticator's key that is somebody's, or waits to be, is put forward for another person."""
    with scene.open() as workplace:
        quality = person(workplace, QUALITY)
        waiting = enrol_passkey(workplace, QUALITY, name=None, proof="passport seen", by=quality)
        for reason in ("waits for its approvals", "was let in or revoked before"):
            before = workplace.ledger.size()
            with pytest.raises(EnrolmentInVain, match=reason):
                enrol_passkey(workplace, RELEASE, name=None, proof="passport seen", by=quality)
            assert workplace.ledger.size() == before
            if "waits" in reason:
                scene.let_in(workplace, waiting.index)


def test_a_revoked_passkey_and_a_closed_account_sign_nothing(scene: Scene) -> None:
    """After its revocation the passkey is asked for nothing; a closed account gets no new one."""
    with scene.open() as workplace:
        scene.enrol(workplace)
        with pytest.raises(NobodyActs):
            act_with_passkey(workplace, None)
        release = person(workplace, RELEASE)
        revoke(workplace, scene.visitor.device.key_id, reason="the authenticator was stolen", by=release)
        with pytest.raises(NoPasskey):
            act_with_passkey(workplace, QUALITY)
        close(workplace, QUALITY, reason="left the company", by=release)
        with pytest.raises(AccountIsClosed):
            act_with_passkey(workplace, QUALITY)
        with pytest.raises(EnrolmentInVain):
            enrol_passkey(workplace, QUALITY, name=None, proof="passport seen", by=release)
