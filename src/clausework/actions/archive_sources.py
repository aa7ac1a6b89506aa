"""The source behind a candidate's builds: one git bundle per repository, and restoring it (clauses 5.8.7, 8.1.1)."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from clausework.actions.archive_places import Gathered
from clausework.actions.given_files import keep_file
from clausework.actions.workplace import Workplace
from clausework.core.errors import ClauseworkError, UsageFault
from clausework.evidence.git import NotARepository, UnknownRevision, prefix, revision, run_git, top
from clausework.evidence.path_globs import literal, path_globs
from clausework.evidence.source_tree import source_tree, tree_entries
from clausework.ledger.records.archive import NotInArchive
from clausework.ledger.records.build import Build
from clausework.ledger.records.values import Descriptor
from clausework.plan.load import load_plan
from clausework.plan.model import software_item_of
from clausework.release.archive_facts import SOURCE

_SUBMODULE = "160000"


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
    """Keep the history behind the builds' commits, and behind those of their submodules, from the clones that are here.

    A commit that no clone has is told as missing.
    """
    wanted = {build.commit: (build.software_item, build.commit) for build in builds}
    clones = [workplace.root, *repositories]
    for build in builds:
        home = next((clone for clone in clones if _has(clone, build.commit)), None)
        if home is not None:
            for path, commit in _submodules(workplace, home, build):
                wanted.setdefault(commit, (f"submodule {path}", commit))
    for number, clone in enumerate(clones):
        commits = [commit for commit in wanted if _has(clone, commit)]
        if commits:
            kept = _bundle(workplace, clone, commits)
            gathered.add("source/source.bundle" if not number else f"source/source-{number}.bundle", kept)
            for commit in commits:
                del wanted[commit]
    gathered.missing += [
        NotInArchive("source", name, commit, "a clone of its repository is named with --repository")
        for name, commit in wanted.values()
    ]


def _has(clone: Path, commit: str) -> bool:
    try:
        return revision(clone, commit) == commit
    except UnknownRevision:
        return False


def _patterns(workplace: Workplace, build: Build, folder: str) -> tuple[str, ...]:
    plan = load_plan(workplace.ledger.read_blob(build.plan), f"plan {build.plan[:12]}")
    begin = literal(folder)
    return tuple(begin + path for path in software_item_of(plan, build.software_item).paths)


def _submodules(workplace: Workplace, clone: Path, build: Build) -> list[tuple[str, str]]:
    concern = path_globs(_patterns(workplace, build, build.folder)).concern
    return [
        (one.path, one.object)
        for one in tree_entries(clone, build.commit)
        if one.mode == _SUBMODULE and concern(one.path)
    ]


def _bundle(workplace: Workplace, clone: Path, commits: Sequence[str]) -> Descriptor:
    """Keep the history of ``commits`` as one git bundle."""
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


def restore_sources(bundles: Sequence[Path], into: Path) -> None:
    """Make the repository ``into`` from git bundles; raises what git gives cause for."""
    into.mkdir()
    run_git(into, "init", "--quiet", "--initial-branch=empty")
    for number, bundle in enumerate(bundles):
        run_git(into, "fetch", "--quiet", str(bundle), f"refs/clausework/*:refs/heads/restored-{number}/*")


def source_fault(workplace: Workplace, restored: Path, build: Build) -> str:
    """Return why the restored source is not what was built; empty if it is."""
    folders = dict.fromkeys(
        (build.folder, prefix(workplace.root))
    )  # a build of an early version records no folder
    for folder in folders:
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
