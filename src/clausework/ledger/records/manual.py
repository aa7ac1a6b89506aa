"""A test that a person ran: which protocol at which version, on what, with which instruments (5.6.7, 5.7.5, 9.8).

The steps themselves, expected and actual, stand in the detail of the test result; the filled form is its raw file.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from clausework.core.canonical import canonical_json
from clausework.core.digests import Sha256, sha256_of
from clausework.core.identities import Email, ItemId
from clausework.ledger.records.values import Descriptor, Made

NO_CALIBRATION = "(no calibration)"
"""What a protocol writes behind an instrument that needs none; every other one is calibrated on the day of use."""

EXECUTED = "executed"
"""What the signature of the tester on a test result means (21 CFR 11.50)."""


class ProtocolStep(msgspec.Struct, frozen=True):
    """One step of a protocol as it was approved: what is done, what must be seen, within which tolerance."""

    action: str
    expected: str
    tolerance: str = ""


class UsedInstrument(msgspec.Struct, frozen=True):
    """An instrument that was used: what it is, its own ID, and the last day of its calibration (empty: none needed)."""

    name: str
    id: str
    calibrated_until: str = ""


class ManualRun(msgspec.Struct, frozen=True):
    """One run of a protocol by a person.

    ``protocol_sha256`` is the content hash of the protocol that was run, ``steps_sha256`` the digest of its steps as
    the form shows them, ``steps`` how many. ``software`` are the SHA-256 of what was under test. ``performed_at`` is
    a day or a moment, as the tester says. ``attachments`` are kept files.
    """

    protocol: ItemId
    protocol_sha256: Sha256
    tester: Email
    performed_at: str
    software: tuple[Sha256, ...]
    serial: str
    environment: str
    equipment: tuple[UsedInstrument, ...]
    steps: int
    steps_sha256: Sha256
    attachments: tuple[Descriptor, ...] = ()


class ReviewSet(msgspec.Struct, frozen=True):
    """All items of a kind, or all tests, as they stood when one review was made of them (5.2.6, 5.3.6, 5.4.4, 5.6.5).

    ``members`` is the JSON array of pairs of an ID and a content hash, sorted; a review binds to its digest.
    """

    made: Made
    kind: str
    members: Descriptor
    count: int


def steps_digest(steps: Sequence[ProtocolStep]) -> Sha256:
    """Return the digest by which the steps of a form are held against those of the protocol."""
    return sha256_of(canonical_json([[one.action, one.expected, one.tolerance] for one in steps]))
