"""Which file of a commit a coverage report speaks of, whatever folder the report names its files from (clause 5.5.5).

A report names files from the repository's top, from a folder of sources (``alarm.py`` for ``src/pump/alarm.py``), or
from further up (``/builds/x/src/pump/alarm.py``). What most of a report's names have in common decides; where that
leaves two files, nothing is guessed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable

import msgspec

from clausework.trace.coverage import normalised

Shift = tuple[str, str]
"""What is taken from a name's beginning, and what is put before it instead."""


class Placement(msgspec.Struct, frozen=True):
    """The file of the commit by the report's name for it; ``doubtful`` are the files that a name may mean."""

    files: dict[str, str]
    doubtful: dict[str, tuple[str, ...]]


class FilesByName:
    """The files of a commit by the last part of their paths; asked report by report."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths: dict[str, list[str]] = {}
        for path in paths:
            self._paths.setdefault(path.rpartition("/")[2], []).append(path)

    def shifts(self, name: str) -> dict[Shift, str]:
        """Return the files that ``name`` may mean, by what has to be done to it."""
        found: dict[Shift, str] = {}
        if name.endswith("/") or not name:
            return found
        for path in self._paths.get(name.rpartition("/")[2], ()):
            if path == name:
                found["", ""] = path
            elif path.endswith(f"/{name}"):
                found["", path[: -len(name)]] = path
            elif name.endswith(f"/{path}"):
                found[name[: -len(path)], ""] = path
        return found


def placed(names: Collection[str], commit: FilesByName) -> Placement:
    """Return which files of the commit the ``names`` of one report mean; a name that means none is left out.

    Of two names for one file, that counts which is shortened or lengthened as most others are.
    """
    shifts = {name: commit.shifts(normalised(name)) for name in names}
    common = Counter(shift for found in shifts.values() for shift in found)
    files: dict[str, tuple[int, str]] = {}
    doubtful: dict[str, tuple[str, ...]] = {}
    for name, found in shifts.items():
        if not found:
            continue
        best = _best(found, common)
        if best is None:
            doubtful[name] = tuple(sorted(found.values()))
            continue
        path, count = found[best], common[best]
        held = files.get(path)
        if held is None or count > held[0]:
            files[path] = (count, name)
        elif count == held[0]:
            doubtful[name] = (path,)
    return Placement({name: path for path, (_, name) in files.items()}, doubtful)


def _best(found: dict[Shift, str], common: Counter[Shift]) -> Shift | None:
    """Return the shift that most names have; of equals the name as it stands, then the longest path within it."""
    most = max(common[shift] for shift in found)
    equal = [shift for shift in found if common[shift] == most]
    if ("", "") in equal:
        return "", ""
    shortened = [shift for shift in equal if not shift[1]]
    if shortened:
        return min(shortened, key=lambda shift: len(shift[0]))
    return equal[0] if len(equal) == 1 else None
