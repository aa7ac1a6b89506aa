"""Debian's package index as a lock: stanzas of a ``Packages`` file, or what ``apt-cache show`` printed (clause 5.1.10).

Each stanza names package, version, architecture, file and hash; the index of a snapshot, or the stanzas of the packages
that a builder has installed.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping

from clausework.evidence.lock_values import (
    Locked,
    LockedDependency,
    LockUnreadable,
    Unlocked,
    hex_hash,
    shortened,
    text_of,
)

BEGINS = re.compile(rb"\s*Package: ")
"""What a package index begins with."""

_FIELD = re.compile(r"([A-Za-z0-9-]{1,80}):[ \t]*(.*)")


def read_debian(name: str, data: bytes) -> Locked:
    """Read a package index: each stanza wants SHA-256 or SHA-512 of its file."""
    dependencies: dict[LockedDependency, None] = {}
    unlocked = []
    for number, stanza in _stanzas(name, text_of(name, data)):
        place = f"{name}:{number}"
        called, version = _wanted(stanza, "Package", place), _wanted(stanza, "Version", place)
        hashes = tuple(
            hex_hash(f"{kind.lower()}:{stanza[kind].lower()}", place)
            for kind in ("SHA256", "SHA512")
            if stanza.get(kind)
        )
        file = posixpath.basename(stanza.get("Filename", ""))
        if hashes:
            dependencies[LockedDependency(called, version, hashes, file)] = None
        else:
            unlocked.append(Unlocked(called, version, f"{called} {version} has no SHA256"))
    return Locked(tuple(dependencies), tuple(unlocked))


def _stanzas(name: str, text: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield each stanza's fields with the number of its first line; continued lines are left out."""
    fields: dict[str, str] = {}
    first = 0
    for number, line in enumerate((*text.split("\n"), ""), start=1):
        line = line.rstrip("\r")
        if not line.strip():
            if fields:
                yield first, fields
            fields = {}
        elif not line.startswith((" ", "\t")):
            match = _FIELD.fullmatch(line)
            if match is None or match[1] in fields:
                raise LockUnreadable(
                    f"{name}:{number}: '{shortened(line)}' is no field of a package, or there twice."
                )
            first = first if fields else number
            fields[match[1]] = match[2].strip()


def _wanted(stanza: Mapping[str, str], field: str, place: str) -> str:
    value = stanza.get(field, "")
    if not value:
        raise LockUnreadable(f"{place}: the package has no '{field}'.")
    return value
