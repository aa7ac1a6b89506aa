"""Decisions: made by people, about an item version, an artefact digest, a candidate or a plan; and approvals."""

from __future__ import annotations

import msgspec

from clausework.core.digests import Sha256
from clausework.core.identities import Email
from clausework.ledger.records.values import Made


class Matter(msgspec.Struct, frozen=True):
    """What a decision is about: its kind (``anomaly``, ``requirement``, ``plan``, ``record`` ...), ID and digest.

    The digest binds the decision to one version: for an item its content hash, for a plan its file's digest.
    """

    kind: str
    id: str
    sha256: Sha256


class Decision(msgspec.Struct, frozen=True):
    """One filled-in form. It has effect once its approvals satisfy the form's rules on roles and independence."""

    made: Made
    form: str
    matter: Matter
    author: Email
    fields: dict[str, str | tuple[str, ...]]
    version: str = ""


class Intent(msgspec.Struct, frozen=True):
    """What a person signs: the digest, and what 21 CFR 11.50 wants shown with a signature.

    ``checkpoint`` is the tree's root hash (base64) that the signer saw, ``size`` its size; ``nonce`` makes each intent
    unique, so that no signature can be given twice.
    """

    signed: Sha256
    email: Email
    name: str
    role: str
    meaning: str
    at: str
    size: int
    checkpoint: str
    nonce: str


class Approval(msgspec.Struct, frozen=True):
    """One personal signature over one intent (21 CFR 11.50, 11.70): key ID and base64 Ed25519 signature."""

    made: Made
    intent: Intent
    key_id: Sha256
    signature: str
