"""Reads Grype's JSON: known vulnerabilities in an image, a folder or a bill of materials.

Clauses 7.1.3, 8.1.2; EN IEC 81001-5-1 clause 9.
"""

from __future__ import annotations

import msgspec
from msgspec import UNSET

from clausework.evidence.detail import DetailWriter, Severity
from clausework.evidence.format import FindingsRead, Format
from clausework.evidence.json_elements import Unread
from clausework.evidence.json_walk import JsonWalk, first_members
from clausework.evidence.readers.vulnerability import Scan, Vulnerability, elements_of, listed, moment, rated
from clausework.evidence.source import Source, WrongKind


class Metrics(msgspec.Struct, frozen=True, rename="camel"):
    """A CVSS base score."""

    base_score: float | None = None


class Cvss(msgspec.Struct, frozen=True):
    """A CVSS rating."""

    vector: str | None = None
    metrics: Metrics | None = None


class Fix(msgspec.Struct, frozen=True):
    """The versions that mend it, and whether there are any."""

    versions: tuple[str, ...] | None = None
    state: str | None = None


class Weakness(msgspec.Struct, frozen=True):
    """A CWE number."""

    cwe: str | None = None


class Known(msgspec.Struct, frozen=True):
    """A vulnerability as one source of advisories tells it."""

    id: str
    severity: str | None = None
    description: str | None = None
    cvss: tuple[Cvss, ...] | None = None
    fix: Fix | None = None
    cwes: tuple[Weakness, ...] | None = None


class Location(msgspec.Struct, frozen=True):
    """The file in which a component was seen."""

    path: str | None = None


class Artifact(msgspec.Struct, frozen=True):
    """The component."""

    name: str
    version: str | None = None
    type: str | None = None
    purl: str | None = None
    locations: tuple[Location, ...] | None = None


class IgnoreRule(msgspec.Struct, frozen=True, rename="kebab"):
    """A rule by which a match was set aside."""

    vulnerability: str | None = None
    reason: str | None = None
    namespace: str | None = None
    fix_state: str | None = None
    vex_status: str | None = None
    vex_justification: str | None = None

    def __str__(self) -> str:
        said = (self.vex_status, self.vex_justification, self.reason, self.fix_state, self.vulnerability)
        return ": ".join(one for one in said if one)


class Match(msgspec.Struct, frozen=True, rename="camel"):
    """A vulnerability in a component."""

    vulnerability: Known
    artifact: Artifact
    related_vulnerabilities: tuple[Known, ...] | None = None
    applied_ignore_rules: tuple[IgnoreRule, ...] | None = None


class Status(msgspec.Struct, frozen=True):
    """The state of the advisory data; older versions have its members one level higher."""

    built: str | None = None
    error: Unread = UNSET
    valid: bool | None = None

    def is_sound(self) -> bool:
        """Tell whether the tool has nothing against the data."""
        told = bytes(self.error) if isinstance(self.error, msgspec.Raw) else b""
        return self.valid is not False and told in {b"", b"null", b'""'}


class Database(msgspec.Struct, frozen=True):
    """The advisory data that were used."""

    built: str | None = None
    error: Unread = UNSET
    valid: bool | None = None
    status: Status | None = None

    def states(self) -> tuple[Status, ...]:
        """Return what is told of them, newer versions' words first."""
        own = Status(self.built, self.error, self.valid)
        return (self.status, own) if self.status else (own,)


class ScannedImage(msgspec.Struct, frozen=True, rename="camel"):
    """An image that was scanned."""

    user_input: str | None = None
    manifest_digest: str | None = None
    repo_digests: tuple[str, ...] | None = None


class Scanned(msgspec.Struct, frozen=True):
    """What was scanned: an image, or a path."""

    type: str | None = None
    target: ScannedImage | str | None = None


class Descriptor(msgspec.Struct, frozen=True):
    """Who scanned, with which advisory data."""

    name: str | None = None
    version: str | None = None
    db: Database | None = None


class _Reading:
    """What a scan comes to, as far as it was read."""

    def __init__(self, walk: JsonWalk, scan: Scan) -> None:
        self.walk = walk
        self.scan = scan
        self.matches = -1

    def read(self) -> None:
        target = False
        descriptor = Descriptor()
        for member in self.walk.members():
            if member == "matches":
                self.matches = 0
                for _ in elements_of(self.walk):
                    self.matches += 1
                    self.scan.add(_finding(self.walk.take(Match), suppressed=False))
            elif member == "ignoredMatches":
                for _ in elements_of(self.walk):
                    self.scan.add(_finding(self.walk.take(Match), suppressed=True))
            elif member == "source" and self.walk.peek() == "{":
                target = True
                _look_at(self.scan, self.walk.take(Scanned))
            elif member == "descriptor":
                descriptor = self.walk.take(Descriptor)
            else:
                self.walk.skip()
        self.walk.finish()
        if self.matches < 0:
            raise WrongKind("there are no matches", offset=0)
        self._describe(descriptor)
        if not target and not self.matches:
            self.scan.leave_out("anything: the report does not say what was scanned")
        elif not self.matches:
            self.scan.remarks.add(
                "nothing was found; the report does not say how many packages were looked at"
            )

    def _describe(self, descriptor: Descriptor) -> None:
        self.scan.version = descriptor.version or ""
        states = (descriptor.db or Database()).states()
        said = states[0].built or ""
        self.scan.database_at = moment(said)
        if said and not self.scan.database_at:
            self.scan.remarks.add("the date of the advisory data is no date", said[:60])
        if not all(one.is_sound() for one in states):
            self.scan.incomplete("the tool says that its advisory data are not sound")


def _look_at(scan: Scan, scanned: Scanned) -> None:
    """Note what was scanned: an image by its name and digests, else a path."""
    target = scanned.target
    if not isinstance(target, ScannedImage):
        scan.looked_at(scanned.type or "target", target)
        return
    scan.looked_at("image", target.user_input, target.manifest_digest, *(target.repo_digests or ()))


def _finding(match: Match, *, suppressed: bool) -> Vulnerability:
    known, artifact = match.vulnerability, match.artifact
    related = match.related_vulnerabilities or ()
    own, others = list(known.cvss or ()), [one for each in related for one in each.cvss or ()]
    severity, said = rated(known.severity or "")
    if severity is None:
        severity, said = _by_cvss(own) if own else _by_cvss(others)
    if severity is None:
        severity, said = next(
            (found for one in related if (found := rated(one.severity or ""))[0]), (None, said)
        )
    fix = known.fix or Fix()
    rules = match.applied_ignore_rules or ()
    return Vulnerability(
        id=known.id,
        component=artifact.name,
        version=artifact.version or "",
        ecosystem=artifact.type or "",
        purl=artifact.purl or "",
        path=next((one.path for one in artifact.locations or () if one.path), ""),
        message=known.description or next((one.description for one in related if one.description), ""),
        ids=listed([known.id, *(one.id for one in related), *(one.cwe for one in known.cwes or ())]),
        fixed_in=listed(fix.versions or ()),
        cvss=listed(one.vector for one in (*own, *others)),
        severity=severity,
        source_severity=said or (known.severity or ""),
        status=next((one.vex_status for one in rules if one.vex_status), "") or (fix.state or ""),
        suppressed=suppressed,
        suppression="; ".join(str(rule) for rule in rules) if suppressed else "",
    )


def _by_cvss(ratings: list[Cvss]) -> tuple[Severity | None, str]:
    scores = [one.metrics.base_score for one in ratings if one.metrics]
    return rated(scores=scores, vectors=[one.vector for one in ratings if one.vector])


def _sniff(head: bytes, _name: str) -> bool:
    members = first_members(head) or {}
    matches = members.get("matches", "")
    if not matches.startswith(("[", "null")):
        return False
    return (
        '"vulnerability"' in matches
        or '"artifact"' in matches
        or bool({"descriptor", "source", "distro"} & set(members))
    )


def _parse(source: Source, detail: DetailWriter) -> FindingsRead:
    scan = Scan("grype", detail)
    _Reading(JsonWalk(source), scan).read()
    return scan.result()


FORMAT = Format(
    "grype",
    2,
    "findings",
    "application/json",
    (".json",),
    _sniff,
    _parse,
    "Grype JSON",
    ("7.1.3", "8.1.2", "81001-5-1 9"),
)
