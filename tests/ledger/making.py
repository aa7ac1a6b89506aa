"""Makes ledgers for tests: established logs, drafts that differ, and approvals by their people."""

from __future__ import annotations

import base64
import secrets
from datetime import UTC, datetime

import msgspec

from clausework.core.canonical import canonical_json
from clausework.core.digests import sha256_of
from clausework.ledger.checkpoint import checkpoint_keys
from clausework.ledger.envelope import seal
from clausework.ledger.ledger import Draft, Ledger
from clausework.ledger.ports import Blobs, Log
from clausework.ledger.records import encode_statement, subject
from clausework.ledger.records.control import PlanRecorded
from clausework.ledger.records.decisions import Approval, Intent
from clausework.ledger.records.root import Person, PipelineKey, Root
from clausework.ledger.records.values import Descriptor, Made
from clausework.ledger.signing import Ed25519Signer, Signer, encode_key, key_id_of

ORIGIN = "example.com/infusor"
MADE = Made("2026-04-10T08:30:00.000Z", "pipeline", "clausework 0")
QUALITY = "quality@example.com"
RELEASE = "release@example.com"


class Keys(msgspec.Struct, frozen=True):
    """The keys of one ledger: of its log, its clock, its pipeline, and its people by e-mail address."""

    ledger: Signer
    clock: Signer
    pipeline: Signer
    people: dict[str, Signer]


class Ticking:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.seconds = 1_775_809_800

    def __call__(self) -> datetime:
        return datetime.fromtimestamp(self.seconds, UTC)


def new_key() -> Ed25519Signer:
    """Return a fresh key."""
    return Ed25519Signer(secrets.token_bytes(32))


def new_keys() -> Keys:
    """Return fresh keys for a ledger of two people."""
    return Keys(new_key(), new_key(), new_key(), {QUALITY: new_key(), RELEASE: new_key()})


def person(email: str, signer: Signer) -> Person:
    """Return the person with that key, in the role that the address begins with."""
    role = email.partition("@")[0]
    return Person(email, role.title(), encode_key(signer.public_key), "identity card", "the other", (role,))


def root_of(keys: Keys, plan: Descriptor, origin: str = ORIGIN) -> Root:
    """Return the root that lets in ``keys``."""
    named = checkpoint_keys(origin, keys.ledger.public_key, keys.clock.public_key)
    return Root(
        made=MADE,
        manufacturer="Example Medical",
        device="Infusor",
        people=tuple(person(email, signer) for email, signer in keys.people.items()),
        ledger_key=str(named.ledger),
        clock_key=str(named.clock),
        pipeline_keys=(PipelineKey("pipeline", encode_key(keys.pipeline.public_key)),),
        plan=plan,
    )


def sealed_root(keys: Keys, plan: Descriptor, origin: str = ORIGIN) -> bytes:
    """Return the envelope of the root, signed by all who must."""
    statement = encode_statement((subject(plan.name, plan.sha256),), root_of(keys, plan, origin))
    return seal(statement, (*keys.people.values(), keys.pipeline))


def establish(log: Log, blobs: Blobs, keys: Keys) -> Ledger:
    """Put the root in an empty log and return the ledger."""
    ledger = Ledger(log, blobs, keys.pipeline)
    plan = ledger.put_blob(b"device: {name: Infusor}\n", "clausework.yaml", "application/yaml")
    ledger.append_sealed(sealed_root(keys, plan))
    return ledger


def draft(ledger: Ledger, number: int, *, idempotency: str = "") -> Draft:
    """Return a draft that differs by ``number``; its blob is kept."""
    plan = ledger.put_blob(
        f"device: {{name: Infusor {number}}}\n".encode(), "clausework.yaml", "application/yaml"
    )
    return Draft((subject(plan.name, plan.sha256),), PlanRecorded(MADE, plan, f"{number:040}"), idempotency)


def light(number: int) -> Draft:
    """Return a draft that differs by ``number`` and names the root's plan, so that no blob need be kept."""
    data = b"device: {name: Infusor}\n"
    plan = Descriptor("clausework.yaml", sha256_of(data), len(data), "application/yaml")
    return Draft((subject(plan.name, plan.sha256),), PlanRecorded(MADE, plan, f"{number:040}"))


def intent(signed: str, email: str, **changes: str) -> Intent:
    """Return an intent of ``email`` to approve the record with digest ``signed``."""
    known = {
        "role": email.partition("@")[0],
        "meaning": "approved",
        "nonce": secrets.token_hex(16),
        **changes,
    }
    return Intent(
        signed=signed,
        email=email,
        name=email.partition("@")[0].title(),
        role=known["role"],
        meaning=known["meaning"],
        at="2026-04-10T08:31:00.000Z",
        size=0,
        checkpoint="",
        nonce=known["nonce"],
    )


def approval(wanted: Intent, signer: Signer) -> Draft:
    """Return the draft of an approval of ``wanted`` by ``signer``."""
    signature = base64.b64encode(signer.sign(canonical_json(wanted))).decode()
    body = Approval(MADE, wanted, key_id_of(signer.public_key), signature)
    return Draft((subject("intent", wanted.signed),), body)
