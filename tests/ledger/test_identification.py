"""Passkeys and identity providers in the ledger: let in by two people, and verified again from the ledger alone."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from clausework.core.digests import sha256_of
from clausework.ledger.ledger import Receipt
from clausework.ledger.records.decisions import Intent
from clausework.ledger.records.identification import LONGEST_TOKEN, PasskeyEnrolled, ProviderKey, StepUp
from clausework.ledger.records.root import KeyRevoked, Person
from clausework.ledger.verify import verify_ledger
from clausework.trace.standing import Standing
from tests.signatures.authenticator import BE, UP, Authenticator, standard
from tests.signatures.identity import ISSUER, Issuer
from tests.tracing.people import PLAN, QUALITY, RELEASE, People

ASKING = (
    PLAN
    + b"signing: {provider: {issuer: https://login.example.com, client_id: clausework, required: true}}\n"
)
MATTER = sha256_of(b"anomaly")


class House(People):
    """People who let passkeys and a provider's keys in, and sign with them."""

    def __init__(self, plan: bytes = PLAN) -> None:
        super().__init__(plan)
        self.device = Authenticator(count=5)
        self.issued_by = Issuer()

    def enrol(self, device: Authenticator | None = None, email: str = QUALITY, **changes: Any) -> Receipt:
        """Record the enrolment of a passkey for a person, under the name that they have."""
        device = device or self.device
        name = changes.pop("name", email.partition("@")[0].title())
        key_id = changes.pop("key_id", device.key_id)
        public_key = changes.pop("public_key", standard(device.cose_key))
        person = Person(email, name, public_key, "passport seen", "the other", ("quality",))
        return self.append(PasskeyEnrolled(self.made(email), person, device.passkey(**changes), key_id))

    def let_in(self, receipt: Receipt) -> None:
        """Have both people of the root approve an enrolment."""
        for email in (QUALITY, RELEASE):
            role = {QUALITY: "quality", RELEASE: "release_authority"}[email]
            self.sign(receipt, email, role, "approved")

    def let_provider_in(self, **changes: Any) -> Receipt:
        """Record the provider's keys and have both people approve them."""
        receipt = self.append(self.issued_by.recorded(self.made(QUALITY), **changes))
        self.let_in(receipt)
        return receipt

    def wanted(self, signed: Receipt, email: str = QUALITY) -> Intent:
        """Return what the person would sign now."""
        return self.intent(signed.sha256, email, "quality", "evaluated")

    def sign_by_passkey(
        self,
        signed: Receipt,
        device: Authenticator | None = None,
        step_up: StepUp | None = None,
        **changes: Any,
    ) -> Receipt:
        """Append a passkey's signature, what it says changed as an attacker would."""
        given = self.wanted(signed)
        return self.append((device or self.device).approve(given, self.made(QUALITY), step_up, **changes))

    def log_in(self, given: Intent, **changes: Any) -> StepUp:
        """Return the record of a log-in for ``given``."""
        return self.issued_by.step_up(given, self.made(QUALITY), **changes)

    def told(self) -> list[str]:
        """Return what verification says is wrong."""
        report = verify_ledger(self.memory.log, self.memory.blobs, workers=1)
        return [problem.message for problem in report.problems]

    def remarks(self) -> list[str]:
        """Return what verification remarks."""
        return [one.message for one in verify_ledger(self.memory.log, self.memory.blobs, workers=1).remarks]


def _refused(standing: Standing) -> list[str]:
    return [one.reason for one in standing.refused]


@pytest.fixture
def house() -> House:
    """Return a ledger whose plan asks for no log-in."""
    return House()


def test_a_passkey_is_let_in_by_two_people_and_then_signs(house: House) -> None:
    """Neither the enrolment alone nor one approval lets a passkey sign; the second does, and verification holds."""
    decision = house.decide("evaluate", "anomaly", MATTER)
    enrolment = house.enrol()
    house.sign_by_passkey(decision)
    assert "no person's in force" in _refused(house.standing())[-1]
    house.sign(enrolment, QUALITY, "quality", "approved")
    house.sign_by_passkey(decision)
    house.sign(enrolment, RELEASE, "release_authority", "approved")
    assert house.standing().keyring.waiting() == ()
    house.sign_by_passkey(decision)
    standing = house.standing()
    assert [one.email for one in standing.given[decision.sha256]] == [QUALITY]
    assert len(standing.refused) == 2
    assert [message for message in house.told() if "no person's valid there" not in message] == []


def test_a_passkey_lets_further_keys_in(house: House) -> None:
    """The approval of an enrolment may itself be a passkey's."""
    house.let_in(house.enrol())
    enrolment = house.enrol(Authenticator())
    given = house.intent(enrolment.sha256, QUALITY, "quality", "approved")
    house.append(house.device.approve(given, house.made(QUALITY)))
    house.sign(enrolment, RELEASE, "release_authority", "approved")
    assert house.standing().keyring.waiting() == ()
    assert house.told() == []


def test_a_passkey_that_may_sync_lets_nobody_in() -> None:
    """Whatever the plan says: what is not in one person's sole control vouches for no other key."""
    because = b"{text: t, reference: r, owner: quality, review: 2099-01-01}"
    house = House(PLAN + b"signing: {synced_passkeys: allowed, because: " + because + b"}\n")
    house.device = Authenticator(backup=BE)
    house.let_in(house.enrol())
    decision = house.decide("evaluate", "anomaly", MATTER)
    house.sign_by_passkey(decision)
    assert decision.sha256 in house.standing().given
    enrolment = house.enrol(Authenticator())
    given = house.intent(enrolment.sha256, QUALITY, "quality", "approved")
    house.append(house.device.approve(given, house.made(QUALITY)))
    house.sign(enrolment, RELEASE, "release_authority", "approved")
    assert house.standing().keyring.waiting() == (enrolment.sha256,)
    assert any("lets nobody in" in remark for remark in house.remarks())


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"key_id": "0" * 64}, "the key ID 000000000000 is not that of the key"),
        ({"public_key": "no key"}, "is not a base64 COSE key"),
        ({"public_key": standard(b"k" * 32)}, "algorithm is None"),
        ({"name": "Somebody Else"}, "belongs to another name"),
        ({"origins": ()}, "names no origin"),
        ({"origins": ("https://evil.example",)}, "is none of the relying party"),
        ({"relying_party": "example.com"}, "is none of the relying party"),
        ({"backed_up": True}, "is backed up and says that it cannot be"),
    ],
)
def test_attack_an_enrolment_that_cannot_be(house: House, changes: dict[str, Any], reason: str) -> None:
    """Attack: a passkey under another's name, with another's ID, or for any page; it waits for nobody's approval."""
    house.enrol(**changes)
    keyring = house.standing().keyring
    assert keyring.waiting() == ()
    assert reason in keyring.refused[-1].reason
    assert any(reason in remark for remark in house.remarks())


def test_attack_a_passkey_let_in_twice_or_after_its_revocation(house: House) -> None:
    """Attack: a key that was let in or revoked comes back under another enrolment."""
    house.let_in(house.enrol())
    house.append(KeyRevoked(house.made(RELEASE), house.device.key_id, "the authenticator was stolen"))
    house.enrol(origins=("http://localhost", "http://localhost:1"))
    assert "let in or revoked before" in house.standing().keyring.refused[-1].reason


def test_a_person_may_have_a_passkey_and_no_sealed_key(house: House) -> None:
    """An enrolment brings a new person in as that of a sealed key does: identity proofed, by whom, in which roles."""
    house.let_in(house.enrol(email="nadia@example.com", name="Nadia New"))
    keyring = house.standing().keyring
    found = keyring.person_key(house.device.key_id, 99)
    assert found is not None
    assert (found.email, found.name, found.identity_proof) == (
        "nadia@example.com",
        "Nadia New",
        "passport seen",
    )
    assert house.told() == []


def test_attack_a_passkey_signs_an_envelope(house: House) -> None:
    """A passkey is no pipeline key: nothing but approvals can bear its signature."""
    house.let_in(house.enrol())
    assert house.standing().keyring.pipeline_key(house.device.key_id, 99) is None


def test_verification_finds_what_a_passkey_did_not_sign(house: House) -> None:
    """Attack: approvals that the pipeline's key appended by force, each told with its entry and its own cause."""
    house.let_in(house.enrol())
    decision = house.decide("evaluate", "anomaly", MATTER)
    thief = Authenticator()
    given = house.wanted(decision)
    house.append(msgspec.structs.replace(thief.approve(given, house.made()), key_id=house.device.key_id))
    house.sign_by_passkey(decision, flags=UP)
    house.sign_by_passkey(decision, origin="https://evil.example")
    house.sign_by_passkey(decision, challenge=b"x" * 32)
    house.append(
        msgspec.structs.replace(house.device.approve(house.wanted(decision), house.made()), assertion=None)
    )
    sealed = house.approval(house.wanted(decision))
    assertion = house.device.approve(given, house.made()).assertion
    house.append(msgspec.structs.replace(sealed, assertion=assertion))
    standing = house.standing()
    assert decision.sha256 not in standing.given
    wanted = (
        "does not hold",
        "did not verify who used it",
        "was used on 'https://evil.example'",
        "answered the challenge of another intent",
        "lacks what a passkey says",
    )
    told, refused = house.told(), _refused(standing)
    assert len(told) == len(refused) == 6
    for index, one in enumerate(wanted):
        assert one in told[index]
        assert one in refused[index]
    assert "with a key that is no passkey" in told[5]


def test_a_counter_that_stands_still_does_not_count_and_is_remarked(house: House) -> None:
    """Attack: a clone of the authenticator signs with a counter that was seen; the ledger itself is whole."""
    house.let_in(house.enrol())
    first, second = (house.decide("evaluate", "anomaly", sha256_of(name)) for name in (b"one", b"two"))
    house.sign_by_passkey(first, count=9)
    house.sign_by_passkey(second, count=9)
    standing = house.standing()
    assert first.sha256 in standing.given
    assert second.sha256 not in standing.given
    assert standing.sign_counts == {house.device.key_id: 9}
    assert "counter of the passkey of Quality went from 9 to 9" in _refused(standing)[0]
    assert house.told() == []
    assert any("may have been cloned" in remark for remark in house.remarks())


def test_a_revoked_passkey_signs_nothing_more(house: House) -> None:
    """What a passkey signed before its revocation stays; what it signs after does not count and is told."""
    house.let_in(house.enrol())
    first, second = (house.decide("evaluate", "anomaly", sha256_of(name)) for name in (b"one", b"two"))
    house.sign_by_passkey(first)
    house.append(KeyRevoked(house.made(RELEASE), house.device.key_id, "the authenticator was stolen"))
    house.sign_by_passkey(second)
    standing = house.standing()
    assert first.sha256 in standing.given
    assert second.sha256 not in standing.given
    assert "was revoked" in _refused(standing)[0]
    assert ["which was revoked at" in message for message in house.told()] == [True]


def test_a_plan_that_asks_for_a_log_in() -> None:
    """The provider's keys are let in by two signatures alone; then a signature counts with a log-in and not without."""
    house = House(ASKING)
    enrolment = house.enrol()
    house.sign(enrolment, QUALITY, "quality", "approved")
    assert "without logging in" in _refused(house.standing())[-1]
    house.let_provider_in()
    assert len(house.standing().refused) == 1
    decision = house.decide("evaluate", "anomaly", MATTER)
    given = house.wanted(decision)
    house.append(house.approval(given))
    assert "without logging in" in _refused(house.standing())[-1]
    given = house.wanted(decision)
    house.append(msgspec.structs.replace(house.approval(given), step_up=house.log_in(given)))
    assert [one.email for one in house.standing().given[decision.sha256]] == [QUALITY]
    assert house.told() == []


def test_verification_finds_a_log_in_that_does_not_hold(house: House) -> None:
    """Attack: log-ins that the pipeline's key appended by force, each told with its own cause."""
    house.let_provider_in()
    decision = house.decide("evaluate", "anomaly", MATTER)
    thief = Issuer()

    def force(step_up: Any) -> None:
        given = house.wanted(decision)
        house.append(msgspec.structs.replace(house.approval(given), step_up=step_up(given)))

    force(lambda given: house.log_in(house.wanted(decision)))
    force(lambda given: house.log_in(given, aud="another"))
    force(lambda given: house.log_in(given, email=RELEASE))
    force(lambda given: thief.step_up(given, house.made(QUALITY)))
    force(lambda given: msgspec.structs.replace(house.log_in(given), issuer="https://evil.example"))
    told, refused = house.told(), _refused(house.standing())
    for index, one in enumerate(("for another intent", "not for clausework", "logged in;", "does not hold")):
        assert one in told[index]
        assert one in refused[index]
    assert "are not in force" in told[4]
    assert len(told) == len(refused) == 5


def test_a_log_in_alone_is_no_signature(house: House) -> None:
    """Attack: an approval with a genuine log-in and nothing signed: refused, and verification tells it."""
    house.let_provider_in()
    decision = house.decide("evaluate", "anomaly", MATTER)
    given = house.wanted(decision)
    step_up = house.log_in(given)
    house.append(msgspec.structs.replace(house.approval(given), signature="", step_up=step_up))
    assert "no signature of their own" in _refused(house.standing())[0]
    assert ["signature over the intent does not hold" in one for one in house.told()] == [True]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"issuer": "http://login.example.com"}, "not the address of an issuer"),
        ({"issuer": "https://login.example.com/?a=b"}, "not the address of an issuer"),
        ({"client_id": " "}, "no client ID"),
        ({"keys": ()}, "there are 0 keys"),
        ({"keys": (ProviderKey("oct", "k"),)}, "is of type 'oct'"),
    ],
)
def test_attack_provider_keys_that_cannot_be(house: House, changes: dict[str, Any], reason: str) -> None:
    """Attack: secrets as keys, or an issuer without TLS; they wait for nobody's approval."""
    house.append(house.issued_by.recorded(house.made(), **changes))
    keyring = house.standing().keyring
    assert keyring.waiting() == ()
    assert reason in keyring.refused[-1].reason


def test_provider_keys_are_in_force_by_place_in_the_log(house: House) -> None:
    """From their second approval until the next set of the same issuer; the same key twice is refused."""
    key = house.issued_by.provider_key
    house.append(house.issued_by.recorded(house.made(), keys=(key, key)))
    assert "named twice" in house.standing().keyring.refused[-1].reason
    house.let_provider_in()
    middle = house.memory.ledger.size()
    house.issued_by = Issuer(kid="k2")
    house.let_provider_in()
    keyring = house.standing().keyring
    first, second = (keyring.provider_keys(ISSUER, index) for index in (middle, middle + 9))
    assert first is not None
    assert second is not None
    assert [one.kid for one in (*first.keys, *second.keys)] == ["k1", "k2"]
    assert keyring.provider_keys(ISSUER, 1) is None
    assert keyring.provider_keys("https://other.example", middle) is None


def test_a_whole_log_in_fits_into_a_record(house: House) -> None:
    """The longest ID token and a passkey's assertion stay within what a record holds."""
    given = house.wanted(house.decide("evaluate", "anomaly", MATTER))
    longest = StepUp(ISSUER, "0" * 64, 1_775_809_800, "x" * LONGEST_TOKEN)
    assert house.append(Authenticator("RS256").approve(given, house.made(), longest)).index
