"""Trusted time: what an authority outside the manufacturer's hands says of when a record stood (RFC 3161)."""

from __future__ import annotations

import msgspec

from clausework.ledger.records.values import Descriptor, Made, Reference


class TimeStamped(msgspec.Struct, frozen=True):
    """An RFC 3161 token over the SHA-256 of a record's Statement.

    ``token`` is the authority's response as it came, in DER; ``at`` the time in it and ``authority`` the subject of the
    certificate that signed it. Both are read from the token, and the token is what counts.
    """

    made: Made
    of: Reference
    token: Descriptor
    at: str
    authority: str
