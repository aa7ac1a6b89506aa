"""Admission of what was on the market before the tool: an adopted release that people signed, and nothing less (5.8.8).

It was released, and running it does not begin with this tool; what is said with the answer is that it was declared.
"""

from __future__ import annotations

from collections.abc import Sequence

from clausework.ledger.records import Record
from clausework.ledger.records.release import Release
from clausework.release.admission import Admission, NotAdmitted
from clausework.release.adoption import DECLARED, adopted_with
from clausework.trace.standing import StandingDecision


def admit_adopted(
    records: Sequence[Record], environment: str, sha256: str, decisions: Sequence[StandingDecision]
) -> Admission | None:
    """Return the adopted release that names the artefact; ``None`` where none does, or where a release does.

    A release made here answers for its artefacts alone: an adoption is no way round it. Raises ``NotAdmitted`` where
    the adoption does not count or the version was withdrawn.
    """
    if any(isinstance(one.body, Release) and sha256 in one.body.artefacts for one in records):
        return None
    named = adopted_with(records, decisions, sha256)
    if not named:
        return None
    first = named[0]
    version = first.body.version
    if not first.counts:
        raise NotAdmitted(
            f"Refused (5.8.8): version {version} was declared in #{first.record.index} and is not adopted:"
            f" {first.fault}; so {sha256} may not run in {environment}.",
            hint="Quality and the release authority sign an adoption; what was made here is released instead.",
        )
    if first.withdrawn:
        raise NotAdmitted(
            f"Refused (5.8.8): adopted version {version} was {first.withdrawn}.",
            hint="Deploy a version that is not withdrawn; 'clausework status' lists them.",
        )
    return Admission(first.record, version, "", remark=f"adopted release {version}: {DECLARED}")
