"""Files as they were at a commit, taken from git's objects; the work tree is not touched (clause 8.3)."""

from __future__ import annotations

import functools
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from clausework.core.errors import InputRejected
from clausework.evidence.git import GitFailed, start_git
from clausework.evidence.source_tree import TreeEntry, tree_entries

LARGEST = 256 << 20
"""Bytes of one file that is held."""

_CHUNK = 1 << 20
_SUBMODULE = "160000"
_LINK = "120000"


class FileTooLarge(InputRejected):
    """A file of a commit is larger than is looked at."""

    hint = "Keep what is this large out of the folders that are read, or in several files."


def files_at(
    root: Path,
    commit: str,
    wanted: Callable[[str], bool],
    *,
    largest: int = LARGEST,
    left_out: Callable[[str, int], None] | None = None,
) -> Iterator[tuple[TreeEntry, bytes]]:
    """Yield the files of ``commit`` whose path from the repository's top is ``wanted``, sorted by path.

    One of more than ``largest`` bytes is told to ``left_out``, with its size; without that it raises ``FileTooLarge``.
    Raises ``UnknownRevision``, and ``GitFailed`` where an object is missing or damaged.
    """
    entries = [one for one in tree_entries(root, commit) if one.mode != _SUBMODULE and wanted(one.path)]
    with tempfile.TemporaryFile() as names:
        names.write("".join(f"{entry.object}\n" for entry in entries).encode())
        names.seek(0)
        with start_git(root, "cat-file", "--batch", stdin=names) as process:
            if process.stdout is None:
                return
            for entry in entries:
                header = process.stdout.readline().split()
                if len(header) != 3 or header[:2] != [os.fsencode(entry.object), b"blob"]:
                    raise GitFailed(f"The repository does not hold the content of {entry.path}.")
                size = int(header[2])
                if size <= largest:
                    data = process.stdout.read(size)
                    process.stdout.read(1)
                    yield entry, data
                elif left_out is None:
                    raise FileTooLarge(f"{entry.path} has {size} bytes; at most {largest} are looked at.")
                else:
                    left_out(entry.path, size)
                    _pass_over(process.stdout, size + 1)


def _pass_over(stream: IO[bytes], size: int) -> None:
    while size > 0 and (chunk := stream.read(min(size, _CHUNK))):
        size -= len(chunk)


def write_files_at(root: Path, commit: str, wanted: Callable[[str], bool], folder: Path) -> None:
    """Write the files that ``files_at`` yields into the empty ``folder``; a symbolic link is written as one.

    Nothing is written outside: a tree made by hand may hold ``..``, or a link and files behind it. Raises ``GitFailed``
    for a path that cannot be written.
    """
    links: list[tuple[Path, bytes]] = []
    for entry, data in files_at(root, commit, wanted):
        if not _is_plain(entry.path):
            raise GitFailed(
                f"The tree of commit {commit[:12]} holds the path '{entry.path}', which git never makes."
            )
        path = folder / entry.path
        if entry.mode == _LINK:
            links.append((path, data))
        else:
            _write(path, entry.path, functools.partial(path.write_bytes, data))
    for path, target in links:  # last, so that nothing is written through one
        name = path.relative_to(folder).as_posix()
        _write(path, name, functools.partial(path.symlink_to, os.fsdecode(target)))


def _is_plain(path: str) -> bool:
    return not {"", ".", ".."}.intersection(path.split("/"))


def _write(path: Path, name: str, write: Callable[[], object]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise GitFailed(f"'{name}' cannot be written as it stands in the repository: {reason}.") from error
