"""The parts of Trivy's JSON that are read, as Trivy names them, and the findings made of them."""

from __future__ import annotations

import msgspec

from clausework.evidence.fingerprints import without_place
from clausework.evidence.readers.vulnerability import Vulnerability, listed, rated
from clausework.evidence.readers.vulnerability_purl import purl_of


class Target(msgspec.Struct, frozen=True):
    """What was looked at: an image's packages, a lock file, a folder; its class and kind."""

    name: str = ""
    kind: str = ""
    type: str = ""

    def path(self) -> str:
        """Return the file that it is, empty for an image, whose name has its tag in it."""
        return "" if self.kind == "os-pkgs" else self.name


class Identifier(msgspec.Struct, frozen=True):
    """A package's URL."""

    purl: str | None = msgspec.field(default=None, name="PURL")


class Cvss(msgspec.Struct, frozen=True, rename="pascal"):
    """The CVSS ratings of one vendor."""

    v2_vector: str | None = None
    v3_vector: str | None = None
    v40_vector: str | None = None
    v2_score: float | None = None
    v3_score: float | None = None
    v40_score: float | None = None

    def vectors(self) -> list[str | None]:
        """Return its vectors, newest first."""
        return [self.v40_vector, self.v3_vector, self.v2_vector]

    def scores(self) -> list[float | None]:
        """Return its scores."""
        return [self.v40_score, self.v3_score, self.v2_score]


class Known(msgspec.Struct, frozen=True, rename="pascal"):
    """A vulnerability in a package."""

    id: str = msgspec.field(name="VulnerabilityID")
    pkg_name: str
    vendor_ids: tuple[str, ...] | None = msgspec.field(default=None, name="VendorIDs")
    pkg_path: str | None = None
    pkg_identifier: Identifier | None = None
    installed_version: str | None = None
    fixed_version: str | None = None
    status: str | None = None
    severity: str | None = None
    severity_source: str | None = None
    title: str | None = None
    description: str | None = None
    cwe_ids: tuple[str, ...] | None = msgspec.field(default=None, name="CweIDs")
    cvss: dict[str, Cvss] | None = msgspec.field(default=None, name="CVSS")

    def finding(self, target: Target) -> Vulnerability:
        """Return it as a finding of ``target``."""
        version = self.installed_version or ""
        ratings = self._ratings()
        vectors = listed(vector for one in ratings for vector in one.vectors())
        severity, said = rated(
            self.severity or "", [score for one in ratings for score in one.scores()], vectors
        )
        purl = (self.pkg_identifier.purl or "") if self.pkg_identifier else ""
        return Vulnerability(
            id=self.id,
            component=self.pkg_name,
            version=version,
            ecosystem=target.type,
            purl=purl or purl_of(target.type, self.pkg_name, version),
            path=self.pkg_path or target.name,
            place=self.pkg_path or target.path() or target.type or "packages",
            message=self.title or self.description or "",
            ids=listed([self.id, *(self.vendor_ids or ()), *(self.cwe_ids or ())]),
            fixed_in=listed((self.fixed_version or "").split(",")),
            cvss=vectors,
            severity=severity,
            source_severity=said or (self.severity or ""),
            status=self.status or "",
        )

    def _ratings(self) -> list[Cvss]:
        """Return the vendors' ratings, that of the vendor whose severity was taken first."""
        ratings = dict(self.cvss or {})
        first = ratings.pop(self.severity_source or "", None)
        return [*([first] if first else []), *ratings.values()]


class Cause(msgspec.Struct, frozen=True, rename="pascal"):
    """Where in a configuration something is wrong."""

    resource: str | None = None
    start_line: int | None = None


class Misconfiguration(msgspec.Struct, frozen=True, rename="pascal"):
    """A rule that a configuration keeps, breaks, or is excepted from."""

    id: str = msgspec.field(name="ID")
    avd_id: str | None = msgspec.field(default=None, name="AVDID")
    title: str | None = None
    message: str | None = None
    severity: str | None = None
    status: str | None = None
    cause_metadata: Cause | None = None

    def finding(self, target: Target) -> Vulnerability:
        """Return it as a finding of ``target``."""
        severity, said = rated(self.severity or "")
        cause = self.cause_metadata or Cause()
        return Vulnerability(
            id=self.id,
            component=cause.resource or "",
            path=target.name,
            line=cause.start_line or 0,
            place=f"{target.name} {without_place(self.message or '')}",
            message=": ".join(part for part in (self.title, self.message) if part),
            ids=listed([self.id, self.avd_id]),
            severity=severity,
            source_severity=said,
            suppressed=self.status == "EXCEPTION",
            suppression="excepted by a policy" if self.status == "EXCEPTION" else "",
            analysis="configuration",
        )


class Secret(msgspec.Struct, frozen=True, rename="pascal"):
    """A secret in a file; what was matched is not kept."""

    rule_id: str = msgspec.field(name="RuleID")
    category: str | None = None
    severity: str | None = None
    title: str | None = None
    start_line: int | None = None

    def finding(self, target: Target) -> Vulnerability:
        """Return it as a finding of ``target``."""
        severity, said = rated(self.severity or "")
        return Vulnerability(
            id=self.rule_id,
            path=target.name,
            line=self.start_line or 0,
            message=self.title or self.category or "",
            severity=severity,
            source_severity=said,
            analysis="secret",
        )


class Licence(msgspec.Struct, frozen=True, rename="pascal"):
    """A licence that a package or a file is under."""

    name: str
    category: str | None = None
    severity: str | None = None
    pkg_name: str | None = None
    file_path: str | None = None

    def finding(self, target: Target) -> Vulnerability:
        """Return it as a finding of ``target``."""
        severity, said = rated(self.severity or "")
        return Vulnerability(
            id=self.name,
            component=self.pkg_name or "",
            path=self.file_path or target.name,
            place=self.file_path or target.type or "packages",
            message=f"licence {self.name}, {self.category or 'of no known category'}",
            severity=severity,
            source_severity=said,
            analysis="licence",
        )


Found = Known | Misconfiguration | Secret | Licence

ARRAYS: dict[str, type[Known] | type[Misconfiguration] | type[Secret] | type[Licence]] = {
    "Vulnerabilities": Known,
    "Misconfigurations": Misconfiguration,
    "Secrets": Secret,
    "Licenses": Licence,
}
"""The arrays of a result, and what stands in each."""

OF_TYPE: dict[str, type[Known] | type[Misconfiguration] | type[Secret] | type[Licence]] = {
    "vulnerability": Known,
    "misconfiguration": Misconfiguration,
    "secret": Secret,
    "license": Licence,
}
"""What the tool calls each kind of finding that it set aside."""


class Summary(msgspec.Struct, frozen=True, rename="pascal"):
    """How many rules a configuration keeps and breaks."""

    failures: int = 0


class SetAside(msgspec.Struct, frozen=True, rename="pascal"):
    """A finding that an ignore file or a VEX document set aside."""

    type: str
    status: str | None = None
    statement: str | None = None
    source: str | None = None
    finding: msgspec.Raw = msgspec.Raw(b"null")

    def why(self) -> str:
        """Return by whose word it was set aside."""
        return ": ".join(part for part in (self.status, self.statement, self.source) if part)
