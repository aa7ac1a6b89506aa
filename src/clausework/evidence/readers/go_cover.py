"""Reads Go's cover profiles: statement coverage by blocks of source, told by line (clauses 5.5.3, 5.5.5).

A block counts statements and does not say on which of its lines they stand. So each line of a block with statements is
a line, and it ran only if every block with statements on it did.
"""

from __future__ import annotations

import re

from clausework.evidence.detail import DetailWriter
from clausework.evidence.format import CoverageRead, Format
from clausework.evidence.line_sets import LAST_LINE, lines_in, numbers_in
from clausework.evidence.readers.coverage_lines import MOST_LINES, Files, TooManyLines, checked_path, packed
from clausework.evidence.readers.coverage_text import first_lines, text_lines
from clausework.evidence.source import Source, Unreadable, ValueRejected, WrongKind
from clausework.ledger.records.values import Ratio

MOST_BLOCKS = 1_000_000
"""Different blocks of one profile, which are held until its end."""

_MODE = re.compile(r"mode: (?:set|count|atomic)")
_BLOCK = re.compile(r"(.+):([0-9]{1,8})\.([0-9]{1,8}),([0-9]{1,8})\.([0-9]{1,8}) ([0-9]{1,8}) ([0-9]{1,20})")

_LINE_BITS = LAST_LINE.bit_length()
_COLUMN_BITS = 27  # eight digits
_LINE = (1 << _LINE_BITS) - 1

_Blocks = dict[int, int]
"""The blocks of a file: where each stands, packed, and its number of statements with a last bit that says it ran."""


class _Reading:
    """The blocks by file and place; the same block of several profiles is one."""

    def __init__(self) -> None:
        self.files: dict[str, _Blocks] = {}
        self.profiles = 0
        self.blocks = 0
        self.statements = 0
        self.statements_run = 0

    def line(self, text: str) -> None:
        if _MODE.fullmatch(text):
            self.profiles += 1
            return
        found = _BLOCK.fullmatch(text)
        if not self.profiles or not found:
            raise WrongKind(f"'{text[:60]}' is no line of a cover profile")
        path, *numbers = found.groups()
        first, first_column, last, last_column, statements, count = map(int, numbers)
        if not 1 <= first <= last <= LAST_LINE or (first == last and first_column > last_column):
            raise ValueRejected(f"'{text[:60]}' is not a block of lines up to {LAST_LINE}")
        blocks = self.files.get(path)
        if blocks is None:
            blocks = self.files[checked_path(path)] = {}
        columns = first_column << _COLUMN_BITS | last_column
        place = (columns << _LINE_BITS | first) << _LINE_BITS | last
        known = blocks.get(place)
        if known is None:
            self.blocks += 1
            if self.blocks > MOST_BLOCKS:
                raise TooManyLines(f"more than {MOST_BLOCKS} blocks are listed")
            blocks[place] = statements << 1 | (count > 0)
        elif known >> 1 != statements:
            raise ValueRejected(f"'{text[:60]}' has {statements} statements here and {known >> 1} before")
        elif count > 0:
            blocks[place] = known | 1

    def write(self, detail: DetailWriter) -> Ratio:
        """Write each file's lines, letting go of its blocks; return how many lines ran."""
        files = Files()
        for path in list(self.files):
            blocks = self.files.pop(path)
            self.statements += sum([block >> 1 for block in blocks.values()])
            self.statements_run += sum([block >> 1 for block in blocks.values() if block & 1])
            files.add(path, _lines(blocks))
        return files.write(detail).line


def _lines(blocks: _Blocks) -> list[int]:
    """Return the packed lines of a file; raises ``TooManyLines``."""
    listed = [
        ((place >> _LINE_BITS & _LINE, place & _LINE), block & 1)
        for place, block in blocks.items()
        if block > 1
    ]
    missed = lines_in(tuple([lines for lines, ran in listed if not ran]))
    ran = lines_in(tuple([lines for lines, ran in listed if ran]))
    if (ran | missed).bit_count() > MOST_LINES:
        raise TooManyLines(f"more than {MOST_LINES} lines are listed")
    return [packed(number, hit=not missed >> number & 1) for number in numbers_in(ran | missed)]


def _sniff(head: bytes, _name: str) -> bool:
    lines = first_lines(head)
    return bool(lines) and _MODE.fullmatch(lines[0]) is not None


def _parse(source: Source, detail: DetailWriter) -> CoverageRead:
    reading = _Reading()
    try:
        for text in text_lines(source, ended=True):
            reading.line(text)
    except Unreadable as error:
        if error.offset < 0:
            error.offset = source.offset
        raise
    if not reading.profiles:
        raise WrongKind("it has no line that tells its mode", offset=0)
    lines = reading.write(detail)
    statements = Ratio(reading.statements_run, reading.statements)
    remark = f"by statements, as Go counts, {statements} ran; here the lines of blocks are counted"
    return CoverageRead(lines, None, (remark,))


FORMAT = Format(
    "go_cover",
    1,
    "coverage",
    "text/plain",
    (".out", ".cov", ".txt"),
    _sniff,
    _parse,
    "Go cover profile",
    ("5.5.3", "5.5.5"),
)
