"""Decisions: made by people, about an item version, an artefact digest, a candidate or a plan; and approvals."""

from __future__ import annotations

import msgspec

from clausework.core.digests import Sha256
from clausework.core.identities import Email
from clausework.ledger.records.identification import Assertion, StepUp
from clausework.ledger.records.values import Descriptor, Made


class Matter(msgspec.Struct, frozen=True):
    """What a decision is about: its kind (``anomaly``, ``requirement``, ``plan``, ``record`` ...), ID and digest.

    The digest binds the decision to one version: for an item its content hash, for a plan its file's digest.
    """

    kind: str
    id: str
    sha256: Sha256


class Decision(msgspec.Struct, frozen=True):
    """One filled-in form. It has effect once its approvals satisfy the form's rules on roles and independence.

    ``attached`` is what was worked out for whoever signs, such as the impact of a change.
    """

    made: Made
    form: str
    matter: Matter
    author: Email
    fields: dict[str, str | tuple[str, ...]]
    version: str = ""
    attached: tuple[Descriptor, ...] = ()


class Intent(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a person signs: the digest, and what 21 CFR 11.50 wants shown with a signature.

    ``checkpoint`` is the tree's root hash (base64) that the signer saw, ``size`` its size; ``nonce`` makes each intent
    unique, so that no signature can be given twice. ``components`` are what the person identified themselves with for
    this signing (21 CFR 11.200(a)): ``account`` and ``passphrase``, or the latter alone within a session. What an older
    intent does not say stays unsaid, so that its signature holds.
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
    components: tuple[str, ...] = ()


class Approval(msgspec.Struct, frozen=True, omit_defaults=True):
    """One personal signature over one intent (21 CFR 11.50, 11.70): key ID and signature in base64.

    Without an ``assertion`` it is the Ed25519 signature of the intent by a personal key; with one, the signature of a
    passkey whose challenge was the intent's SHA-256. ``step_up`` is a fresh log-in at the identity provider beside it.
    """

    made: Made
    intent: Intent
    key_id: Sha256
    signature: str
    assertion: Assertion | None = None
    step_up: StepUp | None = None
