"""Reads coverage.py's JSON report: lines and branches of Python source (clauses 5.5.3, 5.5.5).

Lines and branches are counted from the lists of each file; the summaries of the files and the totals of the report are
compared with them.
"""

from __future__ import annotations

from collections import Counter
from typing import Annotated

import msgspec

from clausework.evidence.detail import DetailWriter
from clausework.evidence.format import CoverageRead, Format
from clausework.evidence.json_walk import JsonWalk, first_members
from clausework.evidence.readers.coverage_lines import Files, checked_path, packed
from clausework.evidence.remarks import Remarks
from clausework.evidence.source import Source, ValueRejected, WrongKind
from clausework.ledger.records.values import Ratio

_NEWEST_FORMAT = 3
_NO_LINE = (0,)

_Count = Annotated[int, msgspec.Meta(ge=0, le=10**9)]
_Number = Annotated[int, msgspec.Meta(ge=0, le=10**8)]
_Jump = tuple[int, int]


class TotalsContradict(ValueRejected):
    """A report's own totals cannot be explained by what it lists."""


class _Meta(msgspec.Struct, frozen=True):
    """What the report says of itself; the first format had no number."""

    branch_coverage: bool
    format: Annotated[int, msgspec.Meta(ge=1)] = 1


class _Summary(msgspec.Struct, frozen=True):
    """The totals of a file, or of the report."""

    covered_lines: _Count
    num_statements: _Count
    missing_lines: _Count
    num_branches: _Count = 0
    covered_branches: _Count = 0
    missing_branches: _Count | None = None

    @property
    def line(self) -> Ratio:
        return Ratio(self.covered_lines, self.num_statements)

    @property
    def branch(self) -> Ratio:
        return Ratio(self.covered_branches, self.num_branches)


class _File:
    """The lists of one file as they are read."""

    def __init__(self) -> None:
        self.lines: dict[str, list[int]] = {}
        self.jumps: dict[str, list[_Jump]] = {}
        self.summary: _Summary | None = None

    def read(self, walk: JsonWalk) -> None:
        """Read the members of a file's object; regions and contexts tell the same again and are passed over."""
        for member in walk.members():
            if member in {"executed_lines", "missing_lines", "excluded_lines"}:
                self.lines[member] = walk.take(list[_Number])
            elif member in {"executed_branches", "missing_branches"}:
                self.jumps[member] = walk.take(list[_Jump])
            elif member == "summary":
                self.summary = walk.take(_Summary)
            else:
                walk.skip()


class _Reading:
    def __init__(self) -> None:
        self.files = Files()
        self.remarks = Remarks()
        self.meta: _Meta | None = None
        self.stated: _Summary | None = None
        self.line = Ratio(0, 0)
        self.branch = Ratio(0, 0)
        self.with_branches = 0
        self.count = 0

    def file(self, path: str, walk: JsonWalk) -> None:
        file = _File()
        file.read(walk)
        if file.summary is None or not file.lines.keys() >= {"executed_lines", "missing_lines"}:
            raise ValueRejected(f"{path} lacks its lines or its summary", offset=walk.offset())
        missing = set(file.lines["missing_lines"])
        executed = set(file.lines["executed_lines"]).difference(
            file.lines.get("excluded_lines", ()), _NO_LINE
        )
        if executed & missing:
            raise ValueRejected(f"{path} lists line {min(executed & missing)} as run and as missing")
        branches = self._branches(path, file)
        taken, total = _by_line(branches)
        lines = [
            packed(number, hit=number in executed, covered=taken.pop(number, 0), total=total.pop(number, 0))
            for number in executed | missing
        ]
        elsewhere = [packed(one, hit=False, covered=taken[one], total=count) for one, count in total.items()]
        self.files.add(path, lines, branches=elsewhere)
        _compare(path, file.summary, Ratio(len(executed), len(lines)), len(missing))
        self.count += 1
        self.with_branches += bool(file.jumps)
        self.line = Ratio(self.line.covered + len(executed), self.line.total + len(lines))
        self.branch = _sum(self.branch, file.summary.branch)

    def _branches(self, path: str, file: _File) -> dict[_Jump, bool]:
        """Return the jumps of a file and whether each was taken; raises ``ValueRejected``."""
        jumps = dict.fromkeys(file.jumps.get("missing_branches", ()), False)
        executed = set(file.jumps.get("executed_branches", ()))
        if executed & set(jumps):
            raise ValueRejected(f"{path} lists a branch as taken and as missing")
        counted = Ratio(len(executed), len(executed) + len(jumps))
        stated = file.summary.branch if file.summary else counted
        if stated != counted:
            what = f"{path} says {stated} branches are covered but lists {counted}"
            if stated.total - stated.covered != len(jumps) or stated.covered > counted.covered:
                raise TotalsContradict(what)
            self.remarks.add(
                "jumps that the code does not foresee are listed as branches; they do not count", what
            )
            self.files.keep_worse(path, None, stated)
        return jumps | dict.fromkeys(executed, True)


def _by_line(jumps: dict[_Jump, bool]) -> tuple[Counter[int], Counter[int]]:
    """Return the branches taken, and all branches, by the line from which they go."""
    return (
        Counter(abs(start) for (start, _), ran in jumps.items() if ran),
        Counter(abs(start) for start, _ in jumps),
    )


def _compare(what: str, stated: _Summary, line: Ratio, missing: int) -> None:
    if stated.line != line or stated.missing_lines != missing:
        raise TotalsContradict(
            f"{what} says {stated.line} lines are covered and {stated.missing_lines} missing, but lists {line}"
        )


def _sum(one: Ratio, other: Ratio) -> Ratio:
    return Ratio(one.covered + other.covered, one.total + other.total)


def _sniff(head: bytes, _name: str) -> bool:
    members = first_members(head)
    if members is None:
        return False
    return '"branch_coverage"' in members.get("meta", "") and members.keys() <= {"meta", "files", "totals"}


def _parse(source: Source, detail: DetailWriter) -> CoverageRead:
    reading = _Reading()
    walk = JsonWalk(source)
    for member in walk.members():
        if member == "meta":
            reading.meta = walk.take(_Meta)
        elif member == "files":
            for path in walk.members():
                reading.file(checked_path(path), walk)
        elif member == "totals":
            reading.stated = walk.take(_Summary)
        else:
            walk.skip()
    walk.finish()
    meta, stated = reading.meta, reading.stated
    if meta is None or stated is None:
        raise WrongKind("it has no 'meta' with 'branch_coverage', or no 'totals'")
    if meta.format > _NEWEST_FORMAT:
        raise ValueRejected(f"format {meta.format} is not known; {_NEWEST_FORMAT} is the newest that is")
    _compare("the report", stated, reading.line, reading.line.total - reading.line.covered)
    if stated.branch != reading.branch:
        raise TotalsContradict(
            f"the report says {stated.branch} branches are covered, its files {reading.branch}"
        )
    if meta.branch_coverage is not (reading.with_branches > 0) and reading.count:
        raise TotalsContradict("its files do not list branches as 'branch_coverage' says")
    totals = reading.files.write(detail, branches=meta.branch_coverage)
    return CoverageRead(totals.line, totals.branch if meta.branch_coverage else None, reading.remarks.all())


FORMAT = Format(
    "coverage_py",
    1,
    "coverage",
    "application/json",
    (".json",),
    _sniff,
    _parse,
    "coverage.py JSON",
    ("5.5.3", "5.5.5"),
)
