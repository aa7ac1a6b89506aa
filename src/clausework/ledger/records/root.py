"""The manufacturer's root and the keys that it lets in."""

from __future__ import annotations

import msgspec

from clausework.core.digests import Sha256
from clausework.core.identities import Email
from clausework.ledger.records.values import Descriptor, Made


class Person(msgspec.Struct, frozen=True):
    """A person who may sign, and how and by whom the identity was proofed (21 CFR 11.100(b))."""

    email: Email
    name: str
    public_key: str
    identity_proof: str
    proofed_by: str
    roles: tuple[str, ...] = ()


class PipelineKey(msgspec.Struct, frozen=True):
    """A key that signs records (and artefacts) for the pipeline: its name and base64 Ed25519 public key."""

    name: str
    public_key: str


class Root(msgspec.Struct, frozen=True):
    """Entry 0: who the manufacturer is, which two people vouch, which keys sign, which plan is first in force.

    The envelope bears the signatures of every person in ``people`` and of the first pipeline key.
    ``ledger_key`` and ``clock_key`` are C2SP verifier keys of the checkpoints' signature and cosignature.
    """

    made: Made
    manufacturer: str
    device: str
    people: tuple[Person, ...]
    ledger_key: str
    clock_key: str
    pipeline_keys: tuple[PipelineKey, ...]
    plan: Descriptor


class PersonEnrolled(msgspec.Struct, frozen=True):
    """A further person, or a new key of one; in force from the record that completes its approvals on."""

    made: Made
    person: Person
    key_id: Sha256


class PipelineKeyEnrolled(msgspec.Struct, frozen=True):
    """A further pipeline key; in force from the record that completes its approvals on."""

    made: Made
    key: PipelineKey
    key_id: Sha256


class KeyRevoked(msgspec.Struct, frozen=True):
    """A key that signs nothing valid from this record's index on."""

    made: Made
    key_id: Sha256
    reason: str
