"""Reads the stream of ``govulncheck -json``: known vulnerabilities in Go modules (7.1.3, 8.1.2; 81001-5-1 clause 9).

What the program only requires or imports is a finding as well as what it calls; its status tells which.
"""

from __future__ import annotations

import msgspec

from clausework.evidence.detail import DetailWriter, Severity
from clausework.evidence.format import FindingsRead, Format
from clausework.evidence.json_walk import JsonWalk, ValueTooLarge, first_members
from clausework.evidence.readers.osv_model import OsvRecord, identifiers_of, severity_of, vectors_of
from clausework.evidence.readers.vulnerability import Scan, Vulnerability, listed, members_of_first, moment
from clausework.evidence.readers.vulnerability_purl import purl_of
from clausework.evidence.source import Source, ValueRejected, WrongKind

_MOST_KEPT = 20_000
_REACHES = ("required", "imported", "called")
_LOOKING = ("Scanning", "Checking")


class Config(msgspec.Struct, frozen=True):
    """How the scan was made."""

    protocol_version: str | None = None
    scanner_name: str | None = None
    scanner_version: str | None = None
    db_last_modified: str | None = None
    scan_level: str | None = None


class Progress(msgspec.Struct, frozen=True):
    """What the tool says that it does."""

    message: str | None = None


class Position(msgspec.Struct, frozen=True):
    """A place in a file."""

    filename: str | None = None
    line: int | None = None


class Frame(msgspec.Struct, frozen=True):
    """A step on the way from what is vulnerable to the program."""

    module: str | None = None
    version: str | None = None
    package: str | None = None
    function: str | None = None
    position: Position | None = None


class Finding(msgspec.Struct, frozen=True):
    """A vulnerability in a module, and one way to it, what is vulnerable first."""

    osv: str
    fixed_version: str | None = None
    trace: tuple[Frame, ...] | None = None


class Advisory(msgspec.Struct, frozen=True):
    """What is kept of a record until the findings are known."""

    ids: tuple[str, ...]
    message: str
    severity: Severity | None
    source_severity: str
    cvss: tuple[str, ...]


class Reach(msgspec.Struct, frozen=True):
    """The deepest way to a vulnerability in a module that was found."""

    depth: int
    fixed_version: str
    path: str
    line: int


class _Reading:
    """What a stream comes to, as far as it was read."""

    def __init__(self, walk: JsonWalk, scan: Scan) -> None:
        self.walk = walk
        self.scan = scan
        self.config: Config | None = None
        self.looked = False
        self.advisories: dict[str, Advisory] = {}
        self.reached: dict[tuple[str, str, str], Reach] = {}

    def read(self) -> None:
        if self.walk.peek() == "[":
            for _ in self.walk.elements():
                self._read_message()
            self.walk.finish()
        else:
            while self.walk.peek():
                self._read_message()
        if self.config is None:
            raise WrongKind("the stream does not tell its configuration", offset=0)
        self._describe(self.config)
        for (advisory, module, version), reach in self.reached.items():
            self._add(advisory, module, version, reach)

    def _read_message(self) -> None:
        kinds = 0
        for member in self.walk.members():
            kinds += 1
            if member == "config":
                if self.config is not None:
                    raise ValueRejected("two streams stand in it", offset=self.walk.offset())
                self.config = self.walk.take(Config)
            elif member == "progress":
                said = self.walk.take(Progress).message or ""
                self.looked = self.looked or said.startswith(_LOOKING)
            elif member == "osv":
                self._keep(self.walk.take(OsvRecord))
            elif member == "finding":
                self._take(self.walk.take(Finding))
            else:
                self.walk.skip()
        if not kinds:
            raise ValueRejected("a message is empty", offset=self.walk.offset())

    def _keep(self, record: OsvRecord) -> None:
        if len(self.advisories) >= _MOST_KEPT:
            raise ValueTooLarge(f"more than {_MOST_KEPT} advisories stand in it")
        self.looked = True
        severity, said = severity_of(record, "")
        message = (record.summary or record.details or "")[:500]
        self.advisories[record.id] = Advisory(
            identifiers_of(record), message, severity, said, vectors_of(record, "")
        )

    def _take(self, finding: Finding) -> None:
        frames = finding.trace or ()
        if not frames or not frames[0].module:
            raise ValueRejected(
                f"a finding of '{finding.osv[:60]}' names no module", offset=self.walk.offset()
            )
        self.looked = True
        first = frames[0]
        place = next((one.position for one in reversed(frames) if one.position), None) or Position()
        reach = Reach(
            2 if first.function else 1 if first.package else 0,
            (finding.fixed_version or "")[:200],
            (place.filename or "")[:500],
            place.line or 0,
        )
        key = (finding.osv, first.module or "", first.version or "")
        if key not in self.reached and len(self.reached) >= _MOST_KEPT:
            raise ValueTooLarge(f"more than {_MOST_KEPT} vulnerabilities stand in it")
        if key not in self.reached or self.reached[key].depth < reach.depth:
            self.reached[key] = reach

    def _describe(self, config: Config) -> None:
        if not (config.protocol_version or "").startswith("v1."):
            raise WrongKind(
                f"protocol_version is '{(config.protocol_version or '')[:40]}'; v1 is read", offset=0
            )
        self.scan.version = (config.scanner_version or "")[:100]
        said = config.db_last_modified or ""
        self.scan.database_at = moment(said)
        if said and not self.scan.database_at:
            self.scan.remarks.add("the date of the advisory data is no date", said[:60])
        if not self.looked:
            self.scan.incomplete("the stream ends before anything was looked at")
        if config.scan_level not in {None, "symbol"}:
            self.scan.remarks.add("calls were not looked at", f"scan_level {config.scan_level}"[:100])

    def _add(self, name: str, module: str, version: str, reach: Reach) -> None:
        advisory = self.advisories.get(name)
        if advisory is None:
            self.scan.remarks.add("a finding's advisory does not stand in the stream", name[:60])
            advisory = Advisory((name,), "", None, "", ())
        self.scan.add(
            Vulnerability(
                id=name,
                component=module,
                version=version,
                ecosystem="Go",
                purl=purl_of("Go", module, version),
                path=reach.path,
                line=reach.line,
                place=module,
                message=advisory.message,
                ids=advisory.ids,
                fixed_in=listed([reach.fixed_version]),
                cvss=advisory.cvss,
                severity=advisory.severity,
                source_severity=advisory.source_severity,
                status=_REACHES[reach.depth],
            )
        )


def _sniff(head: bytes, _name: str) -> bool:
    members = first_members(head)
    config = (members if members is not None else members_of_first(head)).get("config", "")
    return '"protocol_version"' in config or '"govulncheck"' in config


def _parse(source: Source, detail: DetailWriter) -> FindingsRead:
    scan = Scan("govulncheck", detail)
    _Reading(JsonWalk(source), scan).read()
    return scan.result()


FORMAT = Format(
    "govulncheck",
    1,
    "findings",
    "application/json",
    (".json",),
    _sniff,
    _parse,
    "govulncheck JSON",
    ("7.1.3", "8.1.2", "81001-5-1 9"),
)
