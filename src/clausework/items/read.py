"""Reading items: the files of the plan's item folders, and from them one set with what is wrong in it."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path, PurePosixPath

import msgspec

from clausework.core.errors import InputRejected
from clausework.core.places import Finding, FindingsInInput
from clausework.items.model import Item
from clausework.items.native import NATIVE_SUFFIXES, read_native
from clausework.items.soundness import errors_in
from clausework.items.source import SourceFile

NATIVE = "clausework.native 1"
"""The reader of native item files, as records name it."""

LARGEST_FILE = 16 << 20
"""Bytes of one item file; some 30,000 items in YAML."""

LARGEST_FOREIGN_FILE = 200 << 20
"""Bytes of one file of a foreign source: ReqIF says in 5 kB what YAML says in 500 bytes."""

LARGEST_SET = 256 << 20
"""Bytes of all item files together."""

DUPLICATE_ID = "L15-duplicate-id"

_DEEPEST = 20
_README = "readme.md"


class ItemFilesRefused(InputRejected):
    """An item folder or file cannot be read: missing, too large, a link, or outside the repository."""

    hint = "Keep items in plain files of the repository, under the folders that the plan names in 'items'."


class ItemsNotSound(FindingsInInput):
    """The items say nothing definite: an ID is given twice, a link leads nowhere, a required field lacks."""


class ItemSet(msgspec.Struct, frozen=True):
    """All items, sorted by ID, what is wrong with them, and the readers that read them.

    Items of which two share an ID are no baseline. Any other finding, such as a link that leads nowhere, is kept with
    the baseline, and no gate that rests on the items passes while there is one.
    """

    items: tuple[Item, ...]
    findings: tuple[Finding, ...]
    readers: tuple[str, ...] = ()

    def distinct(self) -> tuple[Item, ...]:
        """Return the items; raises ``ItemsNotSound`` when two share an ID."""
        shared = [finding for finding in self.findings if finding.rule == DUPLICATE_ID]
        if shared:
            raise ItemsNotSound("The set of items", shared)
        return self.items

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
    return ItemSet(tuple(items), errors_in(items, software_items), (NATIVE,))


def collect_sources(root: Path, folders: Sequence[str]) -> tuple[SourceFile, ...]:
    """Return the native item files under ``folders`` of the repository at ``root``, sorted by path.

    No symbolic link is followed, nothing outside ``root`` is opened, nothing is read past its bound. Raises
    ``ItemFilesRefused`` for a folder that is missing or not plainly inside, and for every such file.
    """
    for folder in folders:
        if not (root / _plain_folder(folder)).is_dir():
            raise ItemFilesRefused(f"The item folder '{folder}' is not there.")
    return collect_files(root, folders, is_item_file)


def collect_files(
    root: Path, places: Sequence[str], takes: Callable[[str], bool], largest: int = LARGEST_FILE
) -> tuple[SourceFile, ...]:
    """Return the files at ``places``, and of folders among these those that ``takes`` takes, sorted by path.

    ``largest`` is how many bytes one of them may have.

    Raises ``ItemFilesRefused`` as ``collect_sources`` does.
    """
    paths: set[str] = set()
    for folder in places:
        start = _plain_folder(folder)
        _refuse_links_on_the_way(root, start)
        if (root / start).is_dir():
            paths.update(_files_under(root, start, takes, 0))
        elif os.path.lexists(root / start):
            paths.add(start.as_posix())
        else:
            raise ItemFilesRefused(f"The source of items '{folder}' is not there.")
    sources: list[SourceFile] = []
    total = 0
    for path in sorted(paths):
        sources.append(SourceFile(path, _read_bounded(root, path, largest)))
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


def _files_under(
    root: Path, folder: PurePosixPath, takes: Callable[[str], bool], depth: int
) -> Iterator[str]:
    if depth > _DEEPEST:
        raise ItemFilesRefused(f"The item folder '{folder}' is nested deeper than {_DEEPEST} folders.")
    with os.scandir(root / folder) as entries:
        for entry in sorted(entries, key=lambda entry: entry.name):
            path = folder / entry.name
            if entry.name.startswith(".") and not takes(path.as_posix()):
                continue
            if not entry.name.isprintable() or "\\" in entry.name:
                raise ItemFilesRefused(f"{str(path)!a} has a name that cannot be shown as it is.")
            if entry.is_dir(follow_symlinks=False):
                if not entry.name.startswith("."):
                    yield from _files_under(root, path, takes, depth + 1)
            elif entry.is_symlink():
                raise ItemFilesRefused(f"'{path}' is a symbolic link; items are read from plain files only.")
            elif takes(path.as_posix()):
                yield path.as_posix()


def _read_bounded(root: Path, path: str, largest: int) -> bytes:
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
        _refuse_large(path, status.st_size, largest)
        data = stream.read(largest + 1)
    _refuse_large(path, len(data), largest)
    return data


def _refuse_large(path: str, size: int, largest: int = LARGEST_FILE) -> None:
    if size > largest:
        raise ItemFilesRefused(f"'{path}' has {size} bytes; an item file has at most {largest}.")
