"""Reads cargo-audit's JSON: known vulnerabilities in Rust crates (7.1.3, 8.1.2; 81001-5-1 clause 9).

Crates that are unmaintained, unsound or withdrawn are findings too, of a lower severity.
"""

from __future__ import annotations

import msgspec

from clausework.evidence.detail import DetailWriter, Severity
from clausework.evidence.format import FindingsRead, Format
from clausework.evidence.json_walk import JsonWalk, first_members
from clausework.evidence.readers.vulnerability import Scan, Vulnerability, elements_of, listed, moment, rated
from clausework.evidence.readers.vulnerability_purl import purl_of
from clausework.evidence.source import Source, ValueRejected, WrongKind

_WARNINGS: dict[str, Severity] = {
    "unsound": "medium",
    "unmaintained": "low",
    "yanked": "low",
    "notice": "low",
}


class Database(msgspec.Struct, frozen=True, rename="kebab"):
    """The advisory data that were used."""

    last_updated: str | None = None


class LockFile(msgspec.Struct, frozen=True, rename="kebab"):
    """The lock file that was audited."""

    dependency_count: int


class Settings(msgspec.Struct, frozen=True):
    """What the audit was told to pass over."""

    ignore: tuple[str, ...] | None = None


class Advisory(msgspec.Struct, frozen=True):
    """What is known about a crate."""

    id: str
    title: str | None = None
    description: str | None = None
    aliases: tuple[str, ...] | None = None
    cvss: str | None = None


class Versions(msgspec.Struct, frozen=True):
    """The versions that are not affected."""

    patched: tuple[str, ...] | None = None


class Crate(msgspec.Struct, frozen=True):
    """A crate in the lock file."""

    name: str
    version: str | None = None


class Known(msgspec.Struct, frozen=True):
    """A vulnerability of a crate, or a warning about one; a withdrawn crate has no advisory."""

    package: Crate
    advisory: Advisory | None = None
    versions: Versions | None = None
    kind: str | None = None


class _Reading:
    """What an audit comes to, as far as it was read."""

    def __init__(self, walk: JsonWalk, scan: Scan) -> None:
        self.walk = walk
        self.scan = scan
        self.lock_file: LockFile | None = None
        self.listed = -1

    def read(self) -> None:
        for member in self.walk.members():
            if member == "database":
                self._read_database()
            elif member == "lockfile":
                self.lock_file = self.walk.take(LockFile)
            elif member == "settings":
                for passed_over in self.walk.take(Settings).ignore or ():
                    self.scan.remarks.add("the audit was told to pass over advisories", passed_over)
            elif member == "vulnerabilities":
                self._read_vulnerabilities()
            elif member == "warnings":
                self._read_warnings()
            else:
                self.walk.skip()
        self.walk.finish()
        if self.lock_file is None or self.listed < 0:
            raise WrongKind("there is no lock file or no list of vulnerabilities", offset=0)
        if not self.lock_file.dependency_count:
            self.scan.leave_out("anything: the lock file names no crate")

    def _read_database(self) -> None:
        if self.walk.peek() == "n":
            self.walk.skip()
            return
        said = self.walk.take(Database).last_updated or ""
        self.scan.database_at = moment(said)
        if said and not self.scan.database_at:
            self.scan.remarks.add("the date of the advisory data is no date", said[:60])

    def _read_vulnerabilities(self) -> None:
        count, found = -1, None
        for member in self.walk.members():
            if member == "count":
                count = self.walk.take(int)
            elif member == "found":
                found = self.walk.take(bool)
            elif member == "list":
                self.listed = 0
                for _ in elements_of(self.walk):
                    self.listed += 1
                    self._add(self.walk.take(Known))
            else:
                self.walk.skip()
        if count != self.listed or found != (count > 0):
            raise ValueRejected(
                f"the report counts {count} vulnerabilities and lists {max(self.listed, 0)}",
                offset=self.walk.offset(),
            )

    def _read_warnings(self) -> None:
        """Read warnings, which older versions wrote as one array and newer ones by kind."""
        if self.walk.peek() == "{":
            for kind in self.walk.members():
                for _ in elements_of(self.walk):
                    self._add(self.walk.take(Known), kind)
        else:
            for _ in elements_of(self.walk):
                warning = self.walk.take(Known)
                self._add(warning, warning.kind or "warning")

    def _add(self, known: Known, warning: str = "") -> None:
        crate, advisory = known.package, known.advisory
        if advisory is None and not warning:
            raise ValueRejected(f"a vulnerability of '{crate.name[:60]}' has no advisory")
        vector = (advisory.cvss or "") if advisory else ""
        severity, said = rated(vectors=(vector,) if vector else ())
        if warning and severity is None:
            severity, said = _WARNINGS.get(warning), warning
        version = crate.version or ""
        self.scan.add(
            Vulnerability(
                id=advisory.id if advisory else warning,
                component=crate.name,
                version=version,
                ecosystem="crates.io",
                purl=purl_of("crates.io", crate.name, version),
                message=(advisory.title or advisory.description or "")
                if advisory
                else f"{crate.name} is {warning}",
                ids=listed([advisory.id, *(advisory.aliases or ())]) if advisory else (),
                fixed_in=listed((known.versions.patched or ()) if known.versions else ()),
                cvss=listed([vector]),
                severity=severity,
                source_severity=said,
                status=warning,
            )
        )


def _sniff(head: bytes, _name: str) -> bool:
    members = first_members(head) or {}
    return (
        members.get("lockfile", "").startswith("{")
        and members.get("vulnerabilities", "").startswith("{")
        and "dependency-count" in members["lockfile"]
    )


def _parse(source: Source, detail: DetailWriter) -> FindingsRead:
    scan = Scan("cargo-audit", detail)
    _Reading(JsonWalk(source), scan).read()
    return scan.result()


FORMAT = Format(
    "cargo_audit",
    1,
    "findings",
    "application/json",
    (".json",),
    _sniff,
    _parse,
    "cargo-audit JSON",
    ("7.1.3", "8.1.2", "81001-5-1 9"),
)
