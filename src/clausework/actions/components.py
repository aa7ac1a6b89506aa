"""The component builds of a version: which build of each software item belongs to what is checked out (clause 8.1.3).

A component that did not change since it was built is taken with its evidence, from the release line itself or from the
line that it left. One that changed since is refused: it is built first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from clausework.actions.workplace import Workplace
from clausework.core.errors import Refused
from clausework.evidence.git import NoCommitYet, UnknownRevision, common_commit, prefix, revision
from clausework.evidence.path_globs import literal
from clausework.evidence.source_tree import source_tree
from clausework.ledger.ledger import Snapshot
from clausework.ledger.records.build import Build
from clausework.ledger.records.release import Component
from clausework.plan.model import SoftwareItem, software_item_of, software_items
from clausework.trace.builds import outputs_of
from clausework.trace.releases import releases


class ComponentOutdated(Refused):
    """A software item changed since its newest build."""

    hint = "Build it at this commit with 'clausework build --software-item ITEM', and have its gates pass."


def newest_builds(workplace: Workplace, snapshot: Snapshot) -> tuple[Build, ...]:
    """Return the build with an artefact of each software item of the plan that belongs to what is checked out.

    It is the newest one of the release line (of the line that this one left, where it has none) whose commit is the
    checked-out one or lies before it. Of a software item that the plan says to be in another repository, it is taken as
    it is; of one that is here, a commit that this repository does not know is no build of what is checked out.
    """
    builds = []
    for item in software_items(workplace.plan):
        found = next(_fitting(workplace, snapshot, item.id), None)
        if found is not None:
            builds.append(found)
    return tuple(builds)


def refuse_outdated(workplace: Workplace, builds: Iterable[Build]) -> None:
    """Raise ``ComponentOutdated`` where a software item of this repository changed since its build."""
    head = revision(workplace.root)
    folder = literal(prefix(workplace.root))
    for build in builds:
        item = software_item_of(workplace.plan, build.software_item)
        if build.commit == head or not _is_here(workplace, item):
            continue
        paths = item.paths
        now = source_tree(workplace.root, head, tuple(folder + path for path in paths))
        if now.sha256 != build.source_tree:
            raise ComponentOutdated(
                f"{build.software_item} changed between its build {build.id[:12]} (commit {build.commit[:12]})"
                f" and what is checked out ({head[:12]})."
            )


def components_of(snapshot: Snapshot, builds: Sequence[Build], version: str) -> tuple[Component, ...]:
    """Return the builds as the components of ``version``.

    A device of one software item has the version's own number. Of several, each has that which its build was given, or
    that which all of its artefacts report; empty where they say nothing or not the same.
    """
    alone = len(builds) == 1
    return tuple(
        Component(
            build.software_item,
            version if alone else _own_version(snapshot, build),
            build.id,
            _released_with(snapshot, build, version),
        )
        for build in builds
    )


def _fitting(workplace: Workplace, snapshot: Snapshot, software_item: str) -> Iterator[Build]:
    head = _head(workplace)
    here = _is_here(workplace, software_item_of(workplace.plan, software_item))
    for build in _of_line(workplace, snapshot, software_item):
        if outputs_of(snapshot.records, build.id) and (not here or _lies_behind(workplace, build, head)):
            yield build


def _is_here(workplace: Workplace, item: SoftwareItem) -> bool:
    """Tell whether the repository that is checked out holds the software item, whatever address it was fetched from."""
    return item.id == workplace.site.further if workplace.site.further else not item.repository


def _of_line(workplace: Workplace, snapshot: Snapshot, software_item: str) -> list[Build]:
    line = workplace.plan.release_line
    all_builds: list[Build] = [
        one.body
        for one in reversed(snapshot.records)
        if isinstance(one.body, Build) and one.body.software_item == software_item
    ]
    own = [build for build in all_builds if build.line == line.id]
    left = workplace.standing(snapshot).left_by(line)
    if own or not left:
        return own
    released = {
        build for one in releases(snapshot.records) if one.line == left for build in one.candidate.builds
    }
    return [build for build in all_builds if build.id in released]


def _head(workplace: Workplace) -> str:
    try:
        return revision(workplace.root)
    except NoCommitYet:
        return ""


def _lies_behind(workplace: Workplace, build: Build, head: str) -> bool:
    """Tell whether a build is of the checked-out commit or of one before it; all are, where nothing is committed."""
    if build.commit == head or not head:
        return True
    try:
        return common_commit(workplace.root, revision(workplace.root, build.commit), head) == build.commit
    except UnknownRevision:
        return False


def _own_version(snapshot: Snapshot, build: Build) -> str:
    reported = {one.reported_version for one in outputs_of(snapshot.records, build.id)}
    return build.version or (reported.pop() if len(reported) == 1 else "")


def _released_with(snapshot: Snapshot, build: Build, version: str) -> str:
    """Return the first other release that had this build; empty where none had."""
    return next(
        (
            one.version
            for one in releases(snapshot.records)
            if one.version != version and build.id in one.candidate.builds
        ),
        "",
    )
