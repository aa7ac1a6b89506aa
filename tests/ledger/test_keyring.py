"""Who may sign what, from which index on."""

from __future__ import annotations

import msgspec
import pytest

from clausework.core.canonical import canonical_json
from clausework.core.digests import sha256_of
from clausework.ledger.keyring import KeyRing, fold
from clausework.ledger.ledger import Draft
from clausework.ledger.records import PREDICATE_TYPES, Record
from clausework.ledger.records.accounts import AccountClosed
from clausework.ledger.records.root import (
    KeyRevoked,
    Person,
    PersonEnrolled,
    PipelineKey,
    PipelineKeyEnrolled,
)
from clausework.ledger.records.values import Descriptor
from clausework.ledger.signing import Signer, decode_key, encode_key, key_id_of
from tests.ledger.making import (
    MADE,
    QUALITY,
    RELEASE,
    Keys,
    approval,
    intent,
    new_key,
    new_keys,
    person,
    root_of,
)

NEW = "quality@new.example.com"


class Story:
    """A log told record by record, and the key ring as it stands."""

    def __init__(self) -> None:
        self.keys: Keys = new_keys()
        self.size = 0
        self.ring = KeyRing()
        self.tell(root_of(self.keys, Descriptor("plan", "0" * 64, 0)))

    def tell(self, body: object) -> Record:
        if isinstance(body, Draft):
            body = body.body
        digest = sha256_of(canonical_json([self.size, body]))
        record = Record(self.size, digest, (), PREDICATE_TYPES[type(body)], body)
        self.ring = fold(self.ring, record)
        self.size += 1
        return record

    def enrol(self, email: str, signer: Signer) -> Record:
        return self.tell(PersonEnrolled(MADE, person(email, signer), key_id_of(signer.public_key)))

    def approve(self, enrolment: Record, email: str, signer: Signer | None = None, **changes: str) -> Record:
        return self.tell(
            approval(intent(enrolment.sha256, email, **changes), signer or self.keys.people[email])
        )


@pytest.fixture
def story() -> Story:
    """Return a log that holds its root."""
    return Story()


def test_the_root_lets_in_its_people_and_its_pipeline(story: Story) -> None:
    """The root's keys are valid from entry 0 on, each for its own kind of signature."""
    person_id = key_id_of(story.keys.people[QUALITY].public_key)
    pipeline_id = key_id_of(story.keys.pipeline.public_key)
    found = story.ring.person_key(person_id, 0)
    assert found is not None
    assert found.email == QUALITY
    assert story.ring.pipeline_key(pipeline_id, 0) == story.keys.pipeline.public_key
    assert story.ring.person_key(pipeline_id, 0) is None
    assert story.ring.pipeline_key(person_id, 0) is None
    assert [one.email for one in story.ring.people()] == [QUALITY, RELEASE]
    assert story.ring.refused == ()


def test_a_person_comes_in_with_the_second_approval(story: Story) -> None:
    """An enrolled key is valid from the index of the approval that completes two people's."""
    signer = new_key()
    enrolment = story.enrol(NEW, signer)
    story.approve(enrolment, QUALITY)
    assert story.ring.key(key_id_of(signer.public_key), story.size) is None
    assert story.ring.waiting() == (enrolment.sha256,)
    completing = story.approve(enrolment, RELEASE)
    key_id = key_id_of(signer.public_key)
    assert story.ring.key(key_id, completing.index) is not None
    assert story.ring.key(key_id, completing.index - 1) is None
    assert story.ring.person(NEW, completing.index) is not None
    assert story.ring.person(NEW, completing.index - 1) is None
    assert story.ring.waiting() == ()


def test_attack_one_person_approves_twice(story: Story) -> None:
    """Two approvals by one person are one."""
    signer = new_key()
    enrolment = story.enrol(NEW, signer)
    story.approve(enrolment, QUALITY)
    story.approve(enrolment, QUALITY)
    assert story.ring.key(key_id_of(signer.public_key), story.size) is None


def test_attack_the_enrolled_approve_themselves(story: Story) -> None:
    """A key that is not in force yet approves nothing, its own enrolment least."""
    signer = new_key()
    enrolment = story.enrol(NEW, signer)
    story.approve(enrolment, QUALITY)
    story.approve(enrolment, NEW, signer)
    assert story.ring.key(key_id_of(signer.public_key), story.size) is None
    assert "not a valid one" in story.ring.refused[-1].reason


@pytest.mark.parametrize("meaning", ["reviewed", "rejected", ""])
def test_only_an_approval_approves(story: Story, meaning: str) -> None:
    """A signature that means something else lets nobody in."""
    signer = new_key()
    enrolment = story.enrol(NEW, signer)
    story.approve(enrolment, QUALITY)
    story.approve(enrolment, RELEASE, meaning=meaning)
    assert story.ring.key(key_id_of(signer.public_key), story.size) is None


def test_attack_transplanted_approval(story: Story) -> None:
    """A signature over another intent, put under this one, does not count."""
    signer = new_key()
    other = story.enrol("x@example.com", new_key())
    enrolment = story.enrol(NEW, signer)
    story.approve(enrolment, QUALITY)
    given = approval(intent(other.sha256, RELEASE), story.keys.people[RELEASE]).body
    moved = approval(intent(enrolment.sha256, RELEASE), new_key()).body
    story.tell(msgspec.structs.replace(moved, signature=given.signature, key_id=given.key_id))  # type: ignore[union-attr]
    assert story.ring.key(key_id_of(signer.public_key), story.size) is None
    assert "does not hold" in story.ring.refused[-1].reason


def test_attack_approval_in_the_name_of_another(story: Story) -> None:
    """One's own key under somebody else's name counts for neither."""
    signer = new_key()
    enrolment = story.enrol(NEW, signer)
    story.approve(enrolment, QUALITY)
    story.approve(enrolment, RELEASE, story.keys.people[QUALITY])
    assert story.ring.key(key_id_of(signer.public_key), story.size) is None


def test_a_later_quality_person_may_enrol_and_others_may_not(story: Story) -> None:
    """Beside the people of the root, the role quality enrols; another role does not."""
    quality, operator = new_key(), new_key()
    for email, signer in ((NEW, quality), ("operator@example.com", operator)):
        enrolment = story.enrol(email, signer)
        story.approve(enrolment, QUALITY)
        story.approve(enrolment, RELEASE)
    third = new_key()
    enrolment = story.enrol("third@example.com", third)
    story.approve(enrolment, QUALITY)
    story.approve(enrolment, "operator@example.com", operator)
    assert story.ring.key(key_id_of(third.public_key), story.size) is None
    story.approve(enrolment, NEW, quality)
    assert story.ring.key(key_id_of(third.public_key), story.size) is not None


def test_revoked_key_signs_nothing_from_its_revocation_on(story: Story) -> None:
    """A revocation has effect at its own index and leaves what was signed before."""
    key_id = key_id_of(story.keys.people[RELEASE].public_key)
    revocation = story.tell(KeyRevoked(MADE, key_id, "lost"))
    assert story.ring.key(key_id, revocation.index) is None
    assert story.ring.key(key_id, revocation.index - 1) is not None
    assert story.ring.revoked_at(key_id) == revocation.index
    story.tell(KeyRevoked(MADE, key_id, "again"))
    assert story.ring.revoked_at(key_id) == revocation.index
    assert story.ring.person(RELEASE, story.size) is not None
    enrolment = story.enrol(NEW, new_key())
    story.approve(enrolment, QUALITY)
    story.approve(enrolment, RELEASE)
    assert story.ring.waiting() == (enrolment.sha256,)


def test_attack_a_revoked_key_enrolled_again(story: Story) -> None:
    """A key that was revoked, even before it was let in, never comes back."""
    signer = new_key()
    story.tell(KeyRevoked(MADE, key_id_of(signer.public_key), "leaked at birth"))
    story.enrol(NEW, signer)
    assert story.ring.waiting() == ()
    assert "let in or revoked before" in story.ring.refused[-1].reason


def test_attack_revoked_between_enrolment_and_approval(story: Story) -> None:
    """A key that is revoked while it waits is not let in by its last approval."""
    signer = new_key()
    enrolment = story.enrol(NEW, signer)
    story.approve(enrolment, QUALITY)
    story.tell(KeyRevoked(MADE, key_id_of(signer.public_key), "lost on the way"))
    story.approve(enrolment, RELEASE)
    assert story.ring.key(key_id_of(signer.public_key), story.size) is None


def test_an_address_is_never_given_to_another_name(story: Story) -> None:
    """21 CFR 11.100(a): a person's account name stays theirs, so a key under another name is refused."""
    signer = new_key()
    other = Person(QUALITY, "Somebody Else", encode_key(signer.public_key), "card", "other")
    story.tell(PersonEnrolled(MADE, other, key_id_of(signer.public_key)))
    assert "belongs to another name" in story.ring.refused[-1].reason


def test_a_new_key_of_a_known_person(story: Story) -> None:
    """A person may have a second key; each is theirs, the first until it is revoked."""
    second = new_key()
    enrolment = story.enrol(QUALITY, second)
    story.approve(enrolment, QUALITY)
    story.approve(enrolment, RELEASE)
    for signer in (story.keys.people[QUALITY], second):
        found = story.ring.person_key(key_id_of(signer.public_key), story.size)
        assert found is not None
        assert (found.email, found.public_key) == (QUALITY, encode_key(signer.public_key))
    assert [one.email for one in story.ring.people()] == [QUALITY, RELEASE]


@pytest.mark.parametrize("text", ["", "AAAA", "%%%"])
def test_a_key_that_is_none_is_refused(story: Story, text: str) -> None:
    """Text that is no public key, or an ID that is not the key's, lets nobody in."""
    story.tell(PipelineKeyEnrolled(MADE, PipelineKey("broken", text), "0" * 64))
    story.tell(PipelineKeyEnrolled(MADE, PipelineKey("wrong", encode_key(new_key().public_key)), "0" * 64))
    assert len(story.ring.refused) == 2
    assert story.ring.waiting() == ()


def test_a_root_elsewhere_is_refused(story: Story) -> None:
    """A root that is not entry 0 changes nothing."""
    story.tell(root_of(new_keys(), Descriptor("plan", "0" * 64, 0)))
    assert len(story.ring.people()) == 2
    assert "elsewhere" in story.ring.refused[-1].reason


def _close(story: Story, email: str) -> Record:
    return story.tell(AccountClosed(MADE, email, "left the company"))


def test_a_closed_account_has_no_key_from_there_on(story: Story) -> None:
    """All keys of the account end at the closing; before it they were valid, and other people's stay."""
    key = key_id_of(story.keys.people[QUALITY].public_key)
    closing = _close(story, QUALITY)
    assert story.ring.person_key(key, closing.index - 1) is not None
    assert story.ring.person_key(key, closing.index) is None
    assert story.ring.closed_at(QUALITY.upper()) == closing.index
    assert story.ring.person_key(key_id_of(story.keys.people[RELEASE].public_key), closing.index) is not None
    assert _close(story, QUALITY).index != story.ring.closed_at(QUALITY)


@pytest.mark.parametrize("email", [NEW, NEW.upper()])
def test_attack_a_key_for_a_closed_account(story: Story, email: str) -> None:
    """Attack: a closed address gets a key again, before or behind its closing, under capitals or not."""
    early = story.enrol(NEW, new_key())
    _close(story, NEW)
    signer = new_key()
    story.approve(early, QUALITY)
    story.approve(early, RELEASE)
    enrolment = story.enrol(email, signer)
    assert story.ring.waiting() == ()
    story.tell(approval(intent(enrolment.sha256, QUALITY), story.keys.people[QUALITY]))
    assert story.ring.key(key_id_of(signer.public_key), story.size) is None
    assert [("was closed" in one.reason) for one in story.ring.refused] == [True, True]
    assert story.ring.person(NEW, story.size) is None


def test_attack_an_address_in_other_capitals(story: Story) -> None:
    """Attack: another person is enrolled under somebody's address in other capitals."""
    holder = msgspec.structs.replace(person(QUALITY.upper(), new_key()), name="Somebody Else")
    story.tell(PersonEnrolled(MADE, holder, key_id_of(decode_key(holder.public_key))))
    assert "belongs to another name" in story.ring.refused[-1].reason
