"""What an evidence format is, and what reading a report of each kind comes to.

A format is a module in ``readers`` with a constant ``FORMAT``; an installed package adds one by the entry point
``clausework.evidence_formats``, whose object is a ``Format`` too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec

from clausework.evidence.detail import (
    AttestedStatement,
    Case,
    ChangeReview,
    Component,
    DetailLine,
    DetailWriter,
    FileCoverage,
    FindingDetail,
    ProtectedBranch,
    VexStatement,
)
from clausework.evidence.manual_form import ManualRead
from clausework.evidence.source import Source
from clausework.ledger.records.evidence import TestCounts
from clausework.ledger.records.values import Ratio

Kind = Literal["tests", "coverage", "findings", "sbom", "vex", "provenance", "reviews", "protection"]


class TestsRead(msgspec.Struct, frozen=True):
    """What a report of tests comes to; ``manual`` is there where a person ran them and filled a form."""

    __test__ = False

    counts: TestCounts
    remarks: tuple[str, ...] = ()
    manual: ManualRead | None = None


class CoverageRead(msgspec.Struct, frozen=True):
    """What a coverage report comes to; ``branch`` and ``mcdc`` are absent where they were not measured."""

    line: Ratio
    branch: Ratio | None = None
    remarks: tuple[str, ...] = ()
    mcdc: Ratio | None = None


class FindingsRead(msgspec.Struct, frozen=True):
    """What an analysis or a scan comes to; the members are those of the ``Findings`` record.

    ``not_evaluated`` names what the tool says that it left out, such as a dependency that it could not look up;
    ``targets`` what it says that it looked at, each a word (``image``, ``directory``, ``file``, ``commit``) and a name.
    """

    analysis: str
    tools: tuple[str, ...]
    complete: bool
    open_by_severity: dict[str, int]
    suppressed: int = 0
    database_at: str = ""
    remarks: tuple[str, ...] = ()
    not_evaluated: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()


class SbomRead(msgspec.Struct, frozen=True):
    """What a bill of materials comes to; ``component_count`` leaves out the component that it is about."""

    specification: str
    serial: str
    component_count: int
    main_component: str = ""
    remarks: tuple[str, ...] = ()


class VexRead(msgspec.Struct, frozen=True):
    """What a document on exploitability comes to: who says it, when, and its statements by status."""

    author: str
    issued_at: str
    statements_by_status: dict[str, int]
    remarks: tuple[str, ...] = ()


class ProvenanceRead(msgspec.Struct, frozen=True):
    """What attestations come to: their predicate types, builders, the SHA-256 of what they are about, and keys.

    ``subjects`` are SHA-256 digests in hex, at most 100 of them. Nothing is verified by reading.
    """

    predicate_types: tuple[str, ...]
    builders: tuple[str, ...]
    subjects: tuple[str, ...]
    key_ids: tuple[str, ...]
    remarks: tuple[str, ...] = ()


class ReviewsRead(msgspec.Struct, frozen=True):
    """What an export of change reviews comes to: how many there are, and how many were approved by another person."""

    changes: int
    approved: int
    remarks: tuple[str, ...] = ()


class ProtectionRead(msgspec.Struct, frozen=True):
    """What an export of a forge's branch protection comes to; ``whole`` tells that it lists all that is guarded."""

    forge: str
    whole: bool
    branches: tuple[ProtectedBranch, ...]
    remarks: tuple[str, ...] = ()


Result = (
    TestsRead
    | CoverageRead
    | FindingsRead
    | SbomRead
    | VexRead
    | ProvenanceRead
    | ReviewsRead
    | ProtectionRead
)

LINES: dict[Kind, type[DetailLine]] = {
    "tests": Case,
    "coverage": FileCoverage,
    "findings": FindingDetail,
    "sbom": Component,
    "vex": VexStatement,
    "provenance": AttestedStatement,
    "reviews": ChangeReview,
    "protection": ProtectedBranch,
}
"""The kind of detail line that each kind of report gives."""


RESULTS: dict[Kind, type[Result]] = {
    "tests": TestsRead,
    "coverage": CoverageRead,
    "findings": FindingsRead,
    "sbom": SbomRead,
    "vex": VexRead,
    "provenance": ProvenanceRead,
    "reviews": ReviewsRead,
    "protection": ProtectionRead,
}
"""What each kind of report comes to."""


class Format(msgspec.Struct, frozen=True):
    """One format: how it is recognised and read.

    ``version`` is the reader's, raised whenever the same bytes would give another result. ``sniff`` is given
    the file's head and name and tells whether the format claims it. ``parse`` reads the source to its end and
    raises ``InputRejected`` for anything but a whole report. ``title`` and ``clauses`` stand in the table of formats;
    ``provider`` is the package that a format comes from, empty for Clausework's own.
    """

    name: str
    version: int
    kind: Kind
    media_type: str
    suffixes: tuple[str, ...]
    sniff: Callable[[bytes, str], bool]
    parse: Callable[[Source, DetailWriter], Result]
    title: str = ""
    clauses: tuple[str, ...] = ()
    provider: str = ""

    @property
    def reader(self) -> str:
        """The reader's name and version as records hold them, a plug-in's package and its version before them."""
        return (
            f"{self.provider} {self.name} {self.version}"
            if self.provider
            else f"clausework.{self.name} {self.version}"
        )
