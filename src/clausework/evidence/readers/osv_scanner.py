"""Reads OSV-Scanner JSON, versions 1 and 2: known vulnerabilities in packages (7.1.3, 8.1.2; 81001-5-1 clause 9).

A clean report names no package unless the scanner is asked for all of them; such a one proves nothing.
"""

from __future__ import annotations

from typing import TypeVar

import msgspec

from clausework.evidence.detail import DetailWriter, Severity
from clausework.evidence.format import FindingsRead, Format
from clausework.evidence.json_walk import JsonWalk, ValueTooLarge, first_members
from clausework.evidence.readers.osv_model import (
    OsvRecord,
    identifiers_of,
    mended_in,
    severity_of,
    vectors_of,
)
from clausework.evidence.readers.vulnerability import Scan, Vulnerability, all_of, elements_of, listed, rated
from clausework.evidence.readers.vulnerability_purl import purl_of
from clausework.evidence.severity import SEVERITIES
from clausework.evidence.source import Source, ValueRejected, WrongKind

_MOST_OF_A_PACKAGE = 20_000
_SOURCES = ("source", "packageSource")

T = TypeVar("T")


class Place(msgspec.Struct, frozen=True):
    """Where packages are named: a lock file, a bill of materials, an image."""

    path: str | None = None
    type: str | None = None


class Package(msgspec.Struct, frozen=True):
    """A package that was looked up."""

    name: str | None = None
    version: str | None = None
    ecosystem: str | None = None
    commit: str | None = None


class CallAnalysis(msgspec.Struct, frozen=True):
    """Whether the program calls what is vulnerable."""

    called: bool | None = None
    unimportant: bool | None = None


class Group(msgspec.Struct, frozen=True):
    """Records that are about one vulnerability."""

    ids: tuple[str, ...] | None = None
    aliases: tuple[str, ...] | None = None
    max_severity: str | float | None = None
    old_analysis: dict[str, CallAnalysis] | None = msgspec.field(default=None, name="experimentalAnalysis")
    new_analysis: dict[str, CallAnalysis] | None = msgspec.field(default=None, name="experimental_analysis")

    def status(self) -> str:
        """Return what the scanner found out about calls, if it looked."""
        found = list((self.old_analysis or self.new_analysis or {}).values())
        if any(one.called for one in found):
            return "called"
        if any(one.unimportant for one in found):
            return "unimportant"
        return "not called" if any(one.called is False for one in found) else ""


class Known(msgspec.Struct, frozen=True):
    """What is kept of a record until the groups are known."""

    ids: tuple[str, ...]
    message: str
    severity: tuple[Severity | None, str]
    cvss: tuple[str, ...]
    fixed_in: tuple[str, ...]


class _Reading:
    """What the sources of a report come to, as far as they were read."""

    def __init__(self, walk: JsonWalk, scan: Scan) -> None:
        self.walk = walk
        self.scan = scan
        self.packages = 0

    def read(self) -> None:
        reported = False
        for member in self.walk.members():
            if member == "results":
                reported = True
                for _ in elements_of(self.walk):
                    self._read_source()
            elif member == "experimental_generic_findings":
                if all_of(self.walk, msgspec.Raw):
                    self.scan.remarks.add("findings that are about no package stand in it; they are not read")
            else:
                self.walk.skip()
        self.walk.finish()
        if not reported:
            raise WrongKind("there are no results", offset=0)
        if not self.packages:
            self.scan.leave_out("anything: the report names no package (scan with --all-packages)")

    def _read_source(self) -> None:
        place: Place | None = None
        for member in self.walk.members():
            if member in _SOURCES:
                place = self.walk.take(Place)
                self.scan.looked_at("image" if place.type == "docker" else "file", place.path)
            elif member == "packages":
                for _ in elements_of(self.walk):
                    self._read_package(self._known(place, "the source of packages"))
            else:
                self.walk.skip()
        self._known(place, "a result's source")

    def _read_package(self, place: Place) -> None:
        package: Package | None = None
        known: dict[str, Known] = {}
        groups: list[Group] = []
        for member in self.walk.members():
            if member in {"package", "Package"}:
                package = self.walk.take(Package)
            elif member == "vulnerabilities":
                for _ in elements_of(self.walk):
                    record = self.walk.take(OsvRecord)
                    self._keep(known, record, self._known(package, "the package of a vulnerability"))
            elif member == "groups":
                groups = all_of(self.walk, Group)
            elif member == "license_violations":
                for licence in all_of(self.walk, str):
                    self.scan.remarks.add("licence violations are named, which are not read", licence)
            else:
                self.walk.skip()
        package = self._known(package, "a package")
        if not package.name and not package.commit:
            raise ValueRejected("a package has no name", offset=self.walk.offset())
        self.packages += 1
        for found in _findings(place, package, known, groups):
            self.scan.add(found)

    def _keep(self, known: dict[str, Known], record: OsvRecord, package: Package) -> None:
        if len(known) >= _MOST_OF_A_PACKAGE:
            raise ValueTooLarge(f"a package has more than {_MOST_OF_A_PACKAGE} vulnerabilities")
        name = package.name or ""
        known[record.id] = Known(
            identifiers_of(record),
            (record.summary or record.details or "")[:500],
            severity_of(record, name),
            vectors_of(record, name),
            mended_in(record, name),
        )

    def _known(self, value: T | None, what: str) -> T:
        if value is None:
            raise ValueRejected(f"{what} is not named, or named behind it", offset=self.walk.offset())
        return value


def _findings(
    place: Place, package: Package, known: dict[str, Known], groups: list[Group]
) -> list[Vulnerability]:
    """Return one finding for each group of records, and one for each record that is in no group."""
    grouped = {one for group in groups for one in group.ids or ()}
    alone = tuple(Group(ids=(one,)) for one in known if one not in grouped)
    return [_finding(place, package, known, group) for group in (*groups, *alone) if group.ids]


def _finding(place: Place, package: Package, known: dict[str, Known], group: Group) -> Vulnerability:
    records = [known[one] for one in group.ids or () if one in known]
    severity, said = _severity(records, group)
    name = package.name or package.commit or ""
    version = package.version or package.commit or ""
    ecosystem = package.ecosystem or ""
    return Vulnerability(
        id=(group.ids or ("",))[0],
        component=name,
        version=version,
        ecosystem=ecosystem,
        purl=purl_of(ecosystem, name, version),
        path=place.path or "",
        message=next((one.message for one in records if one.message), ""),
        ids=listed(
            [*(group.ids or ()), *(group.aliases or ()), *(one for record in records for one in record.ids)]
        ),
        fixed_in=listed(one for record in records for one in record.fixed_in),
        cvss=listed(one for record in records for one in record.cvss),
        severity=severity,
        source_severity=said,
        status=group.status(),
    )


def _severity(records: list[Known], group: Group) -> tuple[Severity | None, str]:
    """Return the gravest by CVSS vector, else what the scanner says of the group, else the gravest by word."""
    by_vector = [one.severity for one in records if one.cvss and one.severity[0]]
    told = rated(scores=(group.max_severity,))
    if told[0] and not by_vector:
        return told
    by_word = [one.severity for one in records if one.severity[0]]
    unknown = [one.severity for one in records if one.severity[1]]
    candidates = by_vector or by_word or unknown or [(None, "")]
    return min(candidates, key=lambda one: SEVERITIES.index(one[0] or "none"))


def _sniff(head: bytes, _name: str) -> bool:
    members = first_members(head) or {}
    results = members.get("results", "")
    if not results.startswith("[") or not set(members) <= {
        "results",
        "experimental_config",
        "image_metadata",
        "license_summary",
        "experimental_generic_findings",
    }:
        return False
    first = results[1:].lstrip()
    return (
        first.startswith("]")
        or '"source"' in results
        or '"packageSource"' in results
        or '"packages"' in results
    )


def _parse(source: Source, detail: DetailWriter) -> FindingsRead:
    scan = Scan("osv-scanner", detail)
    _Reading(JsonWalk(source), scan).read()
    return scan.result()


FORMAT = Format(
    "osv_scanner",
    2,
    "findings",
    "application/json",
    (".json",),
    _sniff,
    _parse,
    "OSV-Scanner JSON",
    ("7.1.3", "8.1.2", "81001-5-1 9"),
)
