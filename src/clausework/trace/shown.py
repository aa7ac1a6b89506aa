"""A signature as it is shown and exported: printed name, meaning and UTC time, always together (21 CFR 11.50)."""

from __future__ import annotations

from clausework.decisions.effect import Given
from clausework.ledger.records.decisions import Approval


def shown_signature(signature: Approval | Given) -> str:
    """Return a signature in one line: ``Rita Release <r@example.com> as release authority: 'authorised', TIME``."""
    one = signature.intent if isinstance(signature, Approval) else signature
    return f"{one.name} <{one.email}> as {one.role.replace('_', ' ')}: '{one.meaning}', {one.at}"
