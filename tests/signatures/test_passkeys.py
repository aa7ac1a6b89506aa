"""Passkeys: what makes an assertion a signature, and each way in which it can fail to be one, by name."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

import cbor2
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clausework.core.digests import sha256_of
from clausework.core.errors import ClauseworkError
from clausework.ledger.assertions import (
    AssertionDoesNotHold,
    AssertionUnreadable,
    BackupFlagsChanged,
    ChallengeOfAnother,
    OtherOrigin,
    OtherRelyingParty,
    PersonNotPresent,
    PersonNotVerified,
)
from clausework.ledger.cose_keys import NotAPasskeyKey, cose_signature_holds, decode_cose
from clausework.ledger.keyring import EnrolledKey, KeyRing
from clausework.ledger.origins import origin_fits
from clausework.ledger.records.decisions import Approval, Intent
from clausework.ledger.records.identification import Passkey
from clausework.ledger.records.root import Person
from clausework.ledger.records.values import Made
from clausework.ledger.signing import Ed25519Signer, encode_key, key_id_of
from clausework.plan.provider import RelyingParty
from clausework.plan.signing import Signing
from clausework.signatures.approvals import (
    Circumstances,
    KeyUnknown,
    KeyWasRevoked,
    SignatureDoesNotHold,
    SignatureReplayed,
    SignatureTransplanted,
    WrongPerson,
    approve,
    check_approval,
    intent,
)
from clausework.signatures.passkeys import (
    NotThatPasskey,
    PasskeyAnswerUnreadable,
    PasskeyCloned,
    PasskeyUnfit,
    SyncedPasskeyRefused,
    made_passkey,
    new_challenge,
    signed_by_passkey,
)
from tests.signatures.authenticator import BE, BS, ORIGIN, PARTY, UP, UV, Authenticator, standard

SIGNED = sha256_of(b"decision")
MADE = Made("2026-04-10T08:31:00.000Z", "quinn@example.com", "clausework test")
CHECKPOINT = standard(b"c" * 32)
QUINN = Person("quinn@example.com", "Quinn Quality", "", "passport seen", "root@example.com")
RITA = Person("rita@example.com", "Rita Release", "", "passport seen", "root@example.com")
SOUND = Circumstances(
    index=12,
    signed=SIGNED,
    signed_index=9,
    not_before="2026-04-10T08:29:00.000Z",
    holds_role=lambda email, role: (email, role) == ("quinn@example.com", "quality"),
    nonces=frozenset({"used before"}),
    root_at=lambda size: CHECKPOINT if size == 10 else None,
)
SYNCED_ALLOWED = msgspec.structs.replace(SOUND, signing=Signing(synced_passkeys="allowed"))


def wanted(**changes: Any) -> Intent:
    """Return what Quinn is to sign."""
    made = intent(
        SIGNED,
        email="quinn@example.com",
        name="Quinn Quality",
        role="quality",
        meaning="approved",
        clock=lambda: datetime(2026, 4, 10, 8, 30, tzinfo=UTC),
        size=10,
        checkpoint=CHECKPOINT,
    )
    return msgspec.structs.replace(made, **changes)


def ring(
    device: Authenticator, *, person: Person = QUINN, until: int | None = None, **changes: Any
) -> KeyRing:
    """Return a key ring in which the passkey on ``device`` is Quinn's."""
    key = EnrolledKey(device.key_id, device.cose_key, person, 0, until, device.passkey(**changes))
    revoked = {} if until is None else {key.key_id: until}
    return KeyRing(keys={key.key_id: key}, enrolled=((0, QUINN), (0, RITA)), revoked=revoked)


def refusal(approval: Approval, keys: KeyRing, circumstances: Circumstances = SOUND) -> type[Exception]:
    """Return the class by which an approval is refused; it says what to do next."""
    with pytest.raises(ClauseworkError) as caught:
        check_approval(approval, keys, circumstances)
    assert caught.value.hint
    return caught.type


@pytest.mark.parametrize("algorithm", ["EdDSA", "ES256", "RS256"])
def test_a_passkey_signs_for_its_person(algorithm: str) -> None:
    """An assertion over the intent's SHA-256, by each algorithm that is taken, counts as the person's signature."""
    device = Authenticator(algorithm)
    assert check_approval(device.approve(wanted(), MADE), ring(device), SOUND).email == "quinn@example.com"


ATTACKS: dict[str, tuple[dict[str, Any], type[Exception]]] = {
    "the challenge of another intent": ({"challenge": b"x" * 32}, ChallengeOfAnother),
    "a challenge that is empty": ({"challenge": b""}, ChallengeOfAnother),
    "a page elsewhere": ({"origin": "https://localhost.evil.example"}, OtherOrigin),
    "a page of the same name elsewhere": ({"origin": "http://localhost.evil.example:43210"}, OtherOrigin),
    "a page with a user before the name": ({"origin": "http://localhost@evil.example"}, OtherOrigin),
    "an app and no page": ({"origin": "android:apk-key-hash:localhost"}, OtherOrigin),
    "a frame in another page": ({"cross_origin": True}, OtherOrigin),
    "another relying party": ({"relying_party": "evil.example"}, OtherRelyingParty),
    "nobody present": ({"flags": UV}, PersonNotPresent),
    "the person not verified": ({"flags": UP}, PersonNotVerified),
    "a making passed off as a signing": ({"kind": "webauthn.create"}, AssertionUnreadable),
    "bytes after the authenticator's data": ({"extra": b"\x00"}, AssertionUnreadable),
    "an extension that is announced and missing": ({"flags": UP | UV | 0x80}, AssertionUnreadable),
    "a passkey that began to sync": ({"flags": UP | UV | BE}, BackupFlagsChanged),
    "backed up without being able to": ({"flags": UP | UV | BS}, BackupFlagsChanged),
}


@pytest.mark.parametrize("attack", sorted(ATTACKS))
def test_attack_an_assertion_that_says_otherwise(attack: str) -> None:
    """Attack: the genuine device signs something else than the person was shown, or somewhere else."""
    changes, cause = ATTACKS[attack]
    device = Authenticator()
    assert refusal(device.approve(wanted(), MADE, **changes), ring(device)) is cause


def test_a_synced_passkey_counts_only_where_the_plan_lets_it() -> None:
    """The backup flags are read from what is signed; by default a passkey that may sync is refused, synced or not."""
    for flags, word in ((BE, "may sync"), (BE | BS, "is synced")):
        device = Authenticator(backup=flags)
        approval = device.approve(wanted(), MADE)
        with pytest.raises(SyncedPasskeyRefused, match=word):
            check_approval(approval, ring(device), SOUND)
        assert check_approval(approval, ring(device), SYNCED_ALLOWED).email == "quinn@example.com"


def test_attack_a_synced_passkey_enrolled_as_one_that_is_not() -> None:
    """Attack: the enrolment hides that the passkey syncs; what the device signs of itself shows it."""
    device = Authenticator(backup=BE)
    hidden = ring(device, backup_eligible=False)
    assert refusal(device.approve(wanted(), MADE), hidden, SYNCED_ALLOWED) is BackupFlagsChanged


def test_attack_a_cloned_counter() -> None:
    """Attack: a copy of the authenticator signs on; its counter does not go beyond the one seen last."""
    device = Authenticator(count=7)
    keys = ring(device)
    for seen, cause in ((9, PasskeyCloned), (8, PasskeyCloned)):
        counted = msgspec.structs.replace(SOUND, sign_counts={device.key_id: seen})
        assert refusal(device.approve(wanted(), MADE, count=8), keys, counted) is cause
    assert refusal(device.approve(wanted(), MADE, count=7), keys) is PasskeyCloned
    assert refusal(device.approve(wanted(), MADE, count=0), keys) is PasskeyCloned
    counted = msgspec.structs.replace(SOUND, sign_counts={device.key_id: 7})
    assert check_approval(device.approve(wanted(), MADE, count=8), keys, counted)


def test_attack_another_device_under_the_same_name() -> None:
    """Attack: another authenticator signs under the enrolled key's ID."""
    device, thief = Authenticator(), Authenticator()
    stolen = msgspec.structs.replace(thief.approve(wanted(), MADE), key_id=device.key_id)
    assert refusal(stolen, ring(device)) is AssertionDoesNotHold
    assert refusal(thief.approve(wanted(), MADE), ring(device)) is KeyUnknown


def test_attack_a_revoked_passkey() -> None:
    """Attack: a passkey signs after its revocation; before, it counts."""
    device = Authenticator()
    assert refusal(device.approve(wanted(), MADE), ring(device, until=11)) is KeyWasRevoked
    assert check_approval(device.approve(wanted(), MADE), ring(device, until=13), SOUND)


def test_attack_transplanted_and_replayed() -> None:
    """Attack: the signature is put to another record, to another intent, or given twice (21 CFR 11.70)."""
    device = Authenticator()
    sound = device.approve(wanted(), MADE)
    keys = ring(device)
    elsewhere = msgspec.structs.replace(SOUND, signed=sha256_of(b"another decision"))
    assert refusal(sound, keys, elsewhere) is SignatureTransplanted
    moved = msgspec.structs.replace(sound, intent=wanted(signed=sha256_of(b"another decision")))
    assert refusal(moved, keys, elsewhere) is ChallengeOfAnother
    assert refusal(device.approve(wanted(nonce="used before"), MADE), keys) is SignatureReplayed


def test_attack_in_another_persons_name() -> None:
    """Attack: Rita signs with her passkey what is shown in Quinn's name."""
    device = Authenticator()
    assert refusal(device.approve(wanted(), MADE), ring(device, person=RITA)) is WrongPerson


def test_attack_one_kind_of_key_passed_off_as_the_other() -> None:
    """Attack: a passkey's key without an assertion, and a sealed key with one, are both refused."""
    device, signer = Authenticator("EdDSA"), Ed25519Signer(b"q" * 32)
    bare = msgspec.structs.replace(device.approve(wanted(), MADE), assertion=None)
    assert refusal(bare, ring(device)) is AssertionUnreadable
    plain = msgspec.structs.replace(bare, signature=standard(device.sign(b"the intent's JSON")))
    assert refusal(plain, ring(device)) is AssertionUnreadable
    sealed = msgspec.structs.replace(QUINN, public_key=encode_key(signer.public_key))
    key = EnrolledKey(key_id_of(signer.public_key), signer.public_key, sealed, 0)
    keys = KeyRing(keys={key.key_id: key}, enrolled=((0, sealed),))
    approval = approve(wanted(), signer, MADE)
    assert check_approval(approval, keys, SOUND)
    dressed = msgspec.structs.replace(approval, assertion=device.approve(wanted(), MADE).assertion)
    assert refusal(dressed, keys) is SignatureDoesNotHold


@pytest.mark.parametrize("part", ["authenticator_data", "client_data", "signature"])
def test_attack_a_changed_byte(part: str) -> None:
    """Attack: any one byte of what the device signed, or of the signature, is changed."""
    device = Authenticator()
    sound = device.approve(wanted(), MADE)
    assert sound.assertion is not None
    text = sound.signature if part == "signature" else getattr(sound.assertion, part)
    raw = base64.b64decode(text)
    for position in range(len(raw)):
        changed = standard(raw[:position] + bytes([raw[position] ^ 1]) + raw[position + 1 :])
        if part == "signature":
            forged = msgspec.structs.replace(sound, signature=changed)
        else:
            assertion = msgspec.structs.replace(sound.assertion, **{part: changed})
            forged = msgspec.structs.replace(sound, assertion=assertion)
        assert issubclass(refusal(forged, ring(device)), ClauseworkError)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.binary(max_size=300), st.binary(max_size=100))
def test_hostile_bytes_are_refused_and_never_a_traceback(
    data: bytes, client: bytes, signature: bytes
) -> None:
    """Whatever bytes stand in an assertion, they are refused with a reason."""
    device = Authenticator("EdDSA")
    sound = device.approve(wanted(), MADE)
    assert sound.assertion is not None
    for assertion in (
        msgspec.structs.replace(sound.assertion, authenticator_data=standard(data)),
        msgspec.structs.replace(sound.assertion, client_data=standard(client)),
        msgspec.structs.replace(sound.assertion, client_data="not base64!"),
    ):
        assert refusal(msgspec.structs.replace(sound, assertion=assertion), ring(device))
    assert refusal(msgspec.structs.replace(sound, signature=standard(signature)), ring(device))


@pytest.mark.parametrize(
    "client",
    [
        b"[]",
        b"{}",
        b'{"type": 1, "challenge": 2, "origin": 3}',
        b'{"type": "webauthn.get", "challenge": "\xff", "origin": ""}',
        b'{"type": "webauthn.get", "challenge": "YQ", "origin": [1], "crossOrigin": false}',
        b"[" * 100_000,
    ],
)
def test_hostile_client_data_is_refused(client: bytes) -> None:
    """Client data of another shape is refused with a reason, however deep."""
    device = Authenticator()
    sound = device.approve(wanted(), MADE)
    assert sound.assertion is not None
    assertion = msgspec.structs.replace(sound.assertion, client_data=standard(client))
    assert refusal(msgspec.structs.replace(sound, assertion=assertion), ring(device))


def _cose(**members: Any) -> bytes:
    named = {"kty": 1, "alg": 3, "crv": -1, "x": -2, "y": -3}
    return cbor2.dumps({named[name]: value for name, value in members.items()}, canonical=True)


@pytest.mark.parametrize(
    "key",
    [
        b"",
        b"\xff",
        b"\x04" + bytes(64),
        _cose(kty=2, alg=-7, crv=1, x=bytes(32), y=bytes(32)),
        _cose(kty=2, alg=-7, crv=2, x=bytes(32), y=bytes(32)),
        _cose(kty=2, alg=-35, crv=2, x=bytes(48), y=bytes(48)),
        _cose(kty=1, alg=-8, crv=7, x=bytes(57)),
        _cose(kty=1, alg=-8, crv=6, x=b"short"),
        _cose(kty=1, alg=-8, crv=6),
        _cose(kty=3, alg=-257, crv=(1 << 1023 | 1).to_bytes(128), x=b"\x01\x00\x01"),
        _cose(kty=3, alg=-65535, crv=b"n", x=b"e"),
        _cose(kty=4, alg=5, crv=b"secret"),
        pytest.param(Authenticator("EdDSA").cose_key + b"\x00", id="one byte more"),
        cbor2.dumps({True: 1, 3: -8, -1: 6, -2: bytes(32)}),
        cbor2.dumps({3: -8, 1: 1, -1: 6, -2: bytes(32)}),
    ],
    ids=lambda key: key[:12].hex(),
)
def test_attack_a_key_that_is_none_or_of_a_weak_algorithm(key: bytes) -> None:
    """Keys off the curve, short, secret, of other algorithms, or in a second encoding are not taken."""
    with pytest.raises(NotAPasskeyKey):
        decode_cose(standard(key))
    with pytest.raises(NotAPasskeyKey):
        cose_signature_holds(key, b"", b"")


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=120))
def test_hostile_keys_are_refused_and_never_a_traceback(data: bytes) -> None:
    """Whatever bytes stand where a COSE key should, they are refused with a reason."""
    with pytest.raises(NotAPasskeyKey):
        decode_cose(standard(data))
    with pytest.raises(NotAPasskeyKey):
        decode_cose("no base64!")


@pytest.mark.parametrize(
    ("origin", "allowed", "party", "fits"),
    [
        ("http://localhost:1234", "http://localhost", "localhost", True),
        ("http://localhost", "http://localhost", "localhost", True),
        ("http://localhost:1234", "http://localhost:1234", "localhost", True),
        ("http://localhost:1235", "http://localhost:1234", "localhost", False),
        ("http://clausework.localhost:99", "http://clausework.localhost", "localhost", True),
        ("https://sign.example.com", "https://sign.example.com", "example.com", True),
        ("https://sign.example.com:8443", "https://sign.example.com", "example.com", False),
        ("https://other.example.com", "https://sign.example.com", "example.com", False),
        ("http://sign.example.com", "http://sign.example.com", "example.com", False),
        ("https://badexample.com", "https://badexample.com", "example.com", False),
        ("http://localhost:1234/path", "http://localhost", "localhost", False),
        ("http://localhost:port", "http://localhost", "localhost", False),
        ("http://LOCALHOST:1234", "http://localhost", "localhost", False),
        ("http://[::1", "http://localhost", "localhost", False),
        ("", "http://localhost", "localhost", False),
    ],
)
def test_which_origin_fits(origin: str, allowed: str, party: str, fits: bool) -> None:
    """An origin is the recorded one to the letter; only this machine's pages may have any port."""
    assert origin_fits(origin, allowed, party) is fits


@pytest.mark.parametrize("algorithm", ["EdDSA", "ES256", "RS256"])
def test_what_is_recorded_of_a_new_passkey(algorithm: str) -> None:
    """Key, relying party, origins, backup flags, model, attestation and counter are read from what the device says."""
    device, challenge = Authenticator(algorithm, backup=BE | BS, count=3), new_challenge()
    made = made_passkey(device.made(challenge), challenge, PARTY)
    assert (made.public_key, made.key_id) == (device.cose_key, device.key_id)
    assert made.passkey == Passkey(
        standard(device.credential_id),
        "localhost",
        ("http://localhost",),
        backup_eligible=True,
        backed_up=True,
        aaguid="00000000-0000-0000-0000-000000000000",
        attestation="none",
        sign_count=3,
    )


def test_attack_a_passkey_made_otherwise_than_asked() -> None:
    """Attack: made for another challenge, page or party, or without verifying the person: none is enrolled."""
    device, challenge = Authenticator(), new_challenge()
    for answer in (
        device.made(new_challenge()),
        device.made(challenge, origin="https://evil.example"),
        device.made(challenge, party="evil.example"),
        device.made(challenge, flags=UP),
        device.made(challenge, flags=UV),
        device.answer(wanted()).replace("authenticatorData", "attestationObject"),
    ):
        with pytest.raises((PasskeyUnfit, PasskeyAnswerUnreadable)):
            made_passkey(answer, challenge, PARTY)
    with pytest.raises(PasskeyUnfit, match="none of https"):
        made_passkey(device.made(challenge), challenge, RelyingParty("example.com", ("https://example.com",)))


@pytest.mark.parametrize("answer", ["", "[]", "null", "{}", '{"id": 1}', "x" * 70_000, "[" * 5_000])
def test_hostile_answers_of_a_browser(answer: str) -> None:
    """What is no credential is refused with a reason, whoever asks."""
    with pytest.raises(PasskeyAnswerUnreadable):
        made_passkey(answer, new_challenge(), PARTY)
    with pytest.raises(PasskeyAnswerUnreadable):
        signed_by_passkey(answer, {})


def test_attack_a_passkey_that_was_not_asked_for() -> None:
    """Attack: the browser answers with somebody else's passkey; only the person's enrolled ones are taken."""
    device, other = Authenticator(), Authenticator()
    (key,) = ring(device).keys.values()
    asked = {device.passkey().credential_id: key}
    found, assertion, signature = signed_by_passkey(device.answer(wanted()), asked)
    assert found == key
    assert ORIGIN in json.loads(base64.b64decode(assertion.client_data))["origin"]
    assert base64.b64decode(signature)
    with pytest.raises(NotThatPasskey):
        signed_by_passkey(other.answer(wanted()), asked)
