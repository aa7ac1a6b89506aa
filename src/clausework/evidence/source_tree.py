"""The source tree of a software item: one digest over its files at a commit (clauses 5.1.11, 8.1.1).

The digest is SHA-256 over ``clausework source tree v1`` and a line feed, then for each file, sorted by the
bytes of its path: mode, space, SHA-256 of its content, space, path, NUL. Git's own SHA-1 object IDs do not
enter. A symbolic link's content is its target; a submodule's is the ID of the commit that it is pinned to.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import IO

import msgspec

from clausework.core.digests import Sha256, sha256_of
from clausework.core.errors import UsageFault
from clausework.evidence.git import GitFailed, revision, run_git, shown, start_git, status, top
from clausework.evidence.path_globs import PathGlobs, path_globs

_HEADER = b"clausework source tree v1\n"
_SUBMODULE = "160000"
_CHUNK = 1 << 20


class NoSourceFiles(UsageFault):
    """No file of the commit is under the software item's paths."""

    hint = "Correct the item's paths in the plan: src/controller/** is every file under src/controller."


class SourceFile(msgspec.Struct, frozen=True):
    """A file at a commit: git's mode, path from the top, SHA-256 of its content."""

    mode: str
    path: str
    sha256: Sha256


class SourceTree(msgspec.Struct, frozen=True):
    """The digest of a commit's files under some paths, and the files, sorted by path."""

    sha256: Sha256
    files: tuple[SourceFile, ...]


class TreeEntry(msgspec.Struct, frozen=True):
    """A file as the commit's tree names it; ``object`` is git's ID of the content."""

    raw_path: bytes
    path: str
    mode: str
    object: str


def source_tree(root: Path, commit: str, globs: Iterable[str]) -> SourceTree:
    """Return the source tree of ``commit`` over path patterns that begin at the repository's top.

    A commit that touches other files only leaves the digest as it was. Raises ``NoSourceFiles`` where nothing
    matches, ``NotAPathGlob``, ``UnknownRevision``, and ``GitFailed`` where an object is missing or damaged.
    """
    patterns = path_globs(globs)
    entries = [entry for entry in tree_entries(root, commit) if patterns.concern(entry.path)]
    if not entries:
        raise NoSourceFiles(
            f"No file of commit {commit[:12]} matches {', '.join(patterns.globs) or 'no pattern'}."
        )
    contents = _content_digests(root, [entry.object for entry in entries if entry.mode != _SUBMODULE])
    hasher = hashlib.sha256(_HEADER)
    files = []
    for entry in entries:
        digest = sha256_of(entry.object.encode()) if entry.mode == _SUBMODULE else contents[entry.object]
        hasher.update(b"%s %s %s\0" % (entry.mode.encode(), digest.encode(), entry.raw_path))
        files.append(SourceFile(entry.mode, entry.path, digest))
    return SourceTree(hasher.hexdigest(), tuple(files))


def tree_entries(root: Path, commit: str) -> list[TreeEntry]:
    """Return all files of ``commit``, sorted by the bytes of their paths."""
    printed = run_git(root, "ls-tree", "-r", "-z", "--full-tree", revision(root, commit))
    entries = []
    for line in filter(None, printed.split(b"\0")):
        facts, _, path = line.partition(b"\t")
        mode, _, object_ = facts.decode().split()
        entries.append(TreeEntry(path, shown(path), mode, object_))
    return sorted(entries, key=lambda entry: entry.raw_path)


def file_bytes(root: Path, entry: TreeEntry) -> bytes:
    """Return the content of one file of a commit."""
    return run_git(root, "cat-file", "blob", entry.object)


def changed_paths(root: Path, globs: Sequence[str], locks: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the paths under ``globs`` and the ``locks`` that differ from the checked-out commit, sorted.

    Untracked files count unless they are ignored, and so do files that git was told not to look at.
    """
    patterns = path_globs(globs)
    return tuple(
        entry.path
        for entry in status(top(root))
        if entry.path in locks or patterns.concern(entry.path) or _holds_unseen(patterns, entry.path)
    )


def _holds_unseen(patterns: PathGlobs, path: str) -> bool:
    """Tell whether ``path`` is an untracked repository, where git does not look, that may hold source."""
    return path.endswith("/") and patterns.may_match_below(path)


def _content_digests(root: Path, objects: list[str]) -> dict[str, str]:
    """Return the SHA-256 of each blob; memory stays bounded whatever the blobs' sizes."""
    wanted = list(dict.fromkeys(objects))
    with tempfile.TemporaryFile() as names:
        names.write("".join(f"{name}\n" for name in wanted).encode())
        names.seek(0)
        process = start_git(root, "cat-file", "--batch", stdin=names)
        with process:
            if process.stdout is None:
                return {}
            return dict(_digests(process.stdout, wanted))


def _digests(stream: IO[bytes], wanted: list[str]) -> Iterator[tuple[str, str]]:
    for name in wanted:
        header = stream.readline().split()
        if len(header) != 3 or header[:2] != [os.fsencode(name), b"blob"]:
            raise GitFailed(f"The repository does not hold the content {name} that its commit names.")
        left = int(header[2])
        hasher = hashlib.sha256()
        while left:
            chunk = stream.read(min(left, _CHUNK))
            if not chunk:
                raise GitFailed(f"Git stopped in the middle of the content {name}.")
            hasher.update(chunk)
            left -= len(chunk)
        stream.read(1)
        yield name, hasher.hexdigest()
