"""A build's facts and its artefacts, as records (clauses 5.1.10, 5.1.11, 5.8.4, 5.8.5, 8.1).

A build is one software item at one commit in one run. What git and the machine know is read once, here, and
recorded; gates judge the record and never call git.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec

from clausework import __version__
from clausework.core.canonical import canonical_json
from clausework.core.clock import Clock, timestamp
from clausework.core.digests import sha256_of
from clausework.core.errors import UsageFault
from clausework.evidence import git
from clausework.evidence.artefact_files import ArtefactUnreadable, artefact_at
from clausework.evidence.environment import ci_run, tools_and_environment
from clausework.evidence.history import Commit, commits, one_commit
from clausework.evidence.locks import LockFile, find_locks
from clausework.evidence.path_globs import literal
from clausework.evidence.source_tree import changed_paths, source_tree
from clausework.evidence.tree_lines import tree_lines
from clausework.ledger.records.build import ArtefactSignature, Build, BuildOutputs, Output, Run
from clausework.ledger.records.values import Descriptor, Made

COMMITS_SCHEMA = "urn:clausework:commits:v1"
_LINES = "application/jsonl"
_LARGEST_PREDICATE = 38_000
_MOST_PATH_BYTES = 8_000


class BuildTooLarge(UsageFault):
    """A build's record would not fit a Statement."""

    hint = "Name fewer lock files under the item's 'locks', or give artefacts in several calls."


class NotAnArtefact(UsageFault):
    """A path is nothing that can be an artefact of a build."""

    hint = "Give the files, folders or container images that the build made."


class ItemToBuild(msgspec.Struct, frozen=True):
    """What the plan and the ledger know of a build before it is described.

    ``paths`` and ``lock_paths`` are patterns relative to the plan's folder; ``plan`` and ``item_baseline``
    are digests; ``range_from`` is the commit of the predecessor (empty: the whole history).
    """

    device: str
    software_system: str
    software_item: str
    safety_class: str
    paths: tuple[str, ...]
    lock_paths: tuple[str, ...]
    plan: str
    item_baseline: str
    range_from: str
    version: str
    line: str = "main"


class DescribedBuild(msgspec.Struct, frozen=True):
    """A build's record and the bytes that it names: the commits' and the tree's JSON Lines, and the lock files."""

    build: Build
    commits: bytes
    locks: tuple[LockFile, ...]
    tree: bytes


def build_id(origin: str, software_item: str, commit: str, run: Run) -> str:
    """Return a build's identity: SHA-256 of the JSON list of origin, item, commit, provider and run ID."""
    return sha256_of(canonical_json([origin, software_item, commit, run.provider, run.id]))


def describe_build(
    root: Path, item: ItemToBuild, environ: Mapping[str, str], clock: Clock, *, actor: str = "pipeline"
) -> DescribedBuild:
    """Describe the build of ``item`` at the commit that is checked out in ``root``, the plan's folder.

    Raises the errors of ``git``, ``source_tree``, ``locks`` and ``environment``; ``BuildTooLarge``.
    """
    made = Made(timestamp(clock()), actor, f"clausework {__version__}")
    commit, origin = git.revision(root), git.origin(root)
    folder = literal(git.prefix(root))
    paths = tuple(folder + glob for glob in item.paths)
    locks = find_locks(root, commit, paths, tuple(folder + glob for glob in item.lock_paths))
    changed = changed_paths(root, paths, tuple(lock.path for lock in locks))
    history = commits(root, item.range_from, commit)
    head = one_commit(root, commit)
    lines = commit_lines(history, origin, item.range_from, commit)
    tree = tree_lines(root, commit)
    run = ci_run(environ, clock)
    tools, environment = tools_and_environment(environ)
    build = Build(
        made=made,
        id=build_id(origin, item.software_item, commit, run),
        origin=origin,
        device=item.device,
        software_system=item.software_system,
        software_item=item.software_item,
        safety_class=item.safety_class,
        version=item.version,
        commit=commit,
        committed_at=head.committed_at,
        author=head.author.email,
        source_tree=source_tree(root, commit, paths).sha256,
        clean=not changed,
        changed_paths=_bounded(changed),
        range_from=item.range_from,
        commit_count=len(history),
        commits=Descriptor("commits.jsonl", sha256_of(lines), len(lines), _LINES),
        locks=tuple(Descriptor(lock.path, sha256_of(lock.data), len(lock.data)) for lock in locks),
        plan=item.plan,
        item_baseline=item.item_baseline,
        run=run,
        tools=tools,
        environment=environment,
        folder=git.prefix(root),
        tree=Descriptor("tree.jsonl", sha256_of(tree), len(tree), _LINES),
        line=item.line,
    )
    _refuse_too_large(build, f"The build of '{item.software_item}'")
    return DescribedBuild(build, lines, locks, tree)


def commit_lines(history: Sequence[Commit], origin: str, start: str, end: str) -> bytes:
    """Return commits as UTF-8 JSON Lines: a header with the range and the count, then one commit a line."""
    header = {
        "schema": COMMITS_SCHEMA,
        "reader": f"clausework {__version__}",
        "origin": origin,
        "from": start,
        "to": end,
        "count": len(history),
    }
    return b"".join(canonical_json(line) + b"\n" for line in (header, *history))


def outputs(
    artefacts: Sequence[Path],
    build: Build,
    sign: Callable[[str], ArtefactSignature],
    *,
    made: Made,
    root: Path,
    reported_version: str = "",
    command: tuple[str, ...] = (),
) -> BuildOutputs:
    """Return the record of a build's ``artefacts``, each signed by ``sign`` over its digest (see ``artefact_files``).

    An artefact's name is its path below ``root``, or its file name where it lies elsewhere. Raises
    ``NotAnArtefact``, ``NotAnImage``, and ``BuildTooLarge`` where one record cannot hold them all.
    """
    found: dict[str, Output] = {}
    for path in artefacts:
        output = _output(path, root, sign, reported_version)
        if found.setdefault(output.artefact.name, output) != output:
            raise NotAnArtefact(f"Two artefacts have the name '{output.artefact.name}'.")
    if not found:
        raise NotAnArtefact("No artefact was given.")
    record = BuildOutputs(made, build.id, build.software_item, tuple(found.values()), command)
    _refuse_too_large(record, f"The record of {len(found)} artefacts")
    return record


def _output(
    path: Path, root: Path, sign: Callable[[str], ArtefactSignature], reported_version: str
) -> Output:
    try:
        found = artefact_at(path)
    except ArtefactUnreadable as error:
        raise NotAnArtefact(error.message, hint=error.hint) from error
    if found.size == 0:
        raise NotAnArtefact(f"'{path}' is empty.")
    described = Descriptor(_name(path, root), found.sha256, found.size, found.media_type)
    return Output(described, sign(found.sha256), reported_version)


def _name(path: Path, root: Path) -> str:
    whole, folder = path.resolve(), root.resolve()
    name = whole.relative_to(folder).as_posix() if whole.is_relative_to(folder) else whole.name
    try:
        name.encode()
    except UnicodeEncodeError as error:
        raise NotAnArtefact(f"The name of {name!r} is not UTF-8.") from error
    return name


def _bounded(paths: tuple[str, ...]) -> tuple[str, ...]:
    """Return the first paths that fit the record, and how many more there are."""
    kept: list[str] = []
    left = _MOST_PATH_BYTES
    for path in paths:
        left -= len(canonical_json(path))
        if left < 0:
            return (*kept, f"(and {len(paths) - len(kept)} more)")
        kept.append(path)
    return tuple(kept)


def _refuse_too_large(record: Build | BuildOutputs, what: str) -> None:
    size = len(canonical_json(record))
    if size > _LARGEST_PREDICATE:
        raise BuildTooLarge(f"{what} would take {size} bytes; a record holds {_LARGEST_PREDICATE}.")
