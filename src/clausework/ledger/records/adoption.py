"""Releases from before the tool: declared by people, never verified by it (clause 4.4)."""

from __future__ import annotations

import msgspec

from clausework.core.digests import Sha256
from clausework.core.identities import Email
from clausework.ledger.records.values import Descriptor, Made


class Adoption(msgspec.Struct, frozen=True):
    """A version that was on the market before Clausework was used: what its manufacturer declares of it.

    ``software_items`` are those whose range of commits begins at ``commit``. ``gap_analysis`` is the document that
    clause 4.4 asks for, ``plan`` and ``safety_class`` those under which the version is looked after from now on. It
    counts for nothing until people have approved it.
    """

    made: Made
    version: str
    line: str
    device: str
    safety_class: str
    software_items: tuple[str, ...]
    artefacts: tuple[Descriptor, ...]
    origin: str
    commit: str
    committed_at: str
    declared: str
    declared_by: Email
    gap_analysis: Descriptor
    plan: Sha256
    udi_di: str = ""
    udi_pi: str = ""
