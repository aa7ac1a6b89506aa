"""The commits of a build's range as checks need them: those that touch the software item, with their items."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from clausework.evidence.detail import ChangeReview, read_detail
from clausework.evidence.history import Commit
from clausework.evidence.path_globs import PathGlobs, literal, path_globs
from clausework.gates.baselines import OpenBlob
from clausework.gates.facts import CommitFact
from clausework.ledger.records import Record
from clausework.ledger.records.build import Build
from clausework.ledger.records.evidence import ChangeReviews
from clausework.plan.model import NotInPlan, Plan, software_item_of
from clausework.trace.commits import LinkedCommit, link_commits
from clausework.trace.file_owners import Owner, owners_of
from clausework.trace.item_fact import ItemFact

_MOST_PATHS = 200
_LONGEST_SUBJECT = 160


def read_commits(build: Build, open_blob: OpenBlob) -> tuple[Commit, ...]:
    """Return the commits of the build's range, parents first; the blob's first line is its header."""
    with open_blob(build.commits.sha256) as stream:
        lines = stream.read().splitlines()[1:]
    return tuple(msgspec.json.decode(line, type=Commit) for line in lines)


def commit_facts(
    build: Build,
    plan: Plan,
    items: Sequence[ItemFact],
    removed: Sequence[str],
    records: Sequence[Record],
    open_blob: OpenBlob,
) -> tuple[CommitFact, ...]:
    """Return the commits of the range that change a file of the build's software item, with what they are linked to.

    ``removed`` are the IDs of items that there were when commits named them.
    """
    gone = frozenset(removed)
    globs = _globs(build, plan)
    owners = owners_of(items)
    linked = link_commits(
        read_commits(build, open_blob),
        [*(item.id for item in items), *removed],
        plan.traceability.trailers,
        _reviews(build, records, open_blob),
    )
    recorded = first_records([one.commit for one in linked], records)
    facts = []
    for one in linked:
        paths = _inside(one, globs, build.folder)
        if paths:
            facts.append(
                CommitFact(
                    id=one.commit.id,
                    subject=one.commit.subject[:_LONGEST_SUBJECT],
                    author=one.commit.author.email,
                    at=one.commit.committed_at,
                    paths=_of_every_owner(paths, owners),
                    items=tuple(item for item in one.items if item not in gone),
                    unknown=one.unknown,
                    reviewed_by=one.reviewed_by,
                    removed=tuple(item for item in one.items if item in gone),
                    recorded=recorded.get(one.commit.id, -1),
                )
            )
    return tuple(facts)


def first_records(commits: Sequence[Commit], records: Iterable[Record]) -> dict[str, int]:
    """Return for each of ``commits`` (parents first) the first record of a build of it, or of one made on it."""
    first: dict[str, int] = {}
    for record in records:
        if isinstance(record.body, Build):
            first.setdefault(record.body.commit, record.index)
    for commit in reversed(commits):
        for parent in commit.parents if commit.id in first else ():
            first[parent] = min(first[commit.id], first.get(parent, first[commit.id]))
    return first


def paths_of(plan: Plan, build: Build) -> tuple[str, ...]:
    """Return the path patterns of the build's software item, from the plan's folder."""
    try:
        return software_item_of(plan, build.software_item).paths
    except NotInPlan:
        return ("**",)  # a plan that does not have the item leaves no file out


def _globs(build: Build, plan: Plan) -> PathGlobs:
    return path_globs(tuple(literal(build.folder) + glob for glob in paths_of(plan, build)))


def _inside(linked: LinkedCommit, globs: PathGlobs, folder: str) -> tuple[str, ...]:
    """Return the paths that the commit changed in the software item, from the plan's folder."""
    return tuple(path.removeprefix(folder) for path in linked.commit.paths if globs.concern(path))


def _of_every_owner(paths: tuple[str, ...], owners: Sequence[Owner]) -> tuple[str, ...]:
    """Return the first of ``paths``, and beyond them one for each other set of owners.

    What a commit is asked of a path rests on its owners alone, so no path hides behind many others.
    """
    kept = dict.fromkeys(paths[:_MOST_PATHS])
    seen = {_owners(path, owners) for path in kept} if len(paths) > _MOST_PATHS else set()
    for path in paths[_MOST_PATHS:]:
        of_path = _owners(path, owners)
        if of_path not in seen:
            seen.add(of_path)
            kept[path] = None
    return tuple(kept)


def _owners(path: str, owners: Sequence[Owner]) -> frozenset[str]:
    return frozenset(owner.item.id for owner in owners if owner.globs.concern(path))


def _reviews(build: Build, records: Iterable[Record], open_blob: OpenBlob) -> tuple[ChangeReview, ...]:
    found: list[ChangeReview] = []
    for record in records:
        body = record.body
        if isinstance(body, ChangeReviews) and body.origin.software_item in {"", build.software_item}:
            with open_blob(body.reading.detail.sha256) as stream:
                found += read_detail(stream, ChangeReview)
    return tuple(found)
