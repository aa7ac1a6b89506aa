"""Logging in at the identity provider beside a signature: where the plan asks for it nothing less counts."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from clausework.actions.account import enrol, revoke
from clausework.actions.browser_signing import NoProvider, ProviderKeysMissing
from clausework.actions.person import Person as Acting
from clausework.actions.person import SignatureWouldNotCount
from clausework.actions.provider_keys import (
    ProviderKeysInForce,
    RecordedKeys,
    record_provider_keys,
)
from clausework.actions.sign import sign
from clausework.actions.verify import verify
from clausework.actions.workplace import Workplace
from clausework.ledger.id_tokens import ProviderKeyUnknown, nonce_of
from clausework.ledger.key_sets import NotAKeySet
from clausework.ledger.keyring import APPROVED
from clausework.ledger.ledger import Draft
from clausework.ledger.records import subject
from clausework.ledger.records.decisions import Approval
from clausework.remotes.identity_provider import ProviderRefused
from clausework.signatures.approvals import approve, intent
from clausework.signatures.sealed_key import create_sealed_key, sealed_key_path
from tests.actions.device import PASSPHRASE, PLAN, QUALITY, RELEASE, Device, person
from tests.actions.prepared import establish_ledger
from tests.remotes.openid import Provider

THIRD = "third@example.com"


class Scene(msgspec.Struct, frozen=True):
    """An established ledger whose plan asks for a log-in, the provider, and who logs in there."""

    device: Device
    provider: Provider
    keys: Path

    @contextmanager
    def open(self, tell: Callable[[str], None] | None = None) -> Iterator[Workplace]:
        """Open the workplace with somebody at the browser, who logs in as the one who signs."""
        with self.device.open() as workplace:
            yield msgspec.structs.replace(workplace, tell=tell or self.log_in())

    def log_in(self, redirect: dict[str, str] | None = None, **changes: Any) -> Callable[[str], None]:
        """Return who logs in: as the person the log-in was hinted for, unless ``changes`` say otherwise."""

        def open_address(address: str) -> None:
            back = self.provider.person(**(redirect or {}))
            back(address)
            asked, now = self.provider.asked, int(time.time())
            self.provider.claims = {
                "iss": self.provider.issuer,
                "sub": "1",
                "aud": asked["client_id"],
                "iat": now,
                "exp": now + 300,
                "auth_time": now,
                "nonce": asked["nonce"],
                "email": asked["login_hint"],
            } | changes

        return open_address

    def let_provider_in(self, workplace: Workplace) -> RecordedKeys:
        """Record the provider's keys and have both people sign."""
        recorded = record_provider_keys(workplace, None, by=person(workplace, QUALITY))
        for email in (QUALITY, RELEASE):
            sign(workplace, person(workplace, email), str(recorded.index))
        return recorded

    def something_to_sign(self, workplace: Workplace) -> int:
        """Record the enrolment of a third person, which waits for two signatures."""
        key = sealed_key_path(self.keys, THIRD)
        create_sealed_key(THIRD, "Thea Third", PASSPHRASE, key)
        return enrol(workplace, key, proof="passport seen", by=person(workplace, RELEASE))


@pytest.fixture
def scene(project: Device, tmp_path: Path) -> Iterator[Scene]:
    """Return a ledger whose plan asks for a log-in; the provider's keys are not recorded yet."""
    with Provider().running() as provider:
        signing = (
            f"signing: {{provider: {{issuer: {provider.issuer}, client_id: clausework, required: true}}}}\n"
        )
        project.write("clausework.yaml", PLAN + signing)
        project.commit()
        establish_ledger(project)
        yield Scene(project, provider, tmp_path / "keys")


def test_a_signature_with_a_log_in(scene: Scene) -> None:
    """The provider's keys are let in by two signatures; from then on each signature bears a log-in for its intent."""
    with scene.open() as workplace:
        waiting = scene.something_to_sign(workplace)
        with pytest.raises(ProviderKeysMissing):
            sign(workplace, person(workplace, QUALITY), str(waiting))
        recorded = scene.let_provider_in(workplace)
        assert recorded.issuer == scene.provider.issuer
        with pytest.raises(ProviderKeysInForce):
            scene.let_provider_in(workplace)
        signed = sign(workplace, person(workplace, QUALITY), str(waiting))
        body = workplace.record(signed.index).body
        assert isinstance(body, Approval)
        assert body.step_up is not None
        assert (body.step_up.issuer, body.step_up.key_id) == (scene.provider.issuer, recorded.key_ids[0])
        assert body.intent.components == ("account", "passphrase", "identity_provider")
        assert scene.provider.asked["nonce"] == nonce_of(body.intent)
        assert scene.provider.asked["login_hint"] == QUALITY
        assert sign(workplace, person(workplace, RELEASE), str(waiting)).missing == ()
    assert verify(scene.device.folder).problems == ()


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"auth_time": int(time.time()) - 100_000}, "before the signature was recorded"),
        ({"email": RELEASE}, f"'{RELEASE}' logged in; {QUALITY} signs"),
        ({"email_verified": False}, "has not verified the address"),
        ({"nonce": "0" * 64}, "logged in at .* for another intent"),
        ({"aud": "another"}, "not for clausework alone"),
        ({"iss": "https://evil.example"}, "is of 'https://evil.example'"),
        ({"exp": 1}, "was valid from"),
    ],
)
def test_attack_a_log_in_that_is_not_what_was_asked(
    scene: Scene, changes: dict[str, Any], reason: str
) -> None:
    """Attack: an old log-in, another person's, for another intent or client: nothing is recorded."""
    with scene.open() as workplace:
        scene.let_provider_in(workplace)
        waiting = scene.something_to_sign(workplace)
        before = workplace.ledger.size()
        tampered = msgspec.structs.replace(workplace, tell=scene.log_in(**changes))
        with pytest.raises(SignatureWouldNotCount, match=reason):
            sign(tampered, person(tampered, QUALITY), str(waiting))
        assert workplace.ledger.size() == before


def test_who_is_not_let_in_has_signed_nothing(scene: Scene) -> None:
    """The provider refuses the person: the command ends, nothing is recorded."""
    with scene.open() as workplace:
        scene.let_provider_in(workplace)
        waiting = scene.something_to_sign(workplace)
        before = workplace.ledger.size()
        refused = scene.log_in({"code": "", "error": "access_denied"})
        no = msgspec.structs.replace(workplace, tell=refused)
        with pytest.raises(ProviderRefused, match="access_denied"):
            sign(no, person(no, QUALITY), str(waiting))
        assert workplace.ledger.size() == before


def test_attack_a_signature_without_a_log_in_by_the_pipelines_key(scene: Scene) -> None:
    """Attack: who holds the pipeline's key appends a person's signature without a log-in; it does not count."""
    with scene.open() as workplace:
        scene.let_provider_in(workplace)
        quality = person(workplace, QUALITY)
        signed = workplace.record(scene.something_to_sign(workplace)).sha256
        checkpoint = workplace.ledger.checkpoint()
        given = intent(
            signed,
            email=QUALITY,
            name=quality.name,
            role="quality",
            meaning=APPROVED,
            clock=workplace.clock,
            size=checkpoint.size,
            checkpoint=checkpoint.root_base64,
        )
        body = approve(given, quality.signer, workplace.made(QUALITY))
        workplace.ledger.append([Draft((subject("approved", signed),), body)])
        standing = workplace.standing(workplace.snapshot())
        assert signed not in standing.given
        assert "without logging in" in standing.refused[-1].reason


def test_the_providers_keys_change_and_are_revoked(scene: Scene) -> None:
    """A token by a key that is not recorded yet, or was revoked, is refused by name; recording mends it."""
    with scene.open() as workplace:
        recorded = scene.let_provider_in(workplace)
        waiting = scene.something_to_sign(workplace)
        old = scene.provider.issued_by
        scene.provider.issued_by = type(old)(kid="next")
        with pytest.raises(ProviderKeyUnknown, match="'next'"):
            sign(workplace, person(workplace, QUALITY), str(waiting))
        scene.let_provider_in(workplace)
        assert sign(workplace, person(workplace, QUALITY), str(waiting)).index
        scene.provider.issued_by = old
        with pytest.raises(ProviderKeyUnknown):
            sign(workplace, person(workplace, RELEASE), str(waiting))
        revoke(
            workplace,
            recorded.key_ids[0],
            reason="the provider was broken into",
            by=person(workplace, QUALITY),
        )


def test_keys_from_a_file(scene: Scene) -> None:
    """A JWK set in a file is recorded as it is; what is none is refused, and nothing recorded."""
    with scene.open() as workplace:
        quality: Acting = person(workplace, QUALITY)
        path = scene.device.write("keys.json", "{}")
        before = workplace.ledger.size()
        with pytest.raises(NotAKeySet):
            record_provider_keys(workplace, path, by=quality)
        assert workplace.ledger.size() == before
        path.write_text(json.dumps({"keys": [msgspec.to_builtins(scene.provider.keys[0])]}), encoding="utf-8")
        assert len(record_provider_keys(workplace, path, by=quality).key_ids) == 1


def test_a_log_in_that_the_plan_does_not_name(established: Device) -> None:
    """Without a provider in the plan there is none to log in at, and no keys to record."""
    with established.open() as workplace:
        quality = msgspec.structs.replace(person(workplace, QUALITY), log_in=True)
        with pytest.raises(NoProvider):
            record_provider_keys(workplace, None, by=quality)
