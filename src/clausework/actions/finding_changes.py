"""trace --show scans: which findings of a build are new, which are fixed, which persist (clauses 6.2.1, 9.7)."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from clausework.actions.current_build import current_build
from clausework.actions.workplace import Workplace
from clausework.evidence.detail import FindingDetail, read_detail
from clausework.ledger.ledger import Snapshot
from clausework.ledger.records.build import Build
from clausework.ledger.records.evidence import Findings
from clausework.trace.evidence_of import evidence_of
from clausework.trace.finding_changes import FindingChanges, Scan, finding_changes


class ChangesOfBuild(msgspec.Struct, frozen=True):
    """What became of the findings since ``before``, the last earlier build that was scanned (empty: there is none)."""

    build: str
    before: str
    changes: FindingChanges


def changes_of_build(
    workplace: Workplace, *, build_id: str | None = None, software_item: str | None = None
) -> ChangesOfBuild:
    """Return the changes of the findings of a build against the build before it; raises ``BuildUnknown``."""
    snapshot = workplace.snapshot()
    record = current_build(workplace, snapshot, build_id, software_item)
    build: Build = record.body
    now = tuple(_scans(workplace, snapshot, build.id))
    earlier = [
        one.body
        for one in snapshot.records[: record.index]
        if isinstance(one.body, Build)
        and one.body.software_item == build.software_item
        and one.body.source_tree != build.source_tree
    ]
    for before in reversed(earlier):
        scans = tuple(_scans(workplace, snapshot, before.id))
        if scans:
            return ChangesOfBuild(build.id, before.id, finding_changes(now, scans))
    return ChangesOfBuild(build.id, "", finding_changes(now, ()))


def _scans(workplace: Workplace, snapshot: Snapshot, build_id: str) -> Iterator[Scan]:
    superseded = workplace.standing(snapshot).superseded()
    for record in evidence_of(snapshot.records, build_id).findings:
        body: Findings = record.body
        if record.sha256 not in superseded:
            with workplace.ledger.open_blob(body.reading.detail.sha256) as stream:
                findings = tuple(read_detail(stream, FindingDetail))
            complete = body.complete and not body.not_evaluated_count
            yield Scan(body.analysis, body.tools, complete, findings, body.reading.reader)
