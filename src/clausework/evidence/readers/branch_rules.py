"""What both forges' exports of branch protection come to: one line a branch or pattern, and remarks."""

from __future__ import annotations

from collections.abc import Iterable

from clausework.evidence.detail import DetailWriter, ProtectedBranch
from clausework.evidence.format import ProtectionRead
from clausework.evidence.remarks import Remarks
from clausework.evidence.source import ValueRejected

MOST_BRANCHES = 50
_LONGEST = 200


def protection(
    forge: str, branches: Iterable[ProtectedBranch], detail: DetailWriter, remarks: Remarks, *, whole: bool
) -> ProtectionRead:
    """Write ``branches`` and return what the export comes to; raises ``ValueRejected`` for too many, and a repeat."""
    found = tuple(branches)
    if len(found) > MOST_BRANCHES:
        raise ValueRejected(f"{len(found)} branches or patterns are told; {MOST_BRANCHES} are the most")
    names = [one.pattern for one in found]
    repeated = next((name for name in names if names.count(name) > 1), "")
    if repeated:
        raise ValueRejected(f"'{repeated[:60]}' is told of twice")
    for one in found:
        if not one.pattern or len(one.pattern) > _LONGEST:
            raise ValueRejected("a branch has no name, or one that is too long")
        detail.add(one)
    return ProtectionRead(forge, whole, found, remarks.all())
