"""The source behind a candidate's builds: a git bundle per repository, large files, restoring both (5.8.7, 8.1.1)."""

from __future__ import annotations

import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from clausework.actions.archive_places import Gathered
from clausework.actions.given_files import keep_file
from clausework.actions.workplace import Workplace
from clausework.core.errors import ClauseworkError, UsageFault
from clausework.evidence.git import HistoryIncomplete, NotARepository, prefix, run_git, shallow_commits, top
from clausework.evidence.linked_source import (
    LargeFile,
    clone_with,
    large_files,
    object_format,
    object_of,
    objects_folder,
    submodules,
)
from clausework.evidence.path_globs import literal, path_globs
from clausework.evidence.source_tree import source_tree
from clausework.ledger.records.archive import NotInArchive
from clausework.ledger.records.build import Build
from clausework.ledger.records.values import Descriptor
from clausework.plan.load import load_plan
from clausework.plan.model import software_item_of
from clausework.release.archive_facts import LARGE_FILES, SOURCE


class NoClone(UsageFault):
    """A folder that was named as a repository is none."""

    hint = "Name the folder of a clone with --repository."


def refuse_no_clone(repositories: Sequence[Path]) -> None:
    """Raise ``NoClone`` for a folder that is no clone of a repository."""
    for folder in repositories:
        try:
            top(folder)
        except NotARepository as error:
            raise NoClone(error.message) from error


def take_sources(
    workplace: Workplace, builds: Sequence[Build], repositories: Sequence[Path], gathered: Gathered
) -> None:
    """Keep the history behind the builds' commits and their submodules' from the clones that are here, and large files.

    A build's commit that no clone has is told as missing; what a restored commit lacks beside, ``lacking`` tells.
    """
    clones = list(dict.fromkeys(top(clone) for clone in (workplace.root, *repositories)))
    wanted: dict[Path, list[str]] = {}
    for build in builds:
        if clone_with(build.commit, clones) is None:
            named = "a clone of its repository is named with --repository"
            gathered.missing.append(NotInArchive("source", build.software_item, build.commit, named))
            continue
        for clone, commit in dict.fromkeys(_homes(build.commit, clones)):
            wanted.setdefault(clone, []).append(commit)
            for file in large_files(clone, commit):
                _take_large(workplace, file, (clone, *clones), gathered)
    for number, (clone, commits) in enumerate(wanted.items()):
        name = f"source/source-{number}.bundle" if number else "source/source.bundle"
        gathered.add(name, _bundle(workplace, clone, list(dict.fromkeys(commits))))


def _homes(commit: str, clones: Sequence[Path]) -> Iterator[tuple[Path, str]]:
    """Yield the clone of a commit with it, then those of its submodules and of theirs; one that is nowhere is left out.

    A submodule's clone is one of ``clones``, or the folder where it is checked out.
    """
    home = clone_with(commit, clones)
    if home is not None:
        yield home, commit
        for one in submodules(home, commit):
            yield from _homes(one.commit, (*clones, home / one.path))


def _take_large(workplace: Workplace, file: LargeFile, clones: Sequence[Path], gathered: Gathered) -> None:
    for clone in clones:
        if (path := object_of(clone, file)) is not None:
            kept = keep_file(workplace.ledger, path, file.sha256, "application/octet-stream")
            if kept.sha256 == file.sha256:
                gathered.add(f"{LARGE_FILES}{file.sha256}", kept)
            return


def lacking(workplace: Workplace, restored: Path, build: Build) -> tuple[list[NotInArchive], list[str]]:
    """Return what the restored commit of a build names and the archive does not hold; below it, what is told only.

    What lies outside the software item's paths is told: it may be another item's, or nobody's.
    """
    missing, notes = [], []
    for path, name, version, mends in _unfilled(restored, build.commit):
        if _concerns(workplace, build, path):
            missing.append(NotInArchive("source", name, version, mends))
        else:
            notes.append(f"outside the paths of {build.software_item} and not in the archive: {name}")
    return missing, notes


def _unfilled(
    restored: Path, commit: str, within: tuple[str, ...] = ()
) -> Iterator[tuple[str, str, str, str]]:
    """Yield what a restored commit lacks: its path or that of the submodule around it, name, pin, what mends it.

    ``within`` are the submodules that lead to the commit.
    """
    for file in large_files(restored, commit):
        if object_of(restored, file) is None:
            place, name = _placed(within, file.path)
            yield place, f"large file {name}", file.sha256, "'git lfs fetch' in the clone, then archive again"
    for one in submodules(restored, commit):
        place, name = _placed(within, one.path)
        if clone_with(one.commit, (restored,)) is None:
            mends = "'git submodule update --init --recursive', or a clone of it is named with --repository"
            yield place, f"submodule {name}", one.commit, mends
        else:
            yield from _unfilled(restored, one.commit, (*within, one.path))


def _placed(within: tuple[str, ...], path: str) -> tuple[str, str]:
    """Return the path by which the first repository knows a place, and the whole path."""
    return (within or (path,))[0], "/".join((*within, path))


def _concerns(workplace: Workplace, build: Build, path: str) -> bool:
    return any(
        path_globs(_patterns(workplace, build, folder)).concern(path) for folder in _folders(workplace, build)
    )


def _folders(workplace: Workplace, build: Build) -> tuple[str, ...]:
    """Return where the plan may have stood: a build of an early version records no folder."""
    return tuple(dict.fromkeys((build.folder, prefix(workplace.root))))


def _patterns(workplace: Workplace, build: Build, folder: str) -> tuple[str, ...]:
    plan = load_plan(workplace.ledger.read_blob(build.plan), f"plan {build.plan[:12]}")
    begin = literal(folder)
    return tuple(begin + path for path in software_item_of(plan, build.software_item).paths)


def _bundle(workplace: Workplace, clone: Path, commits: Sequence[str]) -> Descriptor:
    """Keep the history of ``commits`` as one git bundle; raises ``HistoryIncomplete`` for a shallow clone."""
    if shallow_commits(clone):
        raise HistoryIncomplete(
            f"'{clone}' is a shallow clone: an archive holds the whole history (5.8.7, 8.3)."
        )
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / "source.bundle"
        own = secrets.token_hex(8)  # another process may archive here at the same time
        names = {f"refs/clausework/archive-{own}-{number}": one for number, one in enumerate(commits)}
        try:
            for name, commit in names.items():
                run_git(clone, "update-ref", name, commit)
            run_git(clone, "bundle", "create", "--quiet", str(path), *names)
        finally:
            for name in names:
                run_git(clone, "update-ref", "-d", name)
        return keep_file(workplace.ledger, path, "source.bundle", SOURCE)


def restore_sources(bundles: Sequence[Path], large: Sequence[Path], into: Path, commit: str) -> None:
    """Make the repository ``into``, which is to hold ``commit``, from git bundles and large files.

    Raises what git gives cause for.
    """
    into.mkdir()
    form = f"--object-format={object_format(commit)}"
    run_git(into, "init", "--quiet", "--template=", form, "--initial-branch=empty")
    run_git(into, "config", "lfs.storage", "lfs")  # a user's own setting may name one store for all clones
    for number, bundle in enumerate(bundles):
        run_git(into, "fetch", "--quiet", str(bundle), f"refs/clausework/*:refs/heads/restored-{number}/*")
    for path in large:
        target = objects_folder(into) / path.name[:2] / path.name[2:4] / path.name
        target.parent.mkdir(parents=True, exist_ok=True)
        os.link(path, target)


def source_fault(workplace: Workplace, restored: Path, build: Build) -> str:
    """Return why the restored source is not what was built; empty if it is."""
    for folder in _folders(workplace, build):
        try:
            if (
                source_tree(restored, build.commit, _patterns(workplace, build, folder)).sha256
                == build.source_tree
            ):
                return ""
        except ClauseworkError:
            continue
    return f"the restored source tree of {build.software_item} is not the one that was built"


def copy_blob(workplace: Workplace, sha256: str, path: Path) -> None:
    """Write the blob to ``path``, making its folders; raises ``IntegrityViolated`` where its bytes are not its own."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with workplace.ledger.open_blob(sha256) as stream, path.open("wb") as copy:
        shutil.copyfileobj(stream, copy, 1 << 20)
