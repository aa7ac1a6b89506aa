"""Several coverage reports of one level of one build as one: what its tests reached together (clauses 5.5.3, 5.5.5).

A line is executable if any report has it, and covered if any report ran it. Of a line's branches, and its conditions, a
report tells how many were covered and not which: the highest count among the reports that know the most of them is
taken, which never says too much. Nothing here reads a record: these are functions over the lines of detail blobs.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from clausework.evidence.detail import FileCoverage
from clausework.evidence.line_sets import lines_in
from clausework.evidence.path_globs import PathGlobs, path_globs
from clausework.ledger.records.values import Ratio
from clausework.trace.coverage_roots import Doubt, Measured, doubts

_COUNT_BITS = 24
_COUNTS = (1 << _COUNT_BITS) - 1
_NONE = Ratio(0, 0)


class MergedFile(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One source file as all reports together show it.

    ``branch`` and ``mcdc`` are absent where no report measured them. ``branch_gap`` and ``mcdc_gap`` tell that some of
    its lines stand only in reports that did not: the ratio then says nothing of those lines.
    """

    path: str
    line: Ratio
    branch: Ratio | None = None
    mcdc: Ratio | None = None
    branch_gap: bool = False
    mcdc_gap: bool = False


class MergedCoverage(msgspec.Struct, frozen=True):
    """What all reports together show, and of each file; ``branch`` and ``mcdc`` are absent where none was measured.

    ``joined`` names files that came under a path from the repository's top and under an absolute one, and were taken
    as one; ``doubts`` those that may be one file under two names, and were not.
    """

    line: Ratio
    branch: Ratio | None
    mcdc: Ratio | None
    files: tuple[MergedFile, ...]
    joined: tuple[Doubt, ...] = ()
    doubts: tuple[Doubt, ...] = ()


class _Counts:
    """Branches, or conditions, of one file: by line while all reports list them, and the widest report's ratio."""

    __slots__ = ("by_line", "lines", "measured", "single")

    def __init__(self) -> None:
        self.by_line: dict[int, int] = {}
        self.lines = 0
        self.measured = False
        self.single = _NONE

    def take(self, ratio: Ratio | None, listed: Iterable[tuple[int, int, int]], lines: int) -> None:
        if ratio is None:
            return
        self.measured = True
        self.lines |= lines
        self.single = _wider(self.single, ratio)
        held = self.by_line
        for number, covered, total in listed:
            counts = total << _COUNT_BITS | covered
            if counts > held.get(number, 0):
                held[number] = counts

    def join(self, other: _Counts) -> None:
        self.measured = self.measured or other.measured
        self.lines |= other.lines
        self.single = _wider(self.single, other.single)
        for number, counts in other.by_line.items():
            self.by_line[number] = max(counts, self.by_line.get(number, 0))

    def ratio(self, *, whole: bool) -> Ratio | None:
        if not self.measured:
            return None
        if not whole:
            return self.single
        return Ratio(
            sum([counts & _COUNTS for counts in self.by_line.values()]),
            sum([counts >> _COUNT_BITS for counts in self.by_line.values()]),
        )


class _File:
    """One file while reports are merged. ``whole`` is false once a report did not list all of its lines."""

    __slots__ = ("branches", "conditions", "covered", "executable", "single", "whole")

    def __init__(self) -> None:
        self.executable = 0
        self.covered = 0
        self.whole = True
        self.single = _NONE
        self.branches = _Counts()
        self.conditions = _Counts()

    def take(self, one: FileCoverage) -> None:
        covered, executable = _sets(one)
        self.whole = self.whole and executable >= 0
        executable = max(executable, 0)
        self.covered |= covered
        self.executable |= executable
        self.single = _wider(self.single, one.line)
        self.branches.take(one.branch, one.branches, executable)
        self.conditions.take(one.mcdc, one.conditions, executable)

    def join(self, other: _File) -> None:
        self.whole = self.whole and other.whole
        self.covered |= other.covered
        self.executable |= other.executable
        self.single = _wider(self.single, other.single)
        self.branches.join(other.branches)
        self.conditions.join(other.conditions)

    def measured(self) -> Measured:
        if self.whole:
            return Measured(self.executable.bit_count(), self.executable)
        return Measured(self.single.total, -1)

    def merged(self, path: str) -> MergedFile:
        line = Ratio(self.covered.bit_count(), self.executable.bit_count()) if self.whole else self.single
        return MergedFile(
            path,
            line,
            self.branches.ratio(whole=self.whole),
            self.conditions.ratio(whole=self.whole),
            branch_gap=self._gap(self.branches),
            mcdc_gap=self._gap(self.conditions),
        )

    def _gap(self, counts: _Counts) -> bool:
        return self.executable & ~counts.lines != 0 or (not counts.measured and self.single.total > 0)


def merge(reports: Iterable[Iterable[FileCoverage]]) -> MergedCoverage:
    """Return what ``reports`` show together; a file that one of them does not list whole is as its widest report says.

    Paths that differ only in how they are written are one file. Where two reports seem to name the same files from
    different folders, the files stay apart and are told as ``doubts``, but for those that one report names by their
    absolute paths and another by the rest of these.
    """
    files: dict[str, _File] = {}
    named: list[frozenset[str]] = []
    for report in reports:
        names = set()
        for one in report:
            path = normalised(one.path)
            names.add(path)
            files.setdefault(path, _File()).take(one)
        named.append(frozenset(names))
    found = doubts(named, {path: file.measured() for path, file in files.items()} if len(named) > 1 else {})
    joined = tuple(doubt for doubt in found if doubt.same)
    for doubt in joined:
        for longer, shorter in doubt.pairs:
            if longer in files:
                files[shorter].join(files.pop(longer))
    merged = tuple(file.merged(path) for path, file in sorted(files.items()))
    return summed(merged, joined, tuple(doubt for doubt in found if not doubt.same))


def coverage_of_paths(merged: MergedCoverage, globs: Iterable[str]) -> MergedCoverage:
    """Return what ``merged`` shows of the files that ``globs`` (from the repository's top) match.

    Reports may name files from further up: by absolute paths, or from a module's name. So the patterns are tried below
    each folder that holds at least half of the files, the topmost first, and the first that has a match is taken for
    the repository's top. No file at all is a total of 0, which reaches no threshold. Raises ``NotAPathGlob``.
    """
    wanted = path_globs(globs)
    for root in _roots(merged):
        found = tuple(one for one in merged.files if _below(one.path, root, wanted))
        if found:
            return summed(found, merged.joined, merged.doubts)
    return summed((), merged.joined, merged.doubts)


def normalised(path: str) -> str:
    """Return ``path`` with forward slashes and without parts that lead nowhere; whether it is absolute stays."""
    parts: list[str] = []
    for part in path.replace("\\", "/").split("/"):
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        elif part not in {"", "."}:
            parts.append(part)
    slash = "/" if path.startswith(("/", "\\")) else ""
    return slash + "/".join(parts)


def _sets(one: FileCoverage) -> tuple[int, int]:
    """Return the covered and the executable lines; the second is -1 where the ranges are not the file's lines."""
    if not one.whole:
        return 0, -1
    try:
        covered, uncovered = lines_in(one.covered), lines_in(one.uncovered)
    except ValueError:
        return 0, -1
    executable = covered | uncovered
    listed = Ratio(covered.bit_count(), executable.bit_count())
    if (
        listed != one.line
        or not _explains(one.branch, one.branches)
        or not _explains(one.mcdc, one.conditions)
    ):
        return 0, -1  # an older reader wrote only some ranges
    return covered, executable


def _explains(ratio: Ratio | None, listed: Sequence[tuple[int, int, int]]) -> bool:
    if ratio is None:
        return not listed
    return ratio == Ratio(sum([one[1] for one in listed]), sum([one[2] for one in listed]))


def _wider(one: Ratio, other: Ratio) -> Ratio:
    return max(one, other, key=lambda ratio: (ratio.total, ratio.covered))


def summed(
    files: tuple[MergedFile, ...], joined: tuple[Doubt, ...] = (), found: tuple[Doubt, ...] = ()
) -> MergedCoverage:
    """Return what ``files`` come to together; ``joined`` and ``found`` are what is known of their names."""
    return MergedCoverage(
        _sum([one.line for one in files]) or _NONE,
        _sum([one.branch for one in files]),
        _sum([one.mcdc for one in files]),
        files,
        joined,
        found,
    )


def _sum(ratios: Iterable[Ratio | None]) -> Ratio | None:
    known = [one for one in ratios if one is not None]
    return Ratio(sum(one.covered for one in known), sum(one.total for one in known)) if known else None


def _roots(merged: MergedCoverage) -> list[str]:
    """Return the folders that hold at least half of the files, the topmost first; each ends with a slash."""
    held: dict[str, int] = {"": len(merged.files)}
    for one in merged.files:
        at = one.path.find("/")
        while at >= 0:
            folder = one.path[: at + 1]
            held[folder] = held.get(folder, 0) + 1
            at = one.path.find("/", at + 1)
    return sorted((folder for folder, count in held.items() if 2 * count >= len(merged.files)), key=len)


def _below(path: str, root: str, wanted: PathGlobs) -> bool:
    return path.startswith(root) and wanted.match(path[len(root) :])
