"""The dependencies of an archive: by the hash that a lock gives, and by name alone where it gives none (clause 5.8.7).

What is kept by name alone stands in a folder of its own, so that the archive itself names exactly these files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from clausework.actions.archive_places import Gathered
from clausework.actions.given_files import keep_file
from clausework.actions.workplace import Workplace
from clausework.evidence.lock_values import LockedDependency, Unlocked
from clausework.evidence.locked_files import LockedFile, NamedFile, find_locked, find_named
from clausework.evidence.locks import read_lock
from clausework.ledger.records.archive import NotInArchive
from clausework.ledger.records.build import Build
from clausework.release.archive_facts import WITHOUT_HASH

_DISTRIBUTIONS = frozenset({"requirements", "poetry", "uv", "pipfile"})
_JVM = frozenset({"gradle", "gradle-verification", "maven"})
_DESCRIBING = (".pom", ".module")
_ALL_THERE_IS = re.compile(rb"<packaging>\s*pom\s*</packaging>")
_ENDINGS = {"npm": ".tgz", "cargo": ".crate", "go": ".zip"}


class Wanted(msgspec.Struct, frozen=True):
    """What a lock names: pinned by hash or left open, the kind of the lock, and that lock."""

    entry: LockedDependency | Unlocked
    kind: str
    lock: str

    @property
    def missing(self) -> NotInArchive:
        """How an archive without it says so."""
        file = self.entry.file if isinstance(self.entry, LockedDependency) else self.entry.why
        return NotInArchive(
            "dependency", self.entry.name, self.entry.version, f"{self.lock}: {file}" if file else self.lock
        )


def wanted_by(workplace: Workplace, builds: Iterable[Build], gathered: Gathered) -> list[Wanted]:
    """Return what the builds' locks name, each once; a lock that cannot be read is told as missing.

    An entry without a hash is left out where another lock has the hash of that very version: of more than its pom.
    """
    found: dict[LockedDependency | Unlocked, Wanted] = {}
    for build in builds:
        for lock in build.locks:
            read = read_lock(lock.name, workplace.ledger.read_blob(lock.sha256))
            if not read.is_read:
                gathered.missing.append(NotInArchive("lock", lock.name, "", build.software_item))
                continue
            entries: tuple[LockedDependency | Unlocked, ...] = (*read.dependencies, *read.unlocked)
            for one in entries:
                found.setdefault(one, Wanted(one, read.kind, lock.name))
    hashed = {
        (_folder(one), one.entry.name, one.entry.version)
        for one in found.values()
        if isinstance(one.entry, LockedDependency) and not one.entry.file.endswith(_DESCRIBING)
    }
    wanted = [
        one
        for one in found.values()
        if _is_hashed(one) or (_folder(one), one.entry.name, one.entry.version) not in hashed
    ]
    gathered.dependencies = len(wanted)
    return wanted


def take_dependencies(
    workplace: Workplace,
    wanted: Sequence[Wanted],
    held: Sequence[Path],
    places: Sequence[Path],
    gathered: Gathered,
) -> list[Wanted]:
    """Keep every file under ``held`` and ``places`` that a lock names; return what is still to be found.

    ``held`` is what an earlier archive holds: a file that it took by name is not replaced by another of that name.
    """
    by_entry = {one.entry: one for one in wanted}
    taken: dict[LockedDependency | Unlocked, list[str]] = {}
    for file in find_locked((one for one in by_entry if isinstance(one, LockedDependency)), [*held, *places]):
        _take(workplace, by_entry[file.dependency], file, gathered, taken)
    for several in (held, places):
        left = [one for one in by_entry if isinstance(one, Unlocked) and one not in taken]
        named = find_named(left, several)
        for one in named:
            if not _is_doubtful(one, named, gathered):
                _take(workplace, by_entry[one.entry], one, gathered, taken)
    for entry, names in taken.items():
        if by_entry[entry].kind in _DISTRIBUTIONS and all(_is_built(name) for name in names):
            gathered.notes.append(
                f"{entry.name} {entry.version} is archived as built for one platform, without its source"
            )
    return [one for one in wanted if one.entry not in taken]


def _take(
    workplace: Workplace,
    wanted: Wanted,
    file: LockedFile | NamedFile,
    gathered: Gathered,
    taken: dict[LockedDependency | Unlocked, list[str]],
) -> None:
    kept = keep_file(workplace.ledger, file.path, file.path.name, "application/octet-stream")
    if kept.sha256 == file.sha256:  # else it changed while it was read, and is not what was found
        gathered.add(_path_of(wanted, file.path.name), kept)
        if _is_hashed(wanted) or not _only_describes(file.path):
            taken.setdefault(wanted.entry, []).append(file.path.name)


def _only_describes(path: Path) -> bool:
    """Tell whether a file describes what is wanted and is not it: the pom of a jar; a platform is its pom."""
    return path.suffix in _DESCRIBING and not _ALL_THERE_IS.search(path.read_bytes())


def _is_doubtful(file: NamedFile, named: Sequence[NamedFile], gathered: Gathered) -> bool:
    """Tell whether other bytes have the same name: without a hash nobody can say which of them are meant."""
    same = [one for one in named if (one.entry, one.path.name) == (file.entry, file.path.name)]
    if len(same) > 1:
        gathered.notes.append(
            f"{file.path.name} is there with {len(same)} different contents; no lock has a hash of it: none is taken"
        )
    return len(same) > 1


def _is_hashed(wanted: Wanted) -> bool:
    return isinstance(wanted.entry, LockedDependency)


def _is_built(name: str) -> bool:
    return name.endswith(".whl") and not name.endswith("-any.whl")


def _folder(wanted: Wanted) -> str:
    if wanted.kind in _JVM:
        return "maven"
    return "pip" if wanted.kind in _DISTRIBUTIONS else wanted.kind


def _path_of(wanted: Wanted, name: str) -> str:
    """Return the file's path in the archive: laid out as package managers look for it, under what the lock calls it."""
    entry = wanted.entry
    folder = f"dependencies/{_folder(wanted)}"
    if isinstance(entry, Unlocked):
        folder = f"{WITHOUT_HASH}{_folder(wanted)}"
    elif wanted.kind in _ENDINGS:
        called = f"{entry.name}-{entry.version}".replace("/", "!")
        return f"{folder}/{called}{_ENDINGS[wanted.kind]}"
    elif entry.file:
        name = entry.file
    if wanted.kind in _JVM:
        group, _, artifact = entry.name.partition("/")
        folder = f"{folder}/{group.replace('.', '/')}/{artifact}/{entry.version}"
    return f"{folder}/{name}"
