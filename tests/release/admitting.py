"""Asks the releases alone whether an artefact may run, as admission does before it looks at signatures and gate."""

from __future__ import annotations

from collections.abc import Sequence

from clausework.ledger.records import Record
from clausework.release.admission import Admission, NotAdmitted, released_ways
from clausework.trace.standing import StandingDecision


def admit_released(
    records: Sequence[Record], environment: str, sha256: str, decisions: Sequence[StandingDecision]
) -> Admission:
    """Return the newest release that names the artefact and admits it; raises ``NotAdmitted``."""
    ways = list(released_ways(records, environment, sha256, decisions))
    for way in ways:
        if isinstance(way, Admission):
            return way
    refused = [way for way in ways if isinstance(way, NotAdmitted)]
    raise refused[0]
