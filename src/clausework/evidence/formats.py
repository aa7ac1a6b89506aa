"""The list of evidence formats, and how the format of a file is found.

Each format is a module beside this one with a constant ``FORMAT``; adding one is that file, one line in
``_MODULES``, its samples and its page. A module is imported when its format is named or a file is to be
recognised, never at start-up.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Literal

import msgspec

from clausework.core.errors import Defect, InputRejected, UsageFault
from clausework.evidence.detail import Case, Component, DetailLine, DetailWriter, FileCoverage, FindingDetail
from clausework.evidence.source import Source
from clausework.ledger.records.evidence import TestCounts
from clausework.ledger.records.values import Ratio

Kind = Literal["tests", "coverage", "findings", "sbom"]

_MODULES = {
    "junit": "clausework.evidence.junit",
    "cobertura": "clausework.evidence.cobertura",
    "sarif": "clausework.evidence.sarif",
    "cyclonedx": "clausework.evidence.cyclonedx",
}
# The order is that in which candidates are named. No sniff leans on it: what two formats claim is refused.


class FormatNotRecognised(InputRejected):
    """No format claims a file."""


class FormatAmbiguous(InputRejected):
    """More than one format claims a file."""

    hint = "Name the one that is meant with --as."


class UnknownFormat(UsageFault):
    """A format was named that does not exist."""


class TestsRead(msgspec.Struct, frozen=True):
    """What a report of tests comes to."""

    __test__ = False

    counts: TestCounts
    remarks: tuple[str, ...] = ()


class CoverageRead(msgspec.Struct, frozen=True):
    """What a coverage report comes to; ``branch`` is absent where branches were not measured."""

    line: Ratio
    branch: Ratio | None = None
    remarks: tuple[str, ...] = ()


class FindingsRead(msgspec.Struct, frozen=True):
    """What an analysis or a scan comes to; the members are those of the ``Findings`` record."""

    analysis: str
    tools: tuple[str, ...]
    complete: bool
    open_by_severity: dict[str, int]
    suppressed: int = 0
    database_at: str = ""
    remarks: tuple[str, ...] = ()


class SbomRead(msgspec.Struct, frozen=True):
    """What a bill of materials comes to; ``component_count`` leaves out the component that it is about."""

    specification: str
    serial: str
    component_count: int
    main_component: str = ""
    remarks: tuple[str, ...] = ()


Result = TestsRead | CoverageRead | FindingsRead | SbomRead

LINES: dict[Kind, type[DetailLine]] = {
    "tests": Case,
    "coverage": FileCoverage,
    "findings": FindingDetail,
    "sbom": Component,
}
"""The kind of detail line that each kind of report gives."""


class Format(msgspec.Struct, frozen=True):
    """One format: how it is recognised and read.

    ``version`` is the reader's, raised whenever the same bytes would give another result. ``sniff`` is given
    the file's head and name and tells whether the format claims it. ``parse`` reads the source to its end and
    raises ``InputRejected`` for anything but a whole report.
    """

    name: str
    version: int
    kind: Kind
    media_type: str
    suffixes: tuple[str, ...]
    sniff: Callable[[bytes, str], bool]
    parse: Callable[[Source, DetailWriter], Result]

    @property
    def reader(self) -> str:
        """The reader's name and version as records hold them."""
        return f"clausework.{self.name} {self.version}"


def format_names() -> tuple[str, ...]:
    """Return the names of all formats."""
    return tuple(_MODULES)


def format_named(name: str) -> Format:
    """Return the format ``name``; raises ``UnknownFormat``."""
    if name not in _MODULES:
        raise UnknownFormat(f"'{name}' is not a format.", hint=f"Known formats: {', '.join(_MODULES)}.")
    found = importlib.import_module(_MODULES[name]).FORMAT
    if not isinstance(found, Format):
        raise Defect(f"{_MODULES[name]} has no FORMAT.")
    return found


def detect(head: bytes, name: str) -> Format:
    """Return the one format that claims the file ``name`` beginning with ``head``.

    Raises ``FormatNotRecognised`` when none does and ``FormatAmbiguous`` when several do.
    """
    if not head:
        raise FormatNotRecognised(f"{name} is empty.")
    claimed = [form for form in map(format_named, _MODULES) if form.sniff(head, name)]
    if not claimed:
        raise FormatNotRecognised(
            f"{name} is of no known format.",
            hint=f"Name its format with --as; known are {', '.join(_MODULES)}.",
        )
    if len(claimed) > 1:
        raise FormatAmbiguous(f"{name} could be {' or '.join(form.name for form in claimed)}.")
    return claimed[0]
