"""Source that a commit names and git's history does not hold: submodules, and large files of Git LFS (5.8.7, 8.1.1).

A submodule is a commit of another repository. A large file is a pointer: a short text with the SHA-256 and the size of
the bytes, which stand in the clone's own folder of objects, as ``git lfs fetch`` leaves them there.
"""

from __future__ import annotations

import posixpath
import re
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from clausework.core.digests import sha256_of_file
from clausework.evidence.files_at import files_at
from clausework.evidence.git import GitFailed, NotARepository, UnknownRevision, revision, run_git, shown, top
from clausework.evidence.source_tree import tree_entries

_SUBMODULE = "160000"
_LARGEST_POINTER = 1024
_LONG_ID = 64
_POINTER = re.compile(
    rb"version https://(?:git-lfs\.github\.com|hawser\.github\.com)/spec/v1\n"
    rb"(?:ext-[^\n]*\n)*oid sha256:(?P<oid>[0-9a-f]{64})\nsize (?P<size>[0-9]{1,18})\n?"
)
_ATTRIBUTE = re.compile(rb"(?m)^[ \t]*[^#\s][^\n]*\bfilter=lfs\b")


class Submodule(msgspec.Struct, frozen=True):
    """A submodule: its path from the repository's top, and the commit that it is pinned to."""

    path: str
    commit: str


class LargeFile(msgspec.Struct, frozen=True):
    """A file of which git holds the pointer alone: its path, and the SHA-256 and size of its bytes."""

    path: str
    sha256: str
    size: int


def clone_with(commit: str, folders: Iterable[Path]) -> Path | None:
    """Return the first of ``folders`` that is in a clone which has the commit; ``None`` where none is."""
    return next((one for one in folders if _has(one, commit)), None)


def _has(folder: Path, commit: str) -> bool:
    try:
        return revision(folder, commit) == commit
    except (UnknownRevision, NotARepository):
        return False


def submodules(root: Path, commit: str) -> tuple[Submodule, ...]:
    """Return the submodules of a commit, by path; those within them are theirs to name."""
    entries = tree_entries(root, commit)
    return tuple(Submodule(one.path, one.object) for one in entries if one.mode == _SUBMODULE)


def large_files(root: Path, commit: str) -> tuple[LargeFile, ...]:
    """Return the files of a commit that are pointers; none where no ``.gitattributes`` gives any to Git LFS.

    Raises ``GitFailed`` where an object is missing.
    """
    if not any(_ATTRIBUTE.search(data) for _, data in files_at(root, commit, _tells_attributes)):
        return ()
    small = _small_files(root, commit)
    found = []
    for entry, data in files_at(root, commit, small.__contains__):
        match = _POINTER.fullmatch(data)
        if match is not None and entry.mode.startswith("100"):
            found.append(LargeFile(entry.path, match["oid"].decode(), int(match["size"])))
    return tuple(found)


def object_of(root: Path, file: LargeFile) -> Path | None:
    """Return where the clone around ``root`` keeps the bytes of a large file; ``None`` where these are not there."""
    path = objects_folder(root) / file.sha256[:2] / file.sha256[2:4] / file.sha256
    try:
        return path if sha256_of_file(path) == (file.sha256, file.size) else None
    except OSError:
        return None


def objects_folder(root: Path) -> Path:
    """Return the folder in which the clone around ``root`` keeps the bytes of large files."""
    folder = top(root)
    common = folder / shown(run_git(folder, "rev-parse", "--git-common-dir")).removesuffix("\n")
    try:
        named = shown(run_git(folder, "config", "--get", "lfs.storage")).strip()
    except GitFailed:
        named = ""
    return common / (named or "lfs") / "objects"


def object_format(commit: str) -> str:
    """Return by which digest a repository with the commit names its objects; git's own default may be another."""
    return "sha256" if len(commit) == _LONG_ID else "sha1"


def fill(source: Path, root: Path, commit: str) -> Iterator[str]:
    """Put submodules and large files of ``commit`` into its work tree ``source``, from the clone around ``root``.

    Yields what could not be filled, and why. A submodule comes from the clone itself where that has its commit, else
    from the clone at its path. Nothing is written through a link: a crafted commit may have one where a folder is.
    """
    for file in large_files(root, commit):
        kept = object_of(root, file)
        if _leads_out(source, file.path):
            yield f"{file.path} is left out: a link stands in its path"
        elif kept is None:
            yield f"{file.path} is a pointer: the bytes {file.sha256} are not here ('git lfs fetch' brings them)"
        elif (source / file.path).is_file():
            with kept.open("rb") as stream, (source / file.path).open("wb") as target:
                shutil.copyfileobj(stream, target)
    for one in submodules(root, commit):
        clone = clone_with(one.commit, (root, top(root) / one.path))
        if _leads_out(source, one.path):
            yield f"the submodule {one.path} is left out: a link stands in its path"
            continue
        if clone is None:
            yield f"the submodule {one.path} is empty: no clone here has its commit {one.commit}"
            continue
        _clone(clone, source / one.path, one.commit)
        yield from (f"in {one.path}: {said}" for said in fill(source / one.path, clone, one.commit))


def _leads_out(source: Path, path: str) -> bool:
    """Tell whether ``path``, or a folder above it, is a link in the work tree ``source``."""
    parts = path.split("/")
    return any((source / "/".join(parts[:count])).is_symlink() for count in range(1, len(parts) + 1))


def _clone(clone: Path, target: Path, commit: str) -> None:
    target.mkdir(parents=True, exist_ok=True)
    here = target.resolve()
    run_git(here, "init", "--quiet", "--template=", f"--object-format={object_format(commit)}")
    run_git(here, "fetch", "--quiet", str(top(clone).resolve()), commit)
    run_git(here, "checkout", "--quiet", "--detach", commit)


def _tells_attributes(path: str) -> bool:
    return posixpath.basename(path) == ".gitattributes"


def _small_files(root: Path, commit: str) -> frozenset[str]:
    """Return the paths of the files that are as small as a pointer."""
    printed = run_git(root, "ls-tree", "-r", "-l", "-z", "--full-tree", revision(root, commit))
    found = []
    for line in filter(None, printed.split(b"\0")):
        facts, _, path = line.partition(b"\t")
        size = facts.split()[3]
        if size.isdigit() and int(size) <= _LARGEST_POINTER:
            found.append(shown(path))
    return frozenset(found)
