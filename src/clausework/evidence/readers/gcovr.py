"""Reads gcovr's JSON report: lines, branches and conditions of C and C++ source (clauses 5.5.3, 5.5.5).

The report states no totals; that it is whole is told by its being one JSON document. What gcovr excludes, by markers in
the source or by heuristics, is in no count here either, as in its own.
"""

from __future__ import annotations

import re
from typing import Annotated

import msgspec
from msgspec import UNSET, UnsetType

from clausework.evidence.detail import DetailWriter
from clausework.evidence.format import CoverageRead, Format
from clausework.evidence.json_elements import Unread
from clausework.evidence.json_walk import JsonWalk, first_members
from clausework.evidence.readers.coverage_lines import Files, TooManyLines, checked_path, packed
from clausework.evidence.remarks import Remarks
from clausework.evidence.source import Source, ValueRejected, WrongKind

MOST_LINES_OF_A_FILE = 500_000
"""Lines of one file, each as often as it is listed, which are held until the file ends."""

_VERSION = re.compile(r"0\.([0-9]{1,3})")
_NEWEST = 15

_Count = Annotated[int, msgspec.Meta(ge=0)]
_Flag = bool | UnsetType


class _Branch(msgspec.Struct, frozen=True):
    """A branch: how often it was taken."""

    count: _Count
    excluded: _Flag = msgspec.field(default=UNSET, name="gcovr/excluded")
    number: Unread = msgspec.field(default=UNSET, name="branchno")
    fallthrough: Unread = UNSET
    throw: Unread = UNSET
    source_block_id: Unread = UNSET
    destination_block_id: Unread = UNSET


class _Condition(msgspec.Struct, frozen=True):
    """The outcomes of the terms of one decision: how many there are, how many were shown to act on their own."""

    count: _Count
    covered: _Count
    excluded: _Flag = msgspec.field(default=UNSET, name="gcovr/excluded")
    number: Unread = msgspec.field(default=UNSET, name="conditionno")
    not_covered_false: Unread = UNSET
    not_covered_true: Unread = UNSET


class _Line(msgspec.Struct, frozen=True):
    """A line of a function; a line of a template is listed once for each of its instances."""

    line_number: int
    count: _Count
    branches: tuple[_Branch, ...]
    conditions: tuple[_Condition, ...] | UnsetType = UNSET
    excluded: _Flag = msgspec.field(default=UNSET, name="gcovr/excluded")
    noncode: _Flag = msgspec.field(default=UNSET, name="gcovr/noncode")
    function_name: Unread = UNSET
    block_ids: Unread = UNSET
    md5: Unread = msgspec.field(default=UNSET, name="gcovr/md5")
    decision: Unread = msgspec.field(default=UNSET, name="gcovr/decision")


class _Reading:
    def __init__(self) -> None:
        self.files = Files()
        self.remarks = Remarks()
        self.version = ""
        self.excluded = 0

    def file(self, walk: JsonWalk) -> None:
        path = ""
        lines: list[int] | None = None
        conditions: list[int] = []
        for member in walk.members():
            if member == "file":
                path = checked_path(walk.take(str))
            elif member == "lines":
                lines = self._lines(walk, conditions)
            else:
                walk.skip()
        if not path or lines is None:
            raise ValueRejected("an entry of 'files' lacks its 'file' or its 'lines'", offset=walk.offset())
        self.files.add(path, lines, conditions)

    def _lines(self, walk: JsonWalk, conditions: list[int]) -> list[int]:
        """Return the packed lines of a file, and add to ``conditions`` those that have some."""
        held: dict[int, _Merged] = {}
        for number, line in enumerate(walk.each(_Line)):
            if number >= MOST_LINES_OF_A_FILE:
                raise TooManyLines(
                    f"a file lists more than {MOST_LINES_OF_A_FILE} lines", offset=walk.offset()
                )
            if line.excluded is True:
                self.excluded += 1
            elif line.noncode is not True:
                held.setdefault(line.line_number, _Merged()).take(line)
        for number, one in held.items():
            decided = one.conditions.values()
            if decided:
                covered, total = sum(each[0] for each in decided), sum(each[1] for each in decided)
                conditions.append(packed(number, hit=False, covered=covered, total=total))
        return [
            packed(number, hit=one.ran, covered=sum(one.branches.values()), total=len(one.branches))
            for number, one in held.items()
        ]


class _Merged:
    """A line of all functions that list it: branches, and conditions, of the same number are one, as in gcovr."""

    __slots__ = ("branches", "conditions", "ran")

    def __init__(self) -> None:
        self.ran = False
        self.branches: dict[tuple[bytes, ...], bool] = {}
        self.conditions: dict[tuple[bytes, ...], tuple[int, int]] = {}

    def take(self, line: _Line) -> None:
        self.ran = self.ran or line.count > 0
        for place, branch in enumerate(line.branches):
            if branch.excluded is not True:
                which = _key(place, branch.number, branch.source_block_id, branch.destination_block_id)
                self.branches[which] = self.branches.get(which, False) or branch.count > 0
        for place, condition in enumerate(line.conditions or ()):
            if condition.covered > condition.count:
                raise ValueRejected(f"line {line.line_number} covers more conditions than it has")
            if condition.excluded is not True:
                which = (*_key(place, condition.number), b"%d" % condition.count)
                known = self.conditions.get(which, (0, 0))
                self.conditions[which] = max(known, (condition.covered, condition.count))


def _key(place: int, *numbers: Unread) -> tuple[bytes, ...]:
    """Return what tells a branch or condition from others of its line; its place, where nothing else does."""
    told = tuple(b"" if isinstance(one, UnsetType) else bytes(one) for one in numbers)
    return told if any(told) else (b"%d" % place,)


def _sniff(head: bytes, _name: str) -> bool:
    members = first_members(head)
    if members is None or "gcovr/summary_format_version" in members:
        return False
    return "gcovr/format_version" in members or ("files" in members and b'"gcovr/' in head)


def _parse(source: Source, detail: DetailWriter) -> CoverageRead:
    reading = _Reading()
    walk = JsonWalk(source)
    files = False
    for member in walk.members():
        if member == "gcovr/format_version":
            reading.version = walk.take(str)
        elif member == "files":
            files = True
            for _ in walk.elements():
                reading.file(walk)
        else:
            walk.skip()
    walk.finish()
    found = _VERSION.fullmatch(reading.version)
    if not files or not found:
        raise WrongKind(f"'{reading.version[:20]}' is not a gcovr format with 'files'")
    if not 1 <= int(found[1]) <= _NEWEST:
        raise ValueRejected(f"format {reading.version} is not known; 0.{_NEWEST} is the newest that is")
    if reading.excluded:
        reading.remarks.add(f"{reading.excluded} lines are excluded by the source's own markers")
    totals = reading.files.write(detail)
    return CoverageRead(
        totals.line,
        totals.branch if totals.branches else None,
        reading.remarks.all(),
        totals.mcdc if totals.conditions else None,
    )


FORMAT = Format(
    "gcovr",
    1,
    "coverage",
    "application/json",
    (".json",),
    _sniff,
    _parse,
    "gcovr JSON",
    ("5.5.3", "5.5.5"),
)
