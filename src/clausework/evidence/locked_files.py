"""The files that locks name, found by the locks' own hashes and by nothing else (clauses 5.8.7, 8.1.2).

Where a lock gives a hash, a file's name is never a reason to take it: another file under the same name does not have
the hash, and is left. pip, uv, poetry and Pipfile name SHA-256 of each distribution file, npm the SHA-512 of its
tarball, cargo the SHA-256 of the ``.crate`` file, Go the ``h1:`` hash over a module's contents, Gradle and Debian the
SHA-256 or SHA-512 of each file. Of an entry without a hash nothing but the name can be looked for, and that is told.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import stat
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import msgspec

from clausework.core.errors import UsageFault
from clausework.evidence.lock_values import LockedDependency, Unlocked
from clausework.evidence.module_hash import module_hash

_ALGORITHMS = ("sha256", "sha384", "sha512")
_MODULE = "h1:"
_MOST_FILES = 500_000
_CHUNK = 1 << 20
_ENDING = (
    r"(?:-[A-Za-z0-9_.]+-[A-Za-z0-9_.]+-[A-Za-z0-9_.]+\.whl|_[a-z0-9-]+\.u?deb"
    r"|\.(?:tar\.(?:gz|bz2|xz|zst)|tgz|zip|jar|aar|war|klib|pom|module|crate))"
)
"""What stands behind name and version: a wheel's tags, a package's architecture, the ending of an archive."""


class PlaceMissing(UsageFault):
    """A folder in which dependencies are to be looked for is not there."""

    hint = "Correct the folder, or fill it: 'archive: gather:' in the plan may do that."


class TooManyFiles(UsageFault):
    """A folder holds more files than can be looked through."""

    hint = "Name the folder that holds the packages, not one far above it."


class LockedFile(msgspec.Struct, frozen=True):
    """A file that a lock names: the dependency, the file, its SHA-256 and size."""

    dependency: LockedDependency
    path: Path
    sha256: str
    size: int


class NamedFile(msgspec.Struct, frozen=True):
    """A file that has the name of an entry without a hash: the entry, the file, its SHA-256 as it was found."""

    entry: Unlocked
    path: Path
    sha256: str


def find_locked(dependencies: Iterable[LockedDependency], places: Sequence[Path]) -> list[LockedFile]:
    """Return every file under ``places`` that has a hash which one of ``dependencies`` names, each once.

    Links to folders are not followed. What cannot be read is as good as not there. Raises ``PlaceMissing``,
    ``TooManyFiles``.
    """
    wanted: dict[str, list[LockedDependency]] = {}
    for dependency in dependencies:
        for one in dependency.hashes:
            wanted.setdefault(one, []).append(dependency)
    found: dict[tuple[LockedDependency, str], LockedFile] = {}
    if not wanted:
        return []
    algorithms = [name for name in _ALGORITHMS if any(one.startswith(f"{name}:") for one in wanted)]
    modules = any(one.startswith(_MODULE) for one in wanted)
    for path in _files(places):
        digests = _digests(path, {*algorithms, "sha256"})
        if digests is None:
            continue
        sha256, size, texts = digests
        if modules and path.suffix == ".zip" and (hashed := module_hash(path)):
            texts.append(hashed)
        for text in texts:
            for dependency in wanted.get(text, ()):
                found.setdefault((dependency, sha256), LockedFile(dependency, path, sha256, size))
    return sorted(found.values(), key=lambda one: (one.dependency.name, one.dependency.version, one.sha256))


def find_named(entries: Iterable[Unlocked], places: Sequence[Path]) -> list[NamedFile]:
    """Return the files under ``places`` that are called as one of ``entries``, name and version; each digest once.

    A file whose name fits several entries is nobody's. Raises ``PlaceMissing``, ``TooManyFiles``.
    """
    forms = [(_form(entry), entry) for entry in entries if entry.version]
    found: dict[tuple[Unlocked, str, str], NamedFile] = {}
    for path in _files(places) if forms else ():
        named = [entry for form, entry in forms if form.fullmatch(path.name)]
        digests = _digests(path, ("sha256",)) if len(named) == 1 else None
        if digests is not None:
            (entry,) = named
            found.setdefault((entry, path.name, digests[0]), NamedFile(entry, path, digests[0]))
    return [found[key] for key in sorted(found, key=lambda one: (one[0].name, one[0].version, one[1:]))]


def _form(entry: Unlocked) -> re.Pattern[str]:
    """Return what the entry's file is called; the case of letters, and which of ``-``, ``_``, ``.``, do not matter."""
    parts = re.split(r"[-_.]+", re.split(r"[/:]", entry.name)[-1])
    version = re.escape(entry.version.partition(":")[2] or entry.version)
    return re.compile(rf"(?i:{'[-_.]+'.join(map(re.escape, parts))})[-_](?:[0-9]+%3a)?{version}{_ENDING}")


def _files(places: Sequence[Path]) -> Iterator[Path]:
    count = 0
    for place in places:
        if place.is_file():
            yield place
            continue
        if not place.is_dir():
            raise PlaceMissing(f"There is no folder '{place}'.")
        for folder, folders, names in os.walk(place):
            folders.sort()
            count += len(names)
            if count > _MOST_FILES:
                raise TooManyFiles(f"'{place}' holds more than {_MOST_FILES} files.")
            yield from (Path(folder, name) for name in sorted(names))


def _digests(path: Path, algorithms: Iterable[str]) -> tuple[str, int, list[str]] | None:
    """Return SHA-256, size, and the file's hashes as locks write them; ``None`` for what is no readable plain file."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        hashers = {name: hashlib.new(name) for name in algorithms}
        size = 0
        try:
            while chunk := stream.read(_CHUNK):
                size += len(chunk)
                for hasher in hashers.values():
                    hasher.update(chunk)
        except OSError:
            return None
    texts = []
    for name, hasher in hashers.items():
        texts += [f"{name}:{hasher.hexdigest()}", f"{name}:{base64.b64encode(hasher.digest()).decode()}"]
    return hashers["sha256"].hexdigest(), size, texts
