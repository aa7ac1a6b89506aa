"""Log-ins at an identity provider beside a signature: when one counts, and each way in which it does not, by name."""

from __future__ import annotations

import hmac
import json
from hashlib import sha256
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jwk
from joserfc.errors import SecurityWarning

from clausework.core.errors import ClauseworkError
from clausework.ledger.id_tokens import (
    IdTokenAlgorithmRefused,
    IdTokenDoesNotHold,
    IdTokenExpired,
    IdTokenUnreadable,
    NonceOfAnother,
    OtherAudience,
    OtherIssuer,
    OtherPersonLoggedIn,
    ProviderKeyUnfit,
    ProviderKeyUnknown,
    StepUpMisstated,
    nonce_of,
    refuse_unfit,
    thumbprint,
)
from clausework.ledger.keyring import EnrolledKey, KeyRing
from clausework.ledger.records.decisions import Approval, Intent
from clausework.ledger.records.identification import ProviderKey, ProviderKeys, StepUp
from clausework.ledger.signing import Ed25519Signer, encode_key, key_id_of
from clausework.plan.provider import Provider
from clausework.plan.signing import Signing
from clausework.signatures.approvals import Circumstances, approve, check_approval
from clausework.signatures.provider import (
    StepUpAlone,
    StepUpMissing,
    StepUpStale,
    StepUpTooWeak,
    step_up_of,
)
from tests.signatures.authenticator import Authenticator
from tests.signatures.identity import CLIENT, ISSUER, Issuer, unsigned
from tests.signatures.test_passkeys import MADE, QUINN, SOUND, wanted

SIGNER = Ed25519Signer(b"q" * 32)
ISSUED_BY = Issuer()
ASKED = Provider(ISSUER, CLIENT, required=True)


def ring(keys: ProviderKeys | None = None, *, revoked: dict[str, int] | None = None) -> KeyRing:
    """Return a key ring with Quinn's sealed key and the provider's keys."""
    person = msgspec.structs.replace(QUINN, public_key=encode_key(SIGNER.public_key))
    key = EnrolledKey(key_id_of(SIGNER.public_key), SIGNER.public_key, person, 0)
    providers = ((2, keys or ISSUED_BY.recorded(MADE)),)
    return KeyRing(
        keys={key.key_id: key}, enrolled=((0, person),), providers=providers, revoked=revoked or {}
    )


def under(provider: Provider | None = ASKED, **changes: Any) -> Circumstances:
    """Return sound circumstances under a plan with ``provider``."""
    return msgspec.structs.replace(SOUND, signing=Signing(provider=provider), **changes)


def approval(intent: Intent, step_up: StepUp | None) -> Approval:
    """Return Quinn's signature of ``intent`` with a log-in beside it."""
    return msgspec.structs.replace(approve(intent, SIGNER, MADE), step_up=step_up)


def refusal(
    given_approval: Approval, circumstances: Circumstances | None = None, keys: KeyRing | None = None
) -> type[Exception]:
    """Return the class by which an approval is refused; it says what to do next."""
    with pytest.raises(ClauseworkError) as caught:
        check_approval(given_approval, keys or ring(), circumstances or under())
    assert caught.value.hint
    return caught.type


@pytest.mark.parametrize(
    ("kty", "alg"),
    [("RSA", "RS256"), ("RSA", "PS256"), ("EC", "ES256"), ("OKP", "EdDSA"), ("OKP", "Ed25519")],
)
def test_a_log_in_beside_a_signature(kty: str, alg: str) -> None:
    """A fresh ID token for this intent and person, by a recorded key of each algorithm that is taken, counts."""
    issued_by, intent = Issuer(kty, alg), wanted()
    signed = approval(intent, issued_by.step_up(intent, MADE))
    assert check_approval(signed, ring(issued_by.recorded(MADE)), under()).email == "quinn@example.com"


def test_a_log_in_beside_a_passkey() -> None:
    """A passkey's signature bears a log-in like a sealed key's; challenge and nonce are the one intent's SHA-256."""
    device, intent = Authenticator(), wanted()
    key = EnrolledKey(device.key_id, device.cose_key, QUINN, 0, None, device.passkey())
    keys = msgspec.structs.replace(ring(), keys={key.key_id: key}, enrolled=((0, QUINN),))
    assert refusal(device.approve(intent, MADE), under(), keys) is StepUpMissing
    both = device.approve(intent, MADE, ISSUED_BY.step_up(intent, MADE))
    assert check_approval(both, keys, under()).email == "quinn@example.com"


def test_a_plan_that_asks_for_a_log_in_is_met_by_nothing_less() -> None:
    """Where the plan asks for it, a signature without a log-in does not count; where it does not, it does."""
    bare = approval(wanted(), None)
    assert refusal(bare) is StepUpMissing
    assert check_approval(bare, ring(), under(None))
    assert check_approval(bare, ring(), under(msgspec.structs.replace(ASKED, required=False)))


def test_what_lets_the_providers_keys_in_needs_no_log_in_there() -> None:
    """Before the keys are in force no log-in can be verified: two signatures alone let them in."""
    bare = approval(wanted(), None)
    assert check_approval(bare, ring(), under(lets_provider_in=True))


def test_attack_a_log_in_alone() -> None:
    """Attack: the provider's word stands in for the person's own signature; it never is one."""
    intent = wanted()
    step_up = ISSUED_BY.step_up(intent, MADE)
    alone = msgspec.structs.replace(approval(intent, step_up), signature="")
    assert refusal(alone) is StepUpAlone
    as_key = msgspec.structs.replace(approval(intent, step_up), key_id=step_up.key_id)
    assert refusal(as_key) is StepUpAlone
    assert refusal(as_key, under(None)) is StepUpAlone


NOW = 1_775_809_800  # when the intent of these tests was made; it is recorded a minute later
CLAIMS: dict[str, tuple[dict[str, Any], type[Exception]]] = {
    "another issuer": ({"iss": "https://evil.example"}, OtherIssuer),
    "an issuer that differs by a slash": ({"iss": f"{ISSUER}/"}, OtherIssuer),
    "another client": ({"aud": "another"}, OtherAudience),
    "another client beside ours": ({"aud": [CLIENT, "another"]}, OtherAudience),
    "another authorised party": ({"aud": [CLIENT, "another"], "azp": "another"}, OtherAudience),
    "no audience": ({"aud": []}, OtherAudience),
    "the nonce of another intent": ({"nonce": "0" * 64}, NonceOfAnother),
    "no nonce": ({"nonce": None}, IdTokenUnreadable),
    "another person": ({"email": "rita@example.com"}, OtherPersonLoggedIn),
    "no person": ({"email": None}, IdTokenUnreadable),
    "an address that nobody verified": ({"email_verified": False}, OtherPersonLoggedIn),
    "an expired token": ({"exp": NOW - 30}, IdTokenExpired),
    "a token of the future": ({"iat": NOW + 3600, "exp": NOW + 7200}, IdTokenExpired),
    "no expiry": ({"exp": None}, IdTokenUnreadable),
    "a log-in of this morning": ({"auth_time": NOW - 3600}, StepUpStale),
    "a log-in one second too old": ({"auth_time": NOW + 60 - 301}, StepUpStale),
    "a log-in after the token": ({"auth_time": NOW + 1000}, IdTokenExpired),
    "no time of the log-in": ({"auth_time": None}, IdTokenUnreadable),
    "a time that is a text": ({"auth_time": str(NOW)}, IdTokenUnreadable),
    "a time that is true": ({"auth_time": True}, IdTokenUnreadable),
}


@pytest.mark.parametrize("attack", sorted(CLAIMS))
def test_attack_a_token_that_says_otherwise(attack: str) -> None:
    """Attack: a genuine token of the provider, for something or somebody else, or too old."""
    changes, cause = CLAIMS[attack]
    intent = wanted()
    claims = ISSUED_BY.claims(intent, **changes)
    stated = claims.get("auth_time")
    step_up = StepUp(
        ISSUER,
        thumbprint(ISSUED_BY.provider_key),
        stated if type(stated) is int else 0,
        ISSUED_BY.token(claims),
    )
    assert refusal(approval(intent, step_up)) is cause


def test_a_log_in_is_as_fresh_as_the_plan_asks() -> None:
    """The plan's own age counts, in seconds before the signature was recorded, to the second."""
    intent = wanted()
    step_up = ISSUED_BY.step_up(intent, MADE, auth_time=NOW + 60 - 300)
    assert check_approval(approval(intent, step_up), ring(), under())
    strict = under(msgspec.structs.replace(ASKED, max_age=299))
    assert refusal(approval(intent, step_up), strict) is StepUpStale


def test_two_audiences_with_ours_as_the_authorised_party() -> None:
    """A token for several clients counts where it says that it was made for ours."""
    intent = wanted()
    step_up = ISSUED_BY.step_up(intent, MADE, aud=["another", CLIENT], azp=CLIENT)
    assert check_approval(approval(intent, step_up), ring(), under())


def test_a_log_in_in_the_way_that_the_plan_asks() -> None:
    """One of the plan's classes and all of its methods are told, or the log-in does not count."""
    strong = under(msgspec.structs.replace(ASKED, acr=("gold", "silver"), amr=("pwd", "otp")))
    intent = wanted()
    for changes in (
        {},
        {"acr": "gold"},
        {"acr": "lead", "amr": ["pwd", "otp"]},
        {"acr": "gold", "amr": ["pwd"]},
    ):
        assert refusal(approval(intent, ISSUED_BY.step_up(intent, MADE, **changes)), strong) is StepUpTooWeak
    step_up = ISSUED_BY.step_up(intent, MADE, acr="silver", amr=["otp", "pwd", "mfa"])
    assert check_approval(approval(intent, step_up), ring(), strong)


def _stated(token: str, **changes: Any) -> StepUp:
    sound = StepUp(ISSUER, thumbprint(ISSUED_BY.provider_key), NOW + 5, token)
    return msgspec.structs.replace(sound, **changes)


def test_attack_alg_none() -> None:
    """Attack: a token without a signature, under each spelling of none."""
    intent = wanted()
    for name in ("none", "None", "NONE", "", None, 1, ["RS256"], {"alg": "RS256"}):
        token = unsigned(ISSUED_BY.claims(intent), {"alg": name, "kid": "k1"})
        assert refusal(approval(intent, _stated(token))) is IdTokenAlgorithmRefused
    assert (
        refusal(approval(intent, _stated(unsigned(ISSUED_BY.claims(intent), {})))) is IdTokenAlgorithmRefused
    )


@pytest.mark.parametrize("alg", ["HS256", "HS384", "HS512"])
def test_attack_the_public_key_as_a_shared_secret(alg: str) -> None:
    """Attack: a token authenticated with the provider's public key as the secret, which everybody has."""
    intent = wanted()
    public = ISSUED_BY.key.public_key
    for secret in (
        public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        json.dumps(ISSUED_BY.key.as_dict(private=False)).encode(),
    ):
        text = unsigned(ISSUED_BY.claims(intent), {"alg": alg, "kid": "k1"}).rpartition(".")[0]
        tag = hmac.digest(secret, text.encode(), {"HS256": "sha256", "HS384": "sha384"}.get(alg, "sha512"))
        token = text + unsigned({}, {}, tag)[unsigned({}, {}).rindex(".") :]
        assert refusal(approval(intent, _stated(token))) is IdTokenAlgorithmRefused


def test_attack_a_key_of_the_tokens_own() -> None:
    """Attack: the token brings its key along, or says where to fetch it; only recorded keys verify."""
    thief, intent = Issuer(), wanted()
    for header in (
        {"jwk": thief.key.as_dict(private=False)},
        {"jku": "https://evil.example/keys"},
        {"x5u": "https://evil.example/certificate"},
    ):
        token = thief.token(thief.claims(intent), header)
        assert refusal(approval(intent, _stated(token))) in {IdTokenDoesNotHold, IdTokenUnreadable}
    assert (
        refusal(approval(intent, _stated(thief.token(thief.claims(intent), {"kid": "k2"}))))
        is ProviderKeyUnknown
    )


def test_attack_an_algorithm_of_another_type_of_key() -> None:
    """Attack: a token says ES256 and names the recorded RSA key; or PS256 where the key is for RS256."""
    intent = wanted()
    token = unsigned(ISSUED_BY.claims(intent), {"alg": "ES256", "kid": "k1"}, b"s" * 64)
    assert refusal(approval(intent, _stated(token))) is ProviderKeyUnknown
    fixed = msgspec.structs.replace(ISSUED_BY.provider_key, alg="RS256")
    keys = ring(msgspec.structs.replace(ISSUED_BY.recorded(MADE), keys=(fixed,)))
    other = ISSUED_BY.token(ISSUED_BY.claims(intent), {"alg": "PS256"})
    assert refusal(approval(intent, _stated(other)), keys=keys) is ProviderKeyUnknown


def test_attack_a_changed_token() -> None:
    """Attack: a claim is changed and the signature left, or the parts are cut."""
    intent = wanted()
    sound = ISSUED_BY.token(ISSUED_BY.claims(intent, email="rita@example.com"))
    head, _, signature = sound.split(".")
    payload = unsigned(ISSUED_BY.claims(intent), {}).split(".")[1]
    assert refusal(approval(intent, _stated(f"{head}.{payload}.{signature}"))) is IdTokenDoesNotHold
    for token in (f"{head}.{payload}", f"{head}.{payload}.{signature}.{signature}", head, "", "..", "é.é.é"):
        assert refusal(approval(intent, _stated(token))) is IdTokenUnreadable
    critical = ISSUED_BY.token(ISSUED_BY.claims(intent))
    asking = unsigned(ISSUED_BY.claims(intent), {"alg": "RS256", "kid": "k1", "crit": ["b64"], "b64": False})
    assert refusal(approval(intent, _stated(f"{asking.split('.')[0]}.{critical.partition('.')[2]}")))


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_hostile_tokens_are_refused_and_never_a_traceback(token: str) -> None:
    """Whatever text stands where an ID token should, it is refused with a reason."""
    assert issubclass(refusal(approval(wanted(), _stated(token))), ClauseworkError)


@settings(max_examples=200, deadline=None)
@given(
    st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=20), st.lists, max_leaves=10)
)
def test_hostile_claims_are_refused_and_never_a_traceback(value: Any) -> None:
    """A token that the provider signed, with any value in any claim, is refused with a reason or is sound."""
    intent = wanted()
    for name in ("iss", "aud", "nonce", "email", "auth_time", "exp", "iat", "sub"):
        token = ISSUED_BY.token({**ISSUED_BY.claims(intent), name: value})
        if name != "sub" and not (name in {"exp", "auth_time", "iat"} and type(value) is int):
            assert issubclass(refusal(approval(intent, _stated(token))), ClauseworkError)


def test_attack_a_recording_dated_back() -> None:
    """Attack: the record claims to be older than the signature in it, so that an old log-in looks fresh."""
    intent = wanted()
    step_up = ISSUED_BY.step_up(intent, MADE, auth_time=NOW - 3600, iat=NOW - 3500)
    early = msgspec.structs.replace(MADE, at="2026-04-10T07:31:00.000Z")
    dated_back = msgspec.structs.replace(approval(intent, step_up), made=early)
    assert refusal(dated_back) is StepUpStale


def test_attack_a_log_in_recorded_as_another() -> None:
    """Attack: the record states another time or key than the token has, so as to look fresh."""
    intent = wanted()
    token = ISSUED_BY.token(ISSUED_BY.claims(intent))
    assert refusal(approval(intent, _stated(token, auth_time=NOW + 50))) is StepUpMisstated
    assert refusal(approval(intent, _stated(token, key_id="0" * 64))) is StepUpMisstated
    assert refusal(approval(intent, _stated(token, issuer="https://evil.example"))) is OtherIssuer
    assert (
        refusal(approval(intent, _stated(token, issuer="https://evil.example")), under(None))
        is ProviderKeyUnknown
    )


def test_attack_keys_that_are_not_in_force() -> None:
    """Attack: a log-in by a revoked key, by keys let in later, or by those that the next set replaced."""
    intent = wanted()
    signed = approval(intent, ISSUED_BY.step_up(intent, MADE))
    key_id = thumbprint(ISSUED_BY.provider_key)
    assert refusal(signed, keys=ring(revoked={key_id: 11})) is ProviderKeyUnknown
    assert check_approval(signed, ring(revoked={key_id: 13}), under())
    later = msgspec.structs.replace(ring(), providers=((13, ISSUED_BY.recorded(MADE)),))
    assert refusal(signed, keys=later) is ProviderKeyUnknown
    replaced = (*ring().providers, (11, Issuer(kid="k2").recorded(MADE)))
    assert refusal(signed, keys=msgspec.structs.replace(ring(), providers=replaced)) is ProviderKeyUnknown


def test_attack_keys_recorded_for_another_client() -> None:
    """Attack: keys are recorded with another client's ID, so that its tokens would count."""
    intent = wanted()
    keys = ring(ISSUED_BY.recorded(MADE, client_id="another"))
    signed = approval(intent, _stated(ISSUED_BY.token(ISSUED_BY.claims(intent, aud="another"))))
    assert refusal(signed, keys=keys) is OtherAudience


def test_attack_an_issuer_beside_the_plans() -> None:
    """Attack: the log-in is at another provider whose keys are in force too."""
    other, intent = Provider("https://other.example", CLIENT, required=True), wanted()
    assert refusal(approval(intent, ISSUED_BY.step_up(intent, MADE)), under(other)) is OtherIssuer


def test_a_log_in_that_nobody_asked_for_is_held_to_the_same_rules() -> None:
    """Without a provider in the plan, a log-in that does not hold takes the signature with it."""
    intent = wanted()
    stale = approval(intent, ISSUED_BY.step_up(intent, MADE, auth_time=NOW - 3600))
    assert refusal(stale, under(None)) is StepUpStale
    assert check_approval(approval(intent, ISSUED_BY.step_up(intent, MADE)), ring(), under(None))


@pytest.mark.parametrize(
    "key",
    [
        ProviderKey("oct", "k"),
        ProviderKey("RSA", "k", alg="HS256", n="AQAB", e="AQAB"),
        ProviderKey("RSA", "k", alg="ES256", n="AQAB", e="AQAB"),
        ProviderKey("RSA", "k"),
        ProviderKey("RSA", "k", n="!!", e="AQAB"),
        ProviderKey("EC", "k", crv="P-256", x="AA", y="AA"),
        ProviderKey("EC", "k", crv="P-521", x="AA", y="AA"),
        ProviderKey("OKP", "k", crv="Ed25519", x="AA"),
        ProviderKey("OKP", "k", crv="X25519", x="AA"),
        ProviderKey("", ""),
    ],
    ids=str,
)
def test_attack_a_key_that_is_none(key: ProviderKey) -> None:
    """Secrets, weak or unreadable keys, and keys for other algorithms are not recorded."""
    with pytest.raises(ProviderKeyUnfit):
        refuse_unfit(key)


def test_attack_a_short_rsa_key() -> None:
    """An RSA key of 1024 bits is not taken."""
    with pytest.warns(SecurityWarning):
        members = jwk.generate_key("RSA", 1024).as_dict(private=False)
    with pytest.raises(ProviderKeyUnfit, match="1024 bits"):
        refuse_unfit(ProviderKey("RSA", "k", n=str(members["n"]), e=str(members["e"])))


def test_the_thumbprint_is_that_of_rfc_7638() -> None:
    """The key ID is the thumbprint that any other implementation works out."""
    for issued_by in (ISSUED_BY, Issuer("EC", "ES256"), Issuer("OKP", "EdDSA")):
        assert (
            issued_by.key.thumbprint()
            == unsigned({}, {}, bytes.fromhex(thumbprint(issued_by.provider_key)))[
                unsigned({}, {}).rindex(".") + 1 :
            ]
        )


def test_the_nonce_is_the_intents_digest() -> None:
    """A passkey's challenge and the nonce name the intent in the same way."""
    intent = wanted()
    assert nonce_of(intent) == sha256(msgspec.json.encode(intent, order="sorted")).hexdigest()
    assert (
        step_up_of(ISSUED_BY.token(ISSUED_BY.claims(intent)), ISSUED_BY.recorded(MADE)).auth_time == NOW + 5
    )
