"""Reads LCOV tracefiles, as geninfo, llvm-cov, Istanbul, coverage.py and others write them (clauses 5.5.3, 5.5.5).

Lines, branches and conditions are counted from the entries, merged per file; the totals of each section are compared
with them, for a section whose totals and entries disagree has lost entries.
"""

from __future__ import annotations

import re

from clausework.evidence.detail import DetailWriter
from clausework.evidence.format import CoverageRead, Format
from clausework.evidence.readers.coverage_lines import Files, checked_path, worse
from clausework.evidence.readers.coverage_text import first_lines, text_lines
from clausework.evidence.readers.lcov_record import LISTS, TOTALS, Section, TotalsContradict
from clausework.evidence.remarks import Remarks
from clausework.evidence.source import Source, Unreadable, WrongKind
from clausework.ledger.records.values import Ratio

_KIND = re.compile(r"[A-Z]{2,10}")
_PASSED_OVER = {"FN", "FNDA", "FNL", "FNA", "VER"}
_END = "end_of_record"


class NoEnd(Unreadable):
    """A section has no ``end_of_record``: the tracefile is cut off."""


class _Reading:
    """Holds the place in the tracefile between two lines."""

    def __init__(self) -> None:
        self.files = Files()
        self.remarks = Remarks()
        self.section: Section | None = None
        self.sections = 0
        self.test_named = self.awaited = False
        self.unstated: dict[str, set[str]] = {"BRF": set(), "MCF": set()}
        self.states_none = {"BRF": False, "MCF": False}

    def line(self, text: str) -> None:
        kind, colon, value = text.partition(":")
        if kind in LISTS and colon and self.section is not None:
            self.section.take(kind, value.rstrip())
        elif text.rstrip() == _END:
            self._close()
        elif text.strip() and not text.startswith("#"):
            if not colon or not _KIND.fullmatch(kind):
                raise WrongKind(f"'{text[:60]}' is no entry of a tracefile")
            self._other(kind, value.strip())

    def _other(self, kind: str, value: str) -> None:
        if kind in {"TN", "SF"}:
            self._open(kind, value)
        elif self.section is None:
            raise WrongKind(f"'{kind}:{value[:60]}' stands outside a section")
        elif kind in TOTALS:
            self.section.take(kind, value)
        else:
            self.section.seen(kind)
            if kind not in _PASSED_OVER:
                self.remarks.add(f"entries '{kind}:' are not known and were passed over", self.section.path)

    def _open(self, kind: str, value: str) -> None:
        if self.section is not None:
            raise NoEnd(f"the section of {self.section.path[:200]} has no {_END}")
        if kind == "TN":
            self.test_named = self.awaited = True
        else:
            self.awaited = False
            self.section = Section(checked_path(value))

    def _close(self) -> None:
        section, self.section = self.section, None
        if section is None:
            raise WrongKind(f"an {_END} ends no section")
        self.sections += 1
        dialect = section.dialect(named_test=self.test_named)
        if section.leave_out_line_zero():
            self.remarks.add("an entry for line 0, which no file has, was left out", section.path)
        self.files.add(
            section.path, section.packed_lines(), section.packed_conditions(), section.packed_branches()
        )
        line = self._compared(section, ("LF", "LH"), section.line, dialect)
        branch = self._compared(section, ("BRF", "BRH"), section.branch, dialect)
        self._compared(section, ("MCF", "MCH"), section.mcdc, "")
        if line is not None or branch is not None:
            self.files.keep_worse(section.path, line, branch)
        for name, listed in (("BRF", section.branches), ("MCF", section.conditions)):
            if name not in section.stated and not listed:
                self.unstated[name].add(section.path)
            self.states_none[name] |= section.stated.get(name) == 0
        if section.negative:
            self.remarks.add("negative counts are taken as not run", section.path)

    def _compared(
        self, section: Section, names: tuple[str, str], counted: Ratio, dialect: str
    ) -> Ratio | None:
        """Return the totals stated where they are the worse and are not explained; raises ``TotalsContradict``."""
        found, hit = (section.stated.get(name) for name in names)
        if found is None and hit is None:
            if counted.total:
                self.remarks.add(f"sections state no totals ({names[0]}, {names[1]})", section.path)
            return None
        stated = Ratio(
            hit if hit is not None else counted.covered, found if found is not None else counted.total
        )
        if stated == counted:
            return None
        what = f"{section.path[:200]} says {names[1]} {stated.covered} of {names[0]} {stated.total} but lists {counted}"
        lost = dialect == "coverage.py" and stated.total > counted.total
        if not dialect or lost or stated.covered > stated.total:
            raise TotalsContradict(what)
        self.remarks.add(
            f"{dialect} states other totals than it lists, as it is known to; the worse count is taken", what
        )
        return worse(counted, stated)

    def finish(self) -> None:
        """Make sure that nothing was begun and not ended; raises ``NoEnd``."""
        if self.section is not None or self.awaited:
            what = f"the section of {self.section.path[:200]} has" if self.section else "the last test has"
            raise NoEnd(f"{what} no {_END}")
        if not self.sections:
            raise NoEnd("it has no section of any file")


def _sniff(head: bytes, _name: str) -> bool:
    entries = [line for line in first_lines(head) if not line.startswith("#")]
    named = [line for line in entries if not line.startswith("TN:")]
    if len(named) < len(entries) and not named:
        return True
    return bool(named) and named[0].startswith("SF:") and entries[0].startswith(("TN:", "SF:"))


def _parse(source: Source, detail: DetailWriter) -> CoverageRead:
    reading = _Reading()
    try:
        for text in text_lines(source):
            reading.line(text)
        reading.finish()
    except Unreadable as error:
        if error.offset < 0:
            error.offset = source.offset
        raise
    unstated, none = reading.unstated, reading.states_none
    totals = reading.files.write(
        detail,
        without_branches=unstated["BRF"] if none["BRF"] else (),
        without_conditions=unstated["MCF"] if none["MCF"] else (),
    )
    return CoverageRead(
        totals.line,
        totals.branch if totals.branches else None,
        reading.remarks.all(),
        totals.mcdc if totals.conditions else None,
    )


FORMAT = Format(
    "lcov",
    1,
    "coverage",
    "text/plain",
    (".info", ".lcov"),
    _sniff,
    _parse,
    "LCOV tracefile",
    ("5.5.3", "5.5.5"),
)
