"""Reads OWASP Dependency-Check's XML, of schemas 1 to 4: known vulnerabilities in files (7.1.3, 8.1.2; 81001-5-1 9)."""

from __future__ import annotations

from clausework.evidence.detail import DetailWriter
from clausework.evidence.format import FindingsRead, Format
from clausework.evidence.readers.dependency_check_model import (
    TOOL,
    DataSources,
    Dependency,
    Known,
    finding_of,
)
from clausework.evidence.readers.vulnerability import Scan
from clausework.evidence.readers.vulnerability_purl import purl_of
from clausework.evidence.source import Source, ValueRejected, WrongKind
from clausework.evidence.xml_events import (
    DEEPEST,
    Attributes,
    NestedTooDeeply,
    feed,
    new_parser,
    root_of,
)

_SCHEMA = "/dependency-check."
_VULNERABILITIES = ("vulnerability", "suppressedVulnerability")
_LONGEST_TEXT = 20_000
_MOST_MEMBERS = 100
_KEPT = frozenset({"name", "severity", "cvssScore", "description", "notes"})
_RATINGS = ("cvssV2", "cvssV3", "cvssV4")
_DEPENDENCY = ["analysis", "dependencies", "dependency"]


class _Reading:
    """Holds the place in the document between two events."""

    def __init__(self, scan: Scan) -> None:
        self.scan = scan
        self.sources = DataSources(scan)
        self.path: list[str] = []
        self.text: list[str] = []
        self.kept = 0
        self.dependencies = -1
        self.dependency: dict[str, str] = {}
        self.purl = ""
        self.identifier_type = ""
        self.known: dict[str, str] | None = None
        self.cwes: list[str] = []
        self.source: dict[str, str] = {}

    def start(self, name: str, attributes: Attributes) -> None:
        self.path.append(name)
        self.text.clear()
        self.kept = 0
        if len(self.path) > DEEPEST:
            raise NestedTooDeeply(f"elements nested deeper than {DEEPEST}")
        if len(self.path) == 1 and (name != "analysis" or _SCHEMA not in attributes.get("xmlns", "")):
            raise WrongKind(f"the root element is <{name[:60]}>, not Dependency-Check's <analysis>")
        if self.path == _DEPENDENCY[:2]:
            if self.dependencies >= 0:
                raise ValueRejected("there are two lists of dependencies")
            self.dependencies = 0
        elif self.path == _DEPENDENCY:
            self.dependencies += 1
            self.dependency, self.purl = {}, ""
        elif name in _VULNERABILITIES:
            if self.path[:-1] != [*_DEPENDENCY, "vulnerabilities"]:
                raise ValueRejected("a vulnerability stands outside the vulnerabilities of a dependency")
            self.known, self.cwes = {}, []
        elif name == "identifier":
            self.identifier_type = attributes.get("type", "")
        elif name == "dataSource":
            self.source = {}

    def characters(self, data: str) -> None:
        if self.kept < _LONGEST_TEXT:
            self.text.append(data)
            self.kept += len(data)

    def end(self, name: str) -> None:
        text = "".join(self.text).strip()
        inside = self.path[:3] == _DEPENDENCY
        if self.known is not None:
            self._end_in_vulnerability(name, text)
        elif inside and len(self.path) == 4 and name in {"fileName", "filePath"}:
            self.dependency[name] = text
        elif inside and self.path[3:4] == ["identifiers"]:
            self._end_in_identifiers(text)
        elif self.path[1:2] == ["scanInfo"]:
            self._end_in_scan_info(name, text)
        self.path.pop()
        self.text.clear()

    def _end_in_vulnerability(self, name: str, text: str) -> None:
        if len(self.path) == 5:
            self._add(suppressed=name == "suppressedVulnerability")
        elif name == "cwe" and len(self.cwes) < _MOST_MEMBERS:
            self.cwes.append(text[:100])
        elif self.known is not None and len(self.known) < _MOST_MEMBERS:
            where = self.path[5:]
            if where[0] in _KEPT if len(where) == 1 else where[0] in _RATINGS and len(where) == 2:
                self.known.setdefault("/".join(where), text)

    def _end_in_identifiers(self, text: str) -> None:
        """Take the package that a file is: a URL by the newer schemas, coordinates by the older."""
        if self.purl or len(self.path) != 6:
            return
        if self.path[4:] == ["package", "id"] and text.startswith("pkg:"):
            self.purl = text
        elif self.path[4:] == ["identifier", "name"] and text.count(":") >= 2:
            name, _, version = text.strip("()").rpartition(":")
            self.purl = purl_of(self.identifier_type, name, version)

    def _end_in_scan_info(self, name: str, text: str) -> None:
        where = self.path[2:]
        if where == ["engineVersion"]:
            self.scan.version = text[:100]
        elif where[:1] == ["dataSource"] and len(where) == 2:
            self.source[name] = text
        elif where == ["dataSource"]:
            self.sources.add(self.source.get("name", ""), self.source.get("timestamp", ""))
        elif where == ["analysisExceptions", "exception", "message"]:
            self.scan.incomplete("the tool reports an exception of its own", text)
        elif where == ["analysisExceptions", "exception"]:
            self.scan.incomplete("the tool reports exceptions of its own")

    def _add(self, *, suppressed: bool) -> None:
        known, self.known = self.known or {}, None
        ratings = {
            part: {key[len(part) + 1 :]: text for key, text in known.items() if key.startswith(f"{part}/")}
            for part in _RATINGS
        }
        dependency = Dependency(
            self.dependency.get("fileName", ""), self.dependency.get("filePath", ""), self.purl
        )
        entry = Known(
            known.get("name", ""),
            known.get("severity", ""),
            known.get("cvssScore", ""),
            ratings["cvssV2"],
            ratings["cvssV3"],
            ratings["cvssV4"],
            tuple(self.cwes),
            known.get("description", ""),
            known.get("notes", ""),
            suppressed,
        )
        self.scan.add(finding_of(dependency, entry))

    def close(self) -> None:
        self.sources.close()
        if self.dependencies < 0:
            raise ValueRejected("there is no list of dependencies")
        if not self.dependencies:
            self.scan.leave_out("anything: the report names no dependency")


def _sniff(head: bytes, _name: str) -> bool:
    root = root_of(head)
    return root is not None and root[0] == "analysis" and _SCHEMA in root[1].get("xmlns", "")


def _parse(source: Source, detail: DetailWriter) -> FindingsRead:
    parser, scan = new_parser(), Scan(TOOL, detail)
    reading = _Reading(scan)
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.characters
    feed(parser, source.chunks())
    reading.close()
    return scan.result()


FORMAT = Format(
    "dependency_check",
    1,
    "findings",
    "application/xml",
    (".xml",),
    _sniff,
    _parse,
    "OWASP Dependency-Check XML",
    ("7.1.3", "8.1.2", "81001-5-1 9"),
)
