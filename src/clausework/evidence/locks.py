"""Lock files: which a software item has, and what they pin (clauses 5.1.10, 8.1.2)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from clausework.core.errors import UsageFault
from clausework.evidence.lock_formats import (
    read_cargo,
    read_go,
    read_npm,
    read_pipfile,
    read_poetry,
    read_requirements,
    read_uv,
)
from clausework.evidence.lock_formats_debian import BEGINS, read_debian
from clausework.evidence.lock_formats_jvm import (
    MAVEN_LIST,
    read_gradle_lock,
    read_gradle_verification,
    read_maven_list,
)
from clausework.evidence.lock_values import Locked, LockedDependency, LockUnreadable, Unlocked, shortened
from clausework.evidence.path_globs import path_globs
from clausework.evidence.source_tree import TreeEntry, file_bytes, tree_entries

_LARGEST = 64 << 20
_LONGEST = 500
"""Characters of a dependency's name, or version, that no package manager knows; no record could name it."""

_REQUIREMENTS = re.compile(r"requirements[^/]*\.(?:lock|txt)")
_HASHED = re.compile(rb"(?:^|\s)--hash[= ]\s*sha")
_KNOWN = {
    "poetry.lock": "poetry",
    "uv.lock": "uv",
    "Pipfile.lock": "pipfile",
    "package-lock.json": "npm",
    "npm-shrinkwrap.json": "npm",
    "Cargo.lock": "cargo",
    "go.sum": "go",
    "conan.lock": "conan",
}
_NAMED = {"verification-metadata.xml": "gradle-verification", "gradle.lockfile": "gradle"}
"""Locks that are read where the plan names them: of Gradle's two, one alone carries hashes."""

_READERS: dict[str, Callable[[str, bytes], Locked]] = {
    "requirements": read_requirements,
    "poetry": read_poetry,
    "uv": read_uv,
    "pipfile": read_pipfile,
    "npm": read_npm,
    "cargo": read_cargo,
    "go": read_go,
    "gradle": read_gradle_lock,
    "gradle-verification": read_gradle_verification,
    "maven": read_maven_list,
    "debian": read_debian,
}


class LockMissing(UsageFault):
    """The plan names a lock file that the commit does not have."""

    hint = "Commit the lock file, or correct 'locks' of the software item in the plan."


class Lock(msgspec.Struct, frozen=True):
    """A lock file as read: its kind (or ``unknown``), what it pins, what it leaves open and why."""

    name: str
    kind: str
    dependencies: tuple[LockedDependency, ...]
    unlocked: tuple[Unlocked, ...]

    @property
    def is_read(self) -> bool:
        """Whether the kind is one that is read: of another nobody knows what it names."""
        return self.kind in _READERS


class LockFile(msgspec.Struct, frozen=True):
    """A lock file's path from the repository's top, and its bytes."""

    path: str
    data: bytes


def kind_of_lock(name: str, data: bytes) -> str:
    """Return what kind of lock file this is: ``requirements``, ``npm`` ... or ``unknown``."""
    base = posixpath.basename(name)
    if base in _KNOWN or base in _NAMED:
        return _KNOWN.get(base) or _NAMED[base]
    if _REQUIREMENTS.fullmatch(base) or (base.endswith((".txt", ".lock")) and _HASHED.search(data)):
        return "requirements"
    if data.lstrip().startswith(MAVEN_LIST):
        return "maven"
    return "debian" if BEGINS.match(data) else "unknown"


def read_lock(name: str, data: bytes) -> Lock:
    """Return what the lock file ``data`` pins; ``name`` is its path.

    A kind that is not read is told in ``unlocked``: its dependencies are unknown. Raises ``LockUnreadable``.
    """
    if len(data) > _LARGEST:
        raise LockUnreadable(f"{name} has {len(data)} bytes; a lock file has at most {_LARGEST}.")
    kind = kind_of_lock(name, data)
    reader = _READERS.get(kind)
    if reader is None:
        why = "this kind of lock file is not read: its dependencies are unknown"
        return Lock(name, kind, (), (Unlocked(name, "", why),))
    locked = reader(name, data)
    entries: tuple[LockedDependency | Unlocked, ...] = (*locked.dependencies, *locked.unlocked)
    for one in entries:
        if len(one.name) > _LONGEST or len(one.version) > _LONGEST:
            raise LockUnreadable(
                f"{name}: '{shortened(one.name)}' {shortened(one.version)} is too long for a name and a version."
            )
    return Lock(name, kind, locked.dependencies, locked.unlocked)


def find_locks(
    root: Path, commit: str, globs: Sequence[str], named: Sequence[str] = ()
) -> tuple[LockFile, ...]:
    """Return the lock files of a software item at ``commit``, by path.

    Where the plan names them (``named``, path patterns), they are those, and each pattern must match: else
    ``LockMissing``. Otherwise they are the files with a known name under the item's ``globs`` and in the
    folders around these; a requirement file counts only where it bears hashes.
    """
    entries = [entry for entry in tree_entries(root, commit) if entry.mode.startswith("100")]
    if named:
        return tuple(LockFile(entry.path, file_bytes(root, entry)) for entry in _named(entries, named))
    patterns = path_globs(globs)
    around = {folder for fixed in patterns.folders for folder in _folders_around(fixed)}
    found = []
    for entry in entries:
        folder, base = posixpath.split(entry.path)
        if not (base in _KNOWN or _REQUIREMENTS.fullmatch(base)):
            continue
        if folder in around or patterns.match(entry.path):
            data = file_bytes(root, entry)
            if base in _KNOWN or base.endswith(".lock") or _HASHED.search(data):
                found.append(LockFile(entry.path, data))
    return tuple(found)


def _named(entries: list[TreeEntry], named: Sequence[str]) -> list[TreeEntry]:
    found: dict[str, TreeEntry] = {}
    for name in named:
        patterns = path_globs((name,))
        matching = {entry.path: entry for entry in entries if patterns.match(entry.path)}
        if not matching:
            raise LockMissing(f"The commit has no lock file '{name}'.")
        found |= matching
    return [found[path] for path in sorted(found)]


def _folders_around(fixed: str) -> list[str]:
    """Return the folder ``fixed`` (with a ``/`` at its end, or empty: the top) and all that contain it."""
    parts = fixed.rstrip("/").split("/") if fixed else []
    return ["/".join(parts[:count]) for count in range(len(parts) + 1)]
