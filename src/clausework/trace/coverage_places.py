"""Which file of a commit a coverage report speaks of, whatever folder the report names its files from (clause 5.5.5).

A report names files from the repository's top, from a folder of sources (``alarm.py`` for ``src/pump/alarm.py``), or
from further up (``/builds/x/src/pump/alarm.py``), or as another place has them (``/app/src/alarm.py`` in a container,
``example.com/pump/alarm.go`` for a module in a folder). What most of a report's names have in common decides; where
that leaves two files, nothing is guessed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping

import msgspec

from clausework.trace.coverage import normalised

Shift = tuple[str, str]
"""What is taken from a name's beginning, and what is put before it instead."""

_LEAST_MOVED = 2
"""Names that must agree that one folder stands for another."""

_MOST_MOVES = 50
_MOST_NAMESAKES = 200


class Placement(msgspec.Struct, frozen=True):
    """The file of the commit by the report's name for it; ``doubtful`` are the files that a name may mean."""

    files: dict[str, str]
    doubtful: dict[str, tuple[str, ...]]


class FilesByName:
    """The files of a commit by the last part of their paths; asked report by report."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._all = frozenset(paths)
        self._named: dict[str, list[str]] = {}
        self._in_folder: dict[str, list[str]] = {}
        for path in sorted(self._all):
            self._named.setdefault(path.rpartition("/")[2], []).append(path)
            self._in_folder.setdefault(_last_two(path), []).append(path)

    def shifts(self, name: str) -> dict[Shift, str]:
        """Return the files that ``name`` may mean, by what has to be done to it."""
        found: dict[Shift, str] = {}
        if name.endswith("/") or not name:
            return found
        for path in self._with_the_end_of(name):
            if path == name:
                found["", ""] = path
            elif path.endswith(f"/{name}"):
                found["", path[: -len(name)]] = path
            elif name.endswith(f"/{path}"):
                found[name[: -len(path)], ""] = path
        return found

    def moves(self, name: str) -> set[Shift]:
        """Return by which folder another must be replaced for ``name``, which means no file as it is, to mean one."""
        found = set()
        last = name.rpartition("/")[2]
        for path in self._in_folder.get(_last_two(name)) or self._named.get(last, [])[:_MOST_NAMESAKES]:
            same = _common_end(name, path)
            found.add((name[:-same], path[:-same]))
        return found

    def _with_the_end_of(self, name: str) -> Iterator[str]:
        """Yield the files that end as ``name`` does, or that it ends with: of a thousand ``__init__.py`` only these."""
        last = name.rpartition("/")[2]
        if last == name:
            yield from self._named.get(name, ())
            return
        yield from self._in_folder.get(_last_two(name), ())
        if last in self._all:
            yield last

    def moved(self, name: str, shift: Shift) -> str:
        """Return the file that ``name`` means once ``shift`` is done to it; empty where there is none."""
        path = shift[1] + name[len(shift[0]) :]
        return path if path in self._all else ""


def placed(names: Collection[str], commit: FilesByName) -> Placement:
    """Return which files of the commit the ``names`` of one report mean; a name that means none is left out.

    Of two names for one file, that counts which is shortened or lengthened as most others are.
    """
    shifts = {name: commit.shifts(normalised(name)) for name in names}
    shifts.update(_moved({name: normalised(name) for name in names}, shifts, commit))
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


def _moved(
    written: Mapping[str, str], shifts: Mapping[str, dict[Shift, str]], commit: FilesByName
) -> dict[str, dict[Shift, str]]:
    """Return the files that names mean which mean none as they are, where one folder stands for another throughout.

    All names from that folder must mean a file then, and not one of them alone: what a library calls ``alarm.py`` is
    not taken for the commit's.
    """
    lost = {name: text for name, text in written.items() if not shifts[name] and text}
    counted = Counter(shift for text in lost.values() for shift in commit.moves(text))
    agreed = [
        shift
        for shift, count in counted.most_common(_MOST_MOVES)
        if count >= _LEAST_MOVED
        and all(commit.moved(text, shift) for text in written.values() if text.startswith(shift[0]))
    ]
    found: dict[str, dict[Shift, str]] = {}
    for name, text in lost.items():
        means = {shift: commit.moved(text, shift) for shift in agreed if text.startswith(shift[0])}
        if means:
            found[name] = means
    return found


def _last_two(path: str) -> str:
    """Return a file's name with that of its folder, where it has one."""
    return "/".join(path.rsplit("/", 2)[-2:])


def _common_end(name: str, path: str) -> int:
    """Return how many characters the ends of both have in common, in whole parts of a path."""
    length = 0
    for one, other in zip(reversed(name.split("/")), reversed(path.split("/")), strict=False):
        if one != other:
            break
        length += len(one) + 1
    return length - 1


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
