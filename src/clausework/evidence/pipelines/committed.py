"""The pipeline of a commit: its definitions are read from git's objects, never from the work tree (clause 5.1.11)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from clausework.evidence.git import prefix, revision, run_git, shallow_commits, shown, top
from clausework.evidence.path_globs import literal, path_globs
from clausework.evidence.pipelines.describe import Chosen, describe_pipeline
from clausework.evidence.pipelines.description import PipelineDescription
from clausework.evidence.pipelines.model import Sources
from clausework.evidence.pipelines.systems import system_named, system_of
from clausework.evidence.pipelines.yaml_nodes import LARGEST_FILE
from clausework.evidence.source_tree import TreeEntry, file_bytes, tree_entries
from clausework.plan.pipeline import PlannedPipeline

_LARGEST = 64 << 20
_SUBMODULE = "160000"
_AUTHORSHIP = "%H%x00%ae%x00%(trailers:key=Co-authored-by,valueonly,separator=%x2C)"


class CommittedPipeline(msgspec.Struct, frozen=True):
    """The description of a commit's pipeline, and the bytes of its definitions by path."""

    description: PipelineDescription
    files: dict[str, bytes]


def committed_pipeline(
    root: Path, commit: str, planned: PlannedPipeline, environments: Iterable[str] = ()
) -> CommittedPipeline:
    """Return the pipeline that ``commit`` defines in the repository around ``root``, the plan's folder.

    ``environments`` are those of the plan that take a signed release alone. Raises ``NotAPathGlob``
    for a pattern of the plan that is none, and the errors of ``git``.
    """
    commit = revision(root, commit)
    entries = {one.path: one for one in tree_entries(root, commit) if one.mode != _SUBMODULE}
    read: dict[str, bytes] = {}

    def content(path: str) -> bytes | None:
        if path not in entries:
            return None
        if path not in read:
            read[path] = _bytes(root, entries[path])
        return read[path]

    sources = Sources(tuple(entries), content)
    chosen = tuple(_chosen(tuple(entries), prefix(root), planned))
    first = describe_pipeline(chosen, sources, deploys=planned.deploys, environments=environments)
    authors = {one.path: _authorship(root, commit, one.path) for one in first.definitions}
    files = tuple(
        msgspec.structs.replace(one, commit=authors[one.path][0], authors=authors[one.path][1])
        for one in first.definitions
    )
    description = msgspec.structs.replace(first, definitions=files)
    return CommittedPipeline(description, {one.path: content(one.path) or b"" for one in files})


def work_tree_pipeline(
    root: Path, planned: PlannedPipeline, environments: Iterable[str] = ()
) -> CommittedPipeline:
    """Return the pipeline as the work tree around ``root`` defines it now.

    Untracked files that are not ignored are in it. Who wrote what is not told: it is not committed. Raises the errors
    of ``git``, and ``NotAPathGlob``.
    """
    folder = top(root)
    listed = run_git(folder, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    paths = tuple(sorted({shown(one) for one in listed.split(b"\0") if one}))

    def content(path: str) -> bytes | None:
        place = folder / path
        return place.read_bytes() if path in known and place.is_file() else None

    known = frozenset(paths)
    chosen = tuple(_chosen(paths, prefix(root), planned))
    description = describe_pipeline(
        chosen, Sources(paths, content), deploys=planned.deploys, environments=environments
    )
    return CommittedPipeline(
        description, {one.path: content(one.path) or b"" for one in description.definitions}
    )


def _chosen(paths: tuple[str, ...], folder: str, planned: PlannedPipeline) -> Iterator[Chosen]:
    """Yield the definitions: those that their names tell, and those that the plan names."""
    named: dict[str, Chosen] = {}
    for given in planned.given:
        pairs = [("", given)] if isinstance(given, str) else list(given.items())
        for system, pattern in pairs:
            globs = path_globs([literal(folder) + pattern])
            found = [path for path in paths if globs.match(path)] or [folder + pattern]
            for path in found:
                named[path] = Chosen(path, system_named(system) if system else system_of(path))
    for path in paths:
        own = path.startswith((folder, ".")) or "/" not in path
        if own and path not in named and (by_name := system_of(path)):
            named[path] = Chosen(path, by_name)
    yield from named.values()


def _bytes(root: Path, entry: TreeEntry) -> bytes:
    """Return a file's content; of one that no reader takes, only what tells it from others."""
    size = int(run_git(root, "cat-file", "-s", entry.object))
    if size > _LARGEST:
        return f"{entry.object} {size} bytes\n".encode().ljust(LARGEST_FILE + 1, b"\0")
    return file_bytes(root, entry)


def _authorship(root: Path, commit: str, path: str) -> tuple[str, tuple[str, ...]]:
    """Return the last commit that changed ``path`` and who wrote it; nobody where a shallow clone hides that."""
    printed = shown(run_git(top(root), "log", "-1", f"--format={_AUTHORSHIP}", commit, "--", path))
    last, author, helpers = (*printed.strip("\n").split("\0"), "", "", "")[:3]
    if not last or last in shallow_commits(root):
        return last, ()
    people = [author, *(one.partition("<")[2].partition(">")[0] for one in helpers.split(","))]
    return last, tuple(dict.fromkeys(one.strip().lower() for one in people if one.strip()))
