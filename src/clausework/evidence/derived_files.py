"""What a program can say of a file that was made of another one: re-signed archives, packages that hold it.

A zip file (JAR, APK, Python's zipped applications) that was signed anew holds the same members; only those that a
signature consists of may differ, as the JAR file specification names them. The manifest of a JAR stays what it said,
but for the digests in it. A package holds the source itself, byte for byte.
"""

from __future__ import annotations

import hashlib
import re
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from typing import IO, BinaryIO

import msgspec

from clausework.core.errors import InputRejected
from clausework.core.printable import printable
from clausework.ledger.records.delivery import Comparison

MOST_MEMBERS = 200_000
MOST_BYTES = 16 << 30
"""Bytes of all members, unpacked: a small file that unpacks without end is refused."""

_SHOWN = 20
_CHUNK = 1 << 20
_LARGEST_MANIFEST = 64 << 20
_MANIFEST = "META-INF/MANIFEST.MF"
_SIGNATURE = re.compile(r"META-INF/(?:[^/]+\.(?:SF|RSA|DSA|EC)|SIG-[^/]*)", re.IGNORECASE)
_MADE_ANEW = frozenset({"created-by", "manifest-version", "signature-version", "built-by"})
_KIND_OF_FILE = 0o170000


class ArchiveUnreadable(InputRejected):
    """An archive cannot be read whole, or does not say one thing: two members of a name, or more than is looked at."""

    hint = "Make the archive again with a tool that writes sound ones."


class _Contents(msgspec.Struct, frozen=True):
    """A zip file's members: digest and kind by name, the manifest's statements, the bytes before the first member."""

    members: dict[str, tuple[str, int]]
    signature: tuple[str, ...]
    manifest: dict[str, dict[str, str]]
    head: str


def is_zip(stream: BinaryIO) -> bool:
    """Tell whether ``stream`` is a zip file, whatever stands before its members."""
    stream.seek(0)
    found = zipfile.is_zipfile(stream)
    stream.seek(0)
    return found


def compare_resigned(source: BinaryIO, derived: BinaryIO) -> Comparison | None:
    """Compare two zip files member by member, but for their signatures; ``None`` where one is no zip file.

    Raises ``ArchiveUnreadable``.
    """
    if not (is_zip(source) and is_zip(derived)):
        return None
    before, after = _contents(source, "The source"), _contents(derived, "The derived file")
    differences = [*_member_differences(before.members, after.members), *_manifest_differences(before, after)]
    if before.head != after.head:
        differences.append("the bytes before the first member differ")
    return Comparison(
        method="zip members and manifest",
        outcome="different" if differences else "equal",
        members=len(after.members),
        left_out=after.signature[:_SHOWN],
        differences=tuple(differences[:_SHOWN]),
        difference_count=len(differences),
    )


def find_packaged(sha256: str, derived: BinaryIO) -> Comparison | None:
    """Look for the source, byte for byte, among the members of a zip or tar file; ``None`` where it is neither.

    Raises ``ArchiveUnreadable``.
    """
    members = _zip_digests if is_zip(derived) else _tar_digests if _is_tar(derived) else None
    if members is None:
        return None
    holding: list[str] = []
    count = 0
    for name, digest in members(derived):
        count += 1
        if digest == sha256:
            holding.append(name)
    return Comparison(
        method=f"members that are the source: {', '.join(map(printable, holding[:3]))}"
        if holding
        else "members that are the source",
        outcome="equal" if holding else "different",
        members=len(holding),
        differences=() if holding else (f"none of {count} members is the source",),
        difference_count=0 if holding else 1,
    )


def _contents(stream: BinaryIO, what: str) -> _Contents:
    members: dict[str, tuple[str, int]] = {}
    signature: list[str] = []
    manifest: dict[str, dict[str, str]] = {}
    starts: list[int] = []
    with _reading(what), zipfile.ZipFile(stream) as archive:
        budget = _Budget(what)
        seen: set[str] = set()
        for entry in archive.infolist():
            budget.member()
            if entry.filename in seen:
                raise ArchiveUnreadable(f"{what} has two members named '{printable(entry.filename)}'.")
            seen.add(entry.filename)
            starts.append(entry.header_offset)
            if _SIGNATURE.fullmatch(entry.filename):
                signature.append(printable(entry.filename))
            elif entry.filename == _MANIFEST:
                with archive.open(entry) as member:
                    manifest = _manifest(member.read(_LARGEST_MANIFEST + 1), what)
            else:
                with archive.open(entry) as member:
                    digest = budget.digest(member)
                kind = (entry.external_attr >> 16) & _KIND_OF_FILE
                members[entry.filename] = (digest, kind)
    stream.seek(0)
    head = hashlib.sha256(stream.read(min(starts, default=0))).hexdigest()
    return _Contents(members, tuple(sorted(signature)), manifest, head)


class _Budget:
    """Counts members and bytes, so that an archive that unpacks without end is refused in time."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._members = 0
        self._bytes = 0

    def member(self) -> None:
        self._members += 1
        if self._members > MOST_MEMBERS:
            raise ArchiveUnreadable(f"{self._what} has more than {MOST_MEMBERS} members.")

    def digest(self, member: IO[bytes]) -> str:
        hasher = hashlib.sha256()
        while chunk := member.read(_CHUNK):
            self._bytes += len(chunk)
            if self._bytes > MOST_BYTES:
                raise ArchiveUnreadable(f"{self._what} unpacks to more than {MOST_BYTES} bytes.")
            hasher.update(chunk)
        return hasher.hexdigest()


class _reading:  # noqa: N801 - reads as a statement where it is used
    """Turns what the archive libraries raise about damaged input into ``ArchiveUnreadable``."""

    def __init__(self, what: str) -> None:
        self._what = what

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        damaged = (
            zipfile.BadZipFile,
            tarfile.TarError,
            zlib.error,
            EOFError,
            NotImplementedError,
            ValueError,
        )
        if isinstance(error, (*damaged, RuntimeError, UnicodeError, OverflowError, OSError)):
            raise ArchiveUnreadable(f"{self._what} cannot be read whole: {error}.") from error


def _manifest(data: bytes, what: str) -> dict[str, dict[str, str]]:
    """Return a JAR manifest's statements by section, without what a signature puts there; ``''`` is the main one."""
    if len(data) > _LARGEST_MANIFEST:
        raise ArchiveUnreadable(f"The manifest in {what.lower()} has more than {_LARGEST_MANIFEST} bytes.")
    text = data.decode("utf-8", "surrogateescape").replace("\r\n", "\n").replace("\r", "\n")
    text = text.replace("\n ", "")  # a line of more than 72 bytes goes on behind a blank
    sections: dict[str, dict[str, str]] = {}
    for number, block in enumerate(re.split(r"\n\n+", text.strip("\n"))):
        stated = dict(_statements(block, what))
        name = stated.pop("name", "") if number else ""
        kept = {
            key: value
            for key, value in stated.items()
            if not (number and key.endswith(("-digest", "-digest-manifest")))
            and not (not number and key in _MADE_ANEW)
        }
        if kept:
            sections.setdefault(name, {}).update(kept)
    return sections


def _statements(block: str, what: str) -> Iterator[tuple[str, str]]:
    seen: set[str] = set()
    for line in filter(None, block.split("\n")):
        key, separator, value = line.partition(":")
        key = key.strip().lower()
        if not separator or key in seen:
            raise ArchiveUnreadable(f"The manifest in {what.lower()} cannot be read: {printable(line)[:80]}.")
        seen.add(key)
        yield key, value.strip()


def _member_differences(
    before: Mapping[str, tuple[str, int]], after: Mapping[str, tuple[str, int]]
) -> Iterator[str]:
    for name in sorted(before.keys() | after.keys()):
        if name not in after:
            yield f"'{printable(name)}' is gone"
        elif name not in before:
            yield f"'{printable(name)}' was added"
        elif before[name] != after[name]:
            yield f"'{printable(name)}' is another"


def _manifest_differences(before: _Contents, after: _Contents) -> Iterator[str]:
    for section in sorted(before.manifest.keys() | after.manifest.keys()):
        if before.manifest.get(section) != after.manifest.get(section):
            where = f" of '{printable(section)}'" if section else ""
            yield f"the manifest says something else{where}"


def _zip_digests(stream: BinaryIO) -> Iterator[tuple[str, str]]:
    with _reading("The derived file"), zipfile.ZipFile(stream) as archive:
        budget = _Budget("The derived file")
        for entry in archive.infolist():
            budget.member()
            if not entry.is_dir():
                with archive.open(entry) as member:
                    yield entry.filename, budget.digest(member)


def _is_tar(stream: BinaryIO) -> bool:
    stream.seek(0)
    try:
        with tarfile.open(fileobj=stream) as archive:
            return archive.next() is not None
    except (tarfile.TarError, EOFError, OSError, zlib.error, ValueError):
        return False
    finally:
        stream.seek(0)


def _tar_digests(stream: BinaryIO) -> Iterator[tuple[str, str]]:
    budget = _Budget("The derived file")
    with _reading("The derived file"), tarfile.open(fileobj=stream) as archive:
        for entry in archive:
            budget.member()
            member = archive.extractfile(entry) if entry.isreg() else None
            if member is not None:
                yield entry.name, budget.digest(member)
