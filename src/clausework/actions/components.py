"""The component builds of a version: which build of each software item belongs to what is checked out (clause 8.1.3).

A component that did not change since it was built is taken with its evidence, from the release line itself or from the
line that it left. One that changed since is refused: it is built first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from clausework.actions.workplace import Workplace
from clausework.core.errors import Refused
from clausework.evidence.git import (
    NoCommitYet,
    UnknownRevision,
    common_commit,
    prefix,
    revision,
    same_repository,
)
from clausework.evidence.path_globs import literal
from clausework.evidence.source_tree import source_tree
from clausework.ledger.ledger import Snapshot
from clausework.ledger.records.build import Build
from clausework.ledger.records.release import Component
from clausework.plan.model import SoftwareItem, software_item_of, software_items
from clausework.trace.builds import outputs_of
from clausework.trace.releases import Released, releases
from clausework.trace.standing import Standing


class ComponentOutdated(Refused):
    """A software item changed since its newest build."""

    hint = "Build it at this commit with 'clausework build --software-item ITEM', and have its gates pass."


def newest_builds(workplace: Workplace, snapshot: Snapshot) -> tuple[Build, ...]:
    """Return the build with an artefact of each software item of the plan that belongs to what is checked out.

    It is the newest one of the release line (of a release of the line that this one left, where it has none) whose
    commit is the checked-out one or lies before it. A commit that this repository does not know is no build of what is
    checked out. Of a software item that the plan places in another repository it is the newest from that address; from
    the line that this one left, that of the newest release whose builds of this repository lie before the checked-out
    commit.
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


def builds_elsewhere(snapshot: Snapshot, item: SoftwareItem) -> str:
    """Return in words from where the newest build of ``item`` is that the plan places elsewhere; empty for none."""
    found: list[Build] = [
        one.body
        for one in snapshot.records
        if isinstance(one.body, Build)
        and one.body.software_item == item.id
        and not _from_there(one.body, item)
    ]
    if not found:
        return ""
    return f"build {found[-1].id[:12]} is from '{found[-1].origin}', and the plan places it in '{item.repository}'"


def left_behind(workplace: Workplace, release: Released, head: str) -> bool:
    """Tell whether the release was made of what lies before the checked-out commit, as far as it is of this repository.

    Without that, a line that left the trunk at 2.3 would take the component of another repository from 2.4.
    """
    here = [
        build
        for item in software_items(workplace.plan)
        if _is_here(workplace, item)
        for build in release.builds_of((item.id,))
    ]
    return bool(here) and all(_lies_behind(workplace, build, head) for build in here)


def components_of(
    snapshot: Snapshot, standing: Standing, builds: Sequence[Build], version: str
) -> tuple[Component, ...]:
    """Return the builds as the components of ``version``.

    A device of one software item has the version's own number. Of several, each has that which its build was given, or
    that which all of its artefacts report; empty where they say nothing or not the same.
    """
    alone = len(builds) == 1
    found = releases(snapshot.records, standing)
    return tuple(
        Component(
            build.software_item,
            version if alone else _own_version(snapshot, build),
            build.id,
            _released_with(found, build, version),
        )
        for build in builds
    )


def _fitting(workplace: Workplace, snapshot: Snapshot, software_item: str) -> Iterator[Build]:
    head, item = _head(workplace), software_item_of(workplace.plan, software_item)
    here = _is_here(workplace, item)
    for build in _of_line(workplace, snapshot, item, head):
        belongs = _lies_behind(workplace, build, head) if here else _from_there(build, item)
        if belongs and outputs_of(snapshot.records, build.id):
            yield build


def _from_there(build: Build, item: SoftwareItem) -> bool:
    """Tell whether the build is from the repository that the plan names; true where it names none."""
    return not item.repository or same_repository(build.origin, item.repository)


def _is_here(workplace: Workplace, item: SoftwareItem) -> bool:
    """Tell whether the repository that is checked out holds the software item, whatever address it was fetched from."""
    return item.id == workplace.site.further if workplace.site.further else not item.repository


def _of_line(workplace: Workplace, snapshot: Snapshot, item: SoftwareItem, head: str) -> list[Build]:
    line = workplace.plan.release_line
    all_builds: list[Build] = [
        one.body
        for one in reversed(snapshot.records)
        if isinstance(one.body, Build) and one.body.software_item == item.id
    ]
    own = [build for build in all_builds if build.line == line.id]
    standing = workplace.standing(snapshot)
    if own:
        return own
    found = releases(snapshot.records, standing)
    behind = ([one for one in found if one.line == left] for left in standing.left_by(line))
    on_left = next(filter(None, behind), [])
    if not _is_here(workplace, item):
        on_left = [one for one in on_left if left_behind(workplace, one, head)]
        released = [one.builds[item.id] for one in reversed(on_left) if item.id in one.builds]
        return list({one.id: one for one in released}.values())
    ids = {build for one in on_left for build in one.candidate.builds}
    return [build for build in all_builds if build.id in ids]


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


def _released_with(found: Iterable[Released], build: Build, version: str) -> str:
    """Return the first other release that had this build and is not withdrawn; empty where none had."""
    return next(
        (
            one.version
            for one in found
            if one.version != version and one.stands() and build.id in one.candidate.builds
        ),
        "",
    )
