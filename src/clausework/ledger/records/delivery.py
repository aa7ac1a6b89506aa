"""What becomes of a released artefact on its way: derivations of it, and lists of who was given which version.

Clauses 5.8.8 and 6.2.5; MDR Article 10(12), Article 25.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from clausework.core.digests import Sha256
from clausework.ledger.records.values import Descriptor, Made

DerivationKind = Literal["resigned", "encrypted", "store_processed", "packaged", "other"]


class Comparison(msgspec.Struct, frozen=True):
    """What a program found when it compared a derived file with its source.

    ``method`` says what was compared, ``members`` how many parts, ``left_out`` the parts that a signature replaces.
    ``differences`` are the first of ``difference_count``; there are none where the outcome is ``equal``.
    """

    method: str
    outcome: Literal["equal", "different"]
    members: int
    left_out: tuple[str, ...] = ()
    differences: tuple[str, ...] = ()
    difference_count: int = 0


class Derivation(msgspec.Struct, frozen=True):
    """An artefact made of another one after its release: re-signed, encrypted, processed by a store, packaged.

    ``source`` is the digest of what it was made of; ``check`` says in words what was checked and how,
    ``comparison`` what a program checked (none: no program could). ``operator`` is the person who did it, who does not
    also approve it. ``contents`` is a derived folder or container image whole, as a tar file.
    """

    made: Made
    source: Sha256
    derived: Descriptor
    kind: DerivationKind
    check: str
    operator: str
    comparison: Comparison | None = None
    evidence: Descriptor | None = None
    contents: Descriptor | None = None


class VersionCount(msgspec.Struct, frozen=True):
    """How many rows and devices a distribution list has of a version (empty: of a digest that no release names)."""

    version: str
    rows: int
    quantity: int


class Distribution(msgspec.Struct, frozen=True):
    """A list of who was given which version, kept as it came and as rows; a newer one of its name replaces it.

    ``columns`` gives the column read for each value. ``versions`` are the first 200, ``findings`` the first 50 of
    ``finding_count`` places where the list names what no release has, or does not agree with itself.
    """

    made: Made
    name: str
    raw: Descriptor
    detail: Descriptor
    rows: int
    quantity: int
    columns: dict[str, str]
    versions: tuple[VersionCount, ...]
    findings: tuple[str, ...] = ()
    finding_count: int = 0
