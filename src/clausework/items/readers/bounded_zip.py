"""Zip archives opened within bounds: members plainly named, of known size, and read no further than that."""

from __future__ import annotations

import io
import zipfile

from clausework.core.places import Place
from clausework.items.readers.rejection import Rejection

MOST_MEMBERS = 10_000
LARGEST_MEMBER = 200 << 20
"""Bytes of one member when unpacked."""

LARGEST_ARCHIVE = 400 << 20
"""Bytes of all members that are read, unpacked."""

_LARGEST_RATIO = 250
_SMALL = 1 << 20
_ENCRYPTED = 0x1
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


class BoundedZip:
    """An archive whose members' names and sizes were checked; raises ``Rejection`` for whatever is wrong in it."""

    def __init__(self, data: bytes, path: str) -> None:
        self._place = Place(path)
        self._read = 0
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
            self._members = {info.filename: info for info in self._archive.infolist() if not info.is_dir()}
        except Exception as error:
            raise self._rejection(f"it is no whole archive: {error}") from error
        if not data.startswith(b"PK"):
            raise self._rejection("something stands before the archive's beginning")
        if len(self._archive.infolist()) > MOST_MEMBERS:
            raise self._rejection(f"it has more than {MOST_MEMBERS} members")
        self._check_names()

    @property
    def names(self) -> tuple[str, ...]:
        """The members' names, sorted."""
        return tuple(sorted(self._members))

    def read(self, name: str) -> bytes:
        """Return the member ``name`` unpacked."""
        info = self._members[name]
        if info.flag_bits & _ENCRYPTED or info.compress_type not in _METHODS:
            raise self._rejection(f"'{name}' is encrypted, or packed in a way that is not read")
        ratio = info.file_size // max(info.compress_size, 1)
        if info.file_size > LARGEST_MEMBER or (info.file_size > _SMALL and ratio > _LARGEST_RATIO):
            raise self._rejection(f"'{name}' would unpack to {info.file_size} bytes, {ratio} times its size")
        self._read += info.file_size
        if self._read > LARGEST_ARCHIVE:
            raise self._rejection(f"its members unpack to more than {LARGEST_ARCHIVE} bytes")
        try:
            with self._archive.open(info) as member:
                data = member.read(info.file_size + 1)
                rest = member.read(1)
        except Exception as error:  # a damaged archive fails in many ways, few of them documented
            raise self._rejection(f"'{name}' cannot be unpacked: {error}") from error
        if len(data) != info.file_size or rest:
            raise self._rejection(f"'{name}' is not of the size that is stated for it")
        return data

    def _check_names(self) -> None:
        seen: set[str] = set()
        for info in self._archive.infolist():
            name = info.orig_filename
            parts = name.replace("\\", "/").split("/")
            if not name.isprintable() or name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0]:
                raise self._rejection(f"a member's name, {name[:100]!a}, leads out of the archive")
            if name.casefold() in seen:
                raise self._rejection(f"two members are called '{name[:100]}'")
            seen.add(name.casefold())

    def _rejection(self, message: str) -> Rejection:
        return Rejection("archive", message, self._place, "Export the file again, or pack it anew.")
