"""Approvals: each way in which a signature can fail to be one, by name."""

from __future__ import annotations

import base64
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clausework.core.canonical import canonical_json
from clausework.core.clock import NotATime
from clausework.core.digests import NotADigest, sha256_of
from clausework.core.errors import ClauseworkError
from clausework.core.identities import NotAnEmail
from clausework.ledger.keyring import EnrolledKey, KeyRing
from clausework.ledger.records.decisions import Approval, Intent
from clausework.ledger.records.root import Person, PipelineKey
from clausework.ledger.records.values import Made
from clausework.ledger.signing import Ed25519Signer, encode_key, key_id_of, signature_holds
from clausework.signatures.approvals import (
    CLOCKS_DIFFER,
    LONGEST_UNDER_WAY,
    AccountWasClosed,
    CheckpointInconsistent,
    Circumstances,
    ClockSetForward,
    ClockTurnedBack,
    IntentIncomplete,
    KeyUnknown,
    KeyWasRevoked,
    SignatureDoesNotHold,
    SignatureReplayed,
    SignatureTransplanted,
    SignedTooEarly,
    WrongPerson,
    WrongRole,
    approve,
    check_approval,
    intent,
    intent_bytes,
)

SIGNED = sha256_of(b"decision")
QUINN, RITA = Ed25519Signer(b"q" * 32), Ed25519Signer(b"r" * 32)
PIPELINE = Ed25519Signer(b"p" * 32)
MADE = Made("2026-04-10T08:31:00.000Z", "pipeline", "clausework test")
CHECKPOINT = base64.b64encode(b"c" * 32).decode()


def _person(email: str, name: str, signer: Ed25519Signer) -> Person:
    return Person(email, name, encode_key(signer.public_key), "passport seen", "root@example.com")


PEOPLE = (
    _person("quinn@example.com", "Quinn Quality", QUINN),
    _person("rita@example.com", "Rita Release", RITA),
)


def _enrolled(holder: Person | PipelineKey, signer: Ed25519Signer, until: int | None = None) -> EnrolledKey:
    return EnrolledKey(key_id_of(signer.public_key), signer.public_key, holder, 0, until)


def _keyring(quinn_until: int | None = None) -> KeyRing:
    pipeline = PipelineKey("ci", encode_key(PIPELINE.public_key))
    keys = [
        _enrolled(PEOPLE[0], QUINN, quinn_until),
        _enrolled(PEOPLE[1], RITA),
        _enrolled(pipeline, PIPELINE),
    ]
    revoked = {} if quinn_until is None else {keys[0].key_id: quinn_until}
    return KeyRing(
        keys={key.key_id: key for key in keys},
        enrolled=tuple((0, person) for person in PEOPLE),
        revoked=revoked,
    )


KEYS = _keyring()
SOUND = Circumstances(
    index=12,
    signed=SIGNED,
    signed_index=9,
    not_before="2026-04-10T08:29:00.000Z",
    holds_role=lambda email, role: (email, role) == ("quinn@example.com", "quality"),
    nonces=frozenset({"used before"}),
    root_at=lambda size: CHECKPOINT if size == 10 else None,
)


def _intent(**changes: object) -> Intent:
    made = intent(
        SIGNED,
        email="Quinn@example.com",
        name="Quinn Quality",
        role="quality",
        meaning="approved",
        clock=lambda: datetime(2026, 4, 10, 8, 30, tzinfo=UTC),
        size=10,
        checkpoint=CHECKPOINT,
    )
    return msgspec.structs.replace(made, **changes)


def _refusal(
    approval: Approval, circumstances: Circumstances = SOUND, keys: KeyRing = KEYS
) -> type[Exception]:
    with pytest.raises(ClauseworkError) as caught:
        check_approval(approval, keys, circumstances)
    assert caught.value.hint
    return caught.type


def test_an_approval_that_holds() -> None:
    """A person's signature over the intent, for what they saw, in a role that they hold, counts."""
    approval = approve(_intent(), QUINN, MADE)
    assert check_approval(approval, KEYS, SOUND).email == "quinn@example.com"
    assert intent_bytes(approval.intent) == canonical_json(approval.intent)
    signature = base64.b64decode(approval.signature)
    assert signature_holds(QUINN.public_key, signature, canonical_json(approval.intent))


def test_an_intent_shows_what_is_signed() -> None:
    """Printed name, role, meaning and time stand in the intent, and no two intents are the same."""
    first, second = _intent(), _intent()
    assert (first.email, first.name, first.role, first.meaning) == (
        "quinn@example.com",
        "Quinn Quality",
        "quality",
        "approved",
    )
    assert first.at == "2026-04-10T08:30:00.000Z"
    assert first.nonce != second.nonce


@pytest.mark.parametrize("missing", ["name", "role", "meaning"])
@pytest.mark.parametrize("text", ["", "  ", "two\nlines", "\x1b[31m"])
def test_an_incomplete_intent_is_not_made(missing: str, text: str) -> None:
    """Without printable name, role and meaning there is nothing to sign (21 CFR 11.50)."""
    shown: dict[str, Any] = {"name": "Q", "role": "quality", "meaning": "approved"} | {missing: text}
    with pytest.raises(IntentIncomplete) as caught:
        intent(
            SIGNED,
            email="q@example.com",
            clock=lambda: datetime.now(UTC),
            size=1,
            checkpoint=CHECKPOINT,
            **shown,
        )
    assert missing in caught.value.message


def test_an_intent_about_nothing_is_not_made() -> None:
    """What is signed is a digest, and who signs is one person's address."""
    for signed, email, error in (("all", "q@example.com", NotADigest), (SIGNED, "everybody", NotAnEmail)):
        with pytest.raises(error):
            intent(
                signed,
                email=email,
                name="Q",
                role="quality",
                meaning="approved",
                clock=lambda: datetime.now(UTC),
                size=1,
                checkpoint=CHECKPOINT,
            )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("signed", "b" * 64),
        ("role", "release_authority"),
        ("meaning", "reviewed"),
        ("at", "2026-04-10T08:30:01.000Z"),
        ("nonce", "another"),
        ("name", "Quinn Q."),
    ],
)
def test_attack_an_intent_changed_after_signing(field: str, value: str) -> None:
    """Attack: any word of the intent is changed after it was signed; the signature does not hold."""
    approval = approve(_intent(), QUINN, MADE)
    changed = msgspec.structs.replace(approval.intent, **{field: value})
    assert _refusal(msgspec.structs.replace(approval, intent=changed)) is SignatureDoesNotHold


def test_attack_a_signature_by_another_key() -> None:
    """Attack: Rita signs Quinn's intent under the ID of Quinn's key; the signature does not hold."""
    theirs = approve(_intent(), RITA, MADE)
    forged = msgspec.structs.replace(theirs, key_id=key_id_of(QUINN.public_key))
    assert _refusal(forged) is SignatureDoesNotHold


@given(text=st.text(max_size=100))
def test_attack_no_signature_at_all(text: str) -> None:
    """Attack: anything else stands in place of the signature; it does not hold, and is no traceback."""
    approval = msgspec.structs.replace(approve(_intent(), QUINN, MADE), signature=text)
    assert _refusal(approval) is SignatureDoesNotHold


def test_attack_signing_in_anothers_name() -> None:
    """Attack: Rita signs with her own key an intent that shows Quinn's name, or her address with his name."""
    assert _refusal(approve(_intent(), RITA, MADE)) is WrongPerson
    assert _refusal(approve(_intent(email="rita@example.com"), RITA, MADE)) is WrongPerson


def test_attack_a_role_that_is_not_held() -> None:
    """Attack: Quinn signs truly, in a role that the plan does not give him."""
    assert _refusal(approve(_intent(role="release_authority"), QUINN, MADE)) is WrongRole


def test_attack_a_machine_signs_for_a_person() -> None:
    """Attack: the pipeline's key, or a key that nobody enrolled, signs an approval."""
    assert _refusal(approve(_intent(), PIPELINE, MADE)) is KeyUnknown
    assert _refusal(approve(_intent(), Ed25519Signer(b"x" * 32), MADE)) is KeyUnknown


def test_attack_a_revoked_key() -> None:
    """Attack: a key signs after its revocation; what it signed before still holds."""
    approval = approve(_intent(), QUINN, MADE)
    assert _refusal(approval, keys=_keyring(quinn_until=11)) is KeyWasRevoked
    assert check_approval(approval, _keyring(quinn_until=13), SOUND).name == "Quinn Quality"


def test_attack_a_transplanted_signature() -> None:
    """Attack: a true approval of one decision is put forward for another (21 CFR 11.70)."""
    approval = approve(_intent(), QUINN, MADE)
    elsewhere = msgspec.structs.replace(SOUND, signed="b" * 64)
    assert _refusal(approval, elsewhere) is SignatureTransplanted


def test_attack_a_replayed_signature() -> None:
    """Attack: an intent that was used before is used again."""
    assert _refusal(approve(_intent(nonce="used before"), QUINN, MADE)) is SignatureReplayed


@pytest.mark.parametrize(
    ("size", "checkpoint"),
    [
        (13, CHECKPOINT),
        (9, CHECKPOINT),
        (11, CHECKPOINT),
        (10, base64.b64encode(b"x" * 32).decode()),
        (10, ""),
        (-1, CHECKPOINT),
    ],
)
def test_attack_another_ledger_was_shown(size: int, checkpoint: str) -> None:
    """Attack: the signer saw a fork, or a ledger without what they signed, or one from the future."""
    approval = approve(_intent(size=size, checkpoint=checkpoint), QUINN, MADE)
    assert _refusal(approval) is CheckpointInconsistent


def test_attack_signing_what_was_not_there() -> None:
    """Attack: a true checkpoint from before what is signed, or from after the approval, is claimed as seen."""
    always = msgspec.structs.replace(SOUND, root_at=lambda _: CHECKPOINT)
    assert check_approval(approve(_intent(size=12), QUINN, MADE), KEYS, always)
    for size in (9, 13):
        assert _refusal(approve(_intent(size=size), QUINN, MADE), always) is CheckpointInconsistent


def test_attack_a_key_ring_that_mistakes_keys() -> None:
    """Attack: the ring gives another's key under the ID that is named; ID and key must agree."""
    mixed = {key_id_of(RITA.public_key): _enrolled(PEOPLE[0], QUINN)}
    ring = KeyRing(keys=mixed, enrolled=tuple((0, person) for person in PEOPLE))
    approval = approve(_intent(), QUINN, MADE)
    swapped = msgspec.structs.replace(approval, key_id=key_id_of(RITA.public_key))
    assert _refusal(swapped, keys=ring) is SignatureDoesNotHold


def test_attack_a_clock_set_back() -> None:
    """Attack: a signature is dated before what it signs, so as to look timely; or has no time at all."""
    early = approve(_intent(at="2026-04-10T08:28:59.999Z"), QUINN, MADE)
    assert _refusal(early) is SignedTooEarly
    assert _refusal(approve(_intent(at="yesterday"), QUINN, MADE)) is NotATime


AT = int(datetime(2026, 4, 10, 8, 30, tzinfo=UTC).timestamp())


def test_attack_a_clock_turned_back() -> None:
    """Attack: a signature is dated before the checkpoint that its signer saw, which the clock key timed."""
    approval = approve(_intent(), QUINN, MADE)
    assert check_approval(approval, KEYS, msgspec.structs.replace(SOUND, seen_at=AT, recorded_by=AT))
    assert _refusal(approval, msgspec.structs.replace(SOUND, seen_at=AT + 1)) is ClockTurnedBack


def test_attack_a_signature_kept_back() -> None:
    """Attack: a signature is given, or dated, long before it is put into the ledger, where a role was held then."""
    approval = approve(_intent(), QUINN, MADE)
    just = msgspec.structs.replace(SOUND, recorded_by=AT + LONGEST_UNDER_WAY)
    assert check_approval(approval, KEYS, just)
    late = msgspec.structs.replace(SOUND, recorded_by=AT + LONGEST_UNDER_WAY + 1)
    assert _refusal(approval, late) is ClockTurnedBack


def test_attack_a_clock_set_forward() -> None:
    """Attack: a signature is dated after the ledger took it in, so as to fall into days for which a role is lent."""
    approval = approve(_intent(), QUINN, MADE)
    assert check_approval(approval, KEYS, msgspec.structs.replace(SOUND, recorded_by=AT - CLOCKS_DIFFER))
    early = msgspec.structs.replace(SOUND, recorded_by=AT - CLOCKS_DIFFER - 1)
    assert _refusal(approval, early) is ClockSetForward


def test_attack_a_closed_account() -> None:
    """Attack: who left signs on; what they signed before they left still holds."""
    approval = approve(_intent(), QUINN, MADE)
    closed = {"quinn@example.com": 11}
    assert _refusal(approval, keys=msgspec.structs.replace(KEYS, closed=closed)) is AccountWasClosed
    assert check_approval(approval, msgspec.structs.replace(KEYS, closed={"quinn@example.com": 13}), SOUND)


def test_components_are_what_the_person_signs() -> None:
    """What the signer identified themselves with is part of the intent; an older intent signs the bytes it did."""
    older = _intent()
    assert b"components" not in intent_bytes(older)
    within = msgspec.structs.replace(older, components=("passphrase",))
    assert b'"components":["passphrase"]' in intent_bytes(within)
    forged = msgspec.structs.replace(approve(older, QUINN, MADE), intent=within)
    assert _refusal(forged) is SignatureDoesNotHold


def test_each_refusal_is_its_own() -> None:
    """Each cause has a class of its own, of the families 'not allowed' and 'integrity violated'."""
    causes = [KeyUnknown, KeyWasRevoked, WrongPerson, WrongRole, AccountWasClosed]
    damage = [
        SignatureDoesNotHold,
        SignatureTransplanted,
        SignatureReplayed,
        CheckpointInconsistent,
        SignedTooEarly,
        ClockTurnedBack,
        ClockSetForward,
    ]
    assert {error.exit_code for error in causes} == {5}
    assert {error.exit_code for error in damage} == {4}
    assert len({error.hint for error in (*causes, *damage)}) == len(causes) + len(damage)
