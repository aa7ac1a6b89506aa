"""Reads OWASP Dependency-Check's JSON: known vulnerabilities in files (7.1.3, 8.1.2; 81001-5-1 clause 9)."""

from __future__ import annotations

import msgspec

from clausework.evidence.detail import DetailWriter
from clausework.evidence.format import FindingsRead, Format
from clausework.evidence.json_walk import JsonWalk, first_members
from clausework.evidence.readers.dependency_check_model import (
    TOOL,
    DataSources,
    Dependency,
    Known,
    finding_of,
)
from clausework.evidence.readers.vulnerability import Scan, elements_of
from clausework.evidence.source import Source, ValueRejected, WrongKind

Rating = dict[str, str | float | bool | None]


class DataSource(msgspec.Struct, frozen=True):
    """A source of advisories, and of when its data are."""

    name: str = ""
    timestamp: str = ""


class Failure(msgspec.Struct, frozen=True):
    """What went wrong in the scan."""

    message: str | None = None


class FailureEntry(msgspec.Struct, frozen=True):
    """An entry of the list of what went wrong."""

    exception: Failure | None = None


class Package(msgspec.Struct, frozen=True):
    """The package that a file was found to be."""

    id: str = ""


class Entry(msgspec.Struct, frozen=True):
    """A vulnerability of a file."""

    name: str
    severity: str | None = None
    cvssv2: Rating | None = None
    cvssv3: Rating | None = None
    cvssv4: Rating | None = None
    cwes: tuple[str, ...] | None = None
    description: str | None = None
    notes: str | None = None

    def known(self, *, suppressed: bool) -> Known:
        """Return it as both forms of a report have it."""
        return Known(
            self.name,
            self.severity or "",
            "",
            _texts(self.cvssv2),
            _texts(self.cvssv3),
            _texts(self.cvssv4),
            self.cwes or (),
            self.description or "",
            self.notes or "",
            suppressed,
        )


def _texts(rating: Rating | None) -> dict[str, str]:
    return {name: str(value) for name, value in (rating or {}).items() if value is not None}


class _Reading:
    """What a report comes to, as far as it was read."""

    def __init__(self, walk: JsonWalk, scan: Scan) -> None:
        self.walk = walk
        self.scan = scan
        self.sources = DataSources(scan)
        self.dependencies = -1

    def read(self) -> None:
        described = False
        for member in self.walk.members():
            if member == "scanInfo":
                described = True
                self._read_scan_info()
            elif member == "dependencies":
                self.dependencies = 0
                for _ in elements_of(self.walk):
                    self.dependencies += 1
                    self._read_dependency()
            else:
                self.walk.skip()
        self.walk.finish()
        if not described or self.dependencies < 0:
            raise WrongKind("there is no scanInfo or no list of dependencies", offset=0)
        self.sources.close()
        if not self.dependencies:
            self.scan.leave_out("anything: the report names no dependency")

    def _read_scan_info(self) -> None:
        for member in self.walk.members():
            if member == "engineVersion":
                self.scan.version = self.walk.take_text()[:100]
            elif member == "dataSource":
                for _ in elements_of(self.walk):
                    source = self.walk.take(DataSource)
                    self.sources.add(source.name, source.timestamp)
            elif member == "analysisExceptions":
                for _ in elements_of(self.walk):
                    failure = self.walk.take(FailureEntry).exception or Failure()
                    self.scan.incomplete("the tool reports an exception of its own", failure.message or "")
            else:
                self.walk.skip()

    def _read_dependency(self) -> None:
        dependency = Dependency("")
        for member in self.walk.members():
            if member == "fileName":
                dependency = msgspec.structs.replace(dependency, file_name=self.walk.take_text()[:500])
            elif member == "filePath":
                dependency = msgspec.structs.replace(dependency, file_path=self.walk.take_text()[:500])
            elif member == "packages":
                dependency = msgspec.structs.replace(dependency, purl=self._purl())
            elif member in {"vulnerabilities", "suppressedVulnerabilities"}:
                for _ in elements_of(self.walk):
                    if not dependency.file_name:
                        raise ValueRejected(
                            "vulnerabilities stand before their file's name", offset=self.walk.offset()
                        )
                    entry = self.walk.take(Entry)
                    self.scan.add(finding_of(dependency, entry.known(suppressed=member[0] == "s")))
            else:
                self.walk.skip()
        if not dependency.file_name:
            raise ValueRejected("a dependency names no file", offset=self.walk.offset())

    def _purl(self) -> str:
        found = ""
        for _ in elements_of(self.walk):
            text = self.walk.take(Package).id
            if not found and text.startswith("pkg:"):
                found = text
        return found


def _sniff(head: bytes, _name: str) -> bool:
    members = first_members(head) or {}
    return members.get("scanInfo", "").startswith("{") and (
        "reportSchema" in members or "engineVersion" in members["scanInfo"]
    )


def _parse(source: Source, detail: DetailWriter) -> FindingsRead:
    scan = Scan(TOOL, detail)
    _Reading(JsonWalk(source), scan).read()
    return scan.result()


FORMAT = Format(
    "dependency_check_json",
    1,
    "findings",
    "application/json",
    (".json",),
    _sniff,
    _parse,
    "OWASP Dependency-Check JSON",
    ("7.1.3", "8.1.2", "81001-5-1 9"),
)
