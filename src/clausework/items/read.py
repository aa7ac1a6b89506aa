"""Reading items: the files of the plan's item folders, and from them one set with what is wrong in it."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path, PurePosixPath

import msgspec

from clausework.core.errors import InputRejected
from clausework.core.places import Finding, FindingsInInput
from clausework.items.model import Item
from clausework.items.native import NATIVE_SUFFIXES, read_native
from clausework.items.soundness import errors_in

LARGEST_FILE = 16 << 20
"""Bytes of one item file; some 30,000 items in YAML."""

LARGEST_SET = 256 << 20
"""Bytes of all item files together."""

_DEEPEST = 20
_README = "readme.md"


class ItemFilesRefused(InputRejected):
    """An item folder or file cannot be read: missing, too large, a link, or outside the repository."""

    hint = "Keep items in plain files of the repository, under the folders that the plan names in 'items'."


class ItemsNotSound(FindingsInInput):
    """The items cannot be a baseline: an ID is given twice, a link leads nowhere, a required field lacks."""


class SourceFile(msgspec.Struct, frozen=True):
    """An item file: its path in the repository (posix), and its bytes as they were read."""

    path: str
    data: bytes


class ItemSet(msgspec.Struct, frozen=True):
    """All items, sorted by ID, and the findings that keep them from being a baseline."""

    items: tuple[Item, ...]
    findings: tuple[Finding, ...]

    def sound(self) -> tuple[Item, ...]:
        """Return the items; raises ``ItemsNotSound`` when there is a finding."""
        if self.findings:
            raise ItemsNotSound("The set of items", self.findings)
        return self.items


def is_item_file(path: str) -> bool:
    """Tell whether the file at ``path`` holds native items; a README.md is prose."""
    name = PurePosixPath(path).name.lower()
    return name.endswith(NATIVE_SUFFIXES) and name != _README and not name.startswith(".")


def read_items(sources: Sequence[SourceFile], software_items: Collection[str] = ()) -> ItemSet:
    """Return the items in ``sources``, in any order; links may also lead to the plan's ``software_items``.

    Raises ``FindingsInInput`` naming every place that is not well written, and ``ItemFilesRefused`` for a
    file that is too large.
    """
    items: list[Item] = []
    findings: list[Finding] = []
    for source in sources:
        _refuse_large(source.path, len(source.data))
        try:
            read, found = read_native(source.path, source.data)
        except FindingsInInput as error:
            findings.extend(error.findings)
            continue
        items.extend(read)
        findings.extend(found)
    if findings:
        raise FindingsInInput("The item files", sorted(findings, key=lambda finding: finding.place))
    items.sort(key=lambda item: (item.id, item.place))
    return ItemSet(tuple(items), errors_in(items, software_items))


def collect_sources(root: Path, folders: Sequence[str]) -> tuple[SourceFile, ...]:
    """Return the item files under ``folders`` of the repository at ``root``, sorted by path.

    No symbolic link is followed, nothing outside ``root`` is opened, nothing is read past its bound. Raises
    ``ItemFilesRefused`` for a folder that is missing or not plainly inside, and for every such file.
    """
    paths: set[str] = set()
    for folder in folders:
        start = _plain_folder(folder)
        _refuse_links_on_the_way(root, start)
        if not (root / start).is_dir():
            raise ItemFilesRefused(f"The item folder '{folder}' is not there.")
        paths.update(_files_under(root, start, 0))
    sources: list[SourceFile] = []
    total = 0
    for path in sorted(paths):
        sources.append(SourceFile(path, _read_bounded(root, path)))
        total += len(sources[-1].data)
        if total > LARGEST_SET:
            raise ItemFilesRefused(f"The item files are larger than {LARGEST_SET} bytes together.")
    return tuple(sources)


def _plain_folder(folder: str) -> PurePosixPath:
    path = PurePosixPath(folder)
    if (
        not folder
        or not folder.isprintable()
        or "\\" in folder
        or ":" in folder
        or path.is_absolute()
        or ".." in path.parts
    ):
        raise ItemFilesRefused(f"The item folder {folder!a} is not a plain path inside the repository.")
    return path


def _refuse_links_on_the_way(root: Path, folder: PurePosixPath) -> None:
    for part in (folder, *folder.parents):
        if str(part) != "." and (root / part).is_symlink():
            raise ItemFilesRefused(f"The item folder '{part}' is a symbolic link.")


def _files_under(root: Path, folder: PurePosixPath, depth: int) -> Iterator[str]:
    if depth > _DEEPEST:
        raise ItemFilesRefused(f"The item folder '{folder}' is nested deeper than {_DEEPEST} folders.")
    with os.scandir(root / folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            if entry.name.startswith("."):
                continue
            path = folder / entry.name
            if not entry.name.isprintable() or "\\" in entry.name:
                raise ItemFilesRefused(f"{str(path)!a} has a name that cannot be shown as it is.")
            if entry.is_dir(follow_symlinks=False):
                yield from _files_under(root, path, depth + 1)
            elif entry.is_symlink():
                raise ItemFilesRefused(f"'{path}' is a symbolic link; items are read from plain files only.")
            elif is_item_file(entry.name):
                yield path.as_posix()


def _read_bounded(root: Path, path: str) -> bytes:
    flags = (
        os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    )
    try:
        descriptor = os.open(root / path, flags)
    except OSError as error:
        raise ItemFilesRefused(f"'{path}' cannot be opened: {error.strerror}.") from error
    with os.fdopen(descriptor, "rb") as stream:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise ItemFilesRefused(f"'{path}' is not a plain file.")
        _refuse_large(path, status.st_size)
        data = stream.read(LARGEST_FILE + 1)
    _refuse_large(path, len(data))
    return data


def _refuse_large(path: str, size: int) -> None:
    if size > LARGEST_FILE:
        raise ItemFilesRefused(f"'{path}' has {size} bytes; an item file has at most {LARGEST_FILE}.")
