"""Where a build's range of commits begins: behind the release line's last release that lies behind it (8.1.1, 8.2).

A release that was withdrawn begins none: what it brought is looked at again with the version that takes its place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from clausework.actions.workplace import Workplace
from clausework.evidence.git import UnknownRevision, common_commit, revision
from clausework.ledger.ledger import Snapshot
from clausework.plan.former_items import former_names
from clausework.release.adoption import adopted_commits
from clausework.trace.releases import Released, releases


def range_start(workplace: Workplace, snapshot: Snapshot, software_item: str) -> str:
    """Return the commit behind which the range of the checked-out commit begins; empty for the whole history.

    It is the software item's commit in the newest release of the plan's release line, or else of the line that it left,
    that the checked-out commit descends from; where there is none, its commit in an adopted release. A release of the
    commit itself does not shorten the range: who wrote what was released stays known.
    """
    head = revision(workplace.root)
    standing = workplace.standing(snapshot)
    line = workplace.plan.release_line
    lines = (line.id, *standing.left_by(line))
    names = (software_item, *former_names(workplace.plan.former_software_items, software_item))
    in_force = [one for one in releases(snapshot.records, standing) if one.stands()]
    for name in lines:
        for commit in _released_commits(in_force, names, name):
            if commit != head and _is_behind(workplace, commit, head):
                return commit
    for name in lines:
        for commit in adopted_commits(snapshot.records, standing.decisions, software_item, name):
            if commit != head and _is_behind(workplace, commit, head):
                return commit
    return ""


def _released_commits(found: Sequence[Released], names: Sequence[str], line: str) -> Iterator[str]:
    for one in reversed(found):
        if one.line == line:
            yield from (build.commit for build in one.builds_of(names))


def _is_behind(workplace: Workplace, commit: str, head: str) -> bool:
    try:
        return common_commit(workplace.root, revision(workplace.root, commit), head) == commit
    except UnknownRevision:
        return False
