"""Reads Trivy's JSON, of schema 1 and 2 and of a Kubernetes cluster (7.1.3, 8.1.2, 5.1.12; 81001-5-1 clause 9).

A report names each target that was looked at, if need be without a finding; one without targets proves nothing.
"""

from __future__ import annotations

import msgspec

from clausework.evidence.detail import DetailWriter
from clausework.evidence.format import FindingsRead, Format
from clausework.evidence.json_walk import JsonWalk, ValueTooLarge, decode_kept, first_members
from clausework.evidence.readers.trivy_model import (
    ARRAYS,
    OF_TYPE,
    Found,
    Misconfiguration,
    SetAside,
    Summary,
    Target,
)
from clausework.evidence.readers.vulnerability import Scan, all_of, elements_of, listed, members_of_first
from clausework.evidence.source import Source, ValueRejected, WrongKind

_SCHEMA = 2
_MOST_WAITING = 10_000
_PASSED = "PASS"
_PACKAGES_OF_A_LANGUAGE = "lang-pkgs"
_MOST_FILES = 20
_ABOUT = frozenset({"ArtifactName", "ArtifactType", "Metadata"})
_ARTIFACTS = {"container_image": "image", "image": "image", "filesystem": "directory"}
_OTHER_ANALYSES = {
    "config": "configuration",
    "secret": "secret",
    "license": "licence",
    "license-file": "licence",
}
_OWN = ("ArtifactName", "ArtifactType", "Results", "Trivy")
_CLUSTER = ("Resources", "Findings", "Vulnerabilities", "Misconfigurations")


class Tool(msgspec.Struct, frozen=True):
    """Who wrote the report."""

    version: str | None = msgspec.field(default=None, name="Version")


class Metadata(msgspec.Struct, frozen=True):
    """Of an image, by which digests registries know it."""

    repo_digests: tuple[str, ...] | None = msgspec.field(default=None, name="RepoDigests")


class _Reading:
    """What the targets of a report come to, as far as they were read."""

    def __init__(self, walk: JsonWalk, scan: Scan) -> None:
        self.walk = walk
        self.scan = scan
        self.kinds: dict[str, None] = {}
        self.files: dict[str, None] = {}
        self.about: dict[str, str] = {}
        self.images: tuple[str, ...] = ()

    def read(self) -> None:
        if self.walk.peek() == "[":
            self._read_results()
        else:
            self._read_report()
        self.walk.finish()
        self._look_at()
        if not self.kinds:
            self.scan.leave_out("anything: the report names no target (scan with --list-all-pkgs)")

    def analysis(self) -> str:
        """Return what was looked for: vulnerabilities, unless only other things were."""
        other = {_OTHER_ANALYSES.get(kind, "") for kind in self.kinds}
        return next(
            (one for one in ("configuration", "secret", "licence") if one in other and "" not in other),
            "vulnerability",
        )

    def _read_report(self) -> None:
        schema = cluster = False
        for member in self.walk.members():
            if member == "SchemaVersion":
                schema = True
                version = self.walk.take(int)
                if version != _SCHEMA:
                    raise WrongKind(f"SchemaVersion is {version}; 1 (an array) and {_SCHEMA} are read")
            elif member == "Trivy":
                self.scan.version = (self.walk.take(Tool).version or "")[:100]
            elif member == "Results":
                self._read_results()
            elif member in _ABOUT:
                self._read_about(member)
            elif member == "ClusterName":
                cluster = True
                self.walk.skip()
            elif member in _CLUSTER:
                for _ in elements_of(self.walk):
                    self._read_resource()
            else:
                self.walk.skip()
        if not schema and not cluster:
            raise WrongKind("there is neither a SchemaVersion nor a ClusterName", offset=0)

    def _read_about(self, member: str) -> None:
        """Take what the report says of the artifact: it is noted at the end, for its type may stand behind its name."""
        if member == "Metadata" and self.walk.peek() == "{":
            self.images = listed(self.walk.take(Metadata).repo_digests or ())
        elif self.walk.peek() == '"':
            self.about[member] = self.walk.take_text()
        else:
            self.walk.skip()

    def _look_at(self) -> None:
        kind = _ARTIFACTS.get(self.about.get("ArtifactType", ""), "target")
        self.scan.looked_at(kind, self.about.get("ArtifactName"), *self.images)
        self.scan.looked_at("file", *self.files)

    def _read_resource(self) -> None:
        """Read what was found in one resource of a cluster."""
        name, before = "", len(self.kinds)
        for member in self.walk.members():
            if member == "Results":
                self._read_results()
            elif member == "Name":
                name = self.walk.take_text()
            elif member == "Error":
                error = self.walk.take_text()
                if error:
                    self.scan.leave_out(f"{name}: {error}")
            else:
                self.walk.skip()
        if not before and not self.kinds:
            self.scan.remarks.add("a resource has no results", name[:100])

    def _read_results(self) -> None:
        for _ in elements_of(self.walk):
            target = _Result(self.walk, self.scan).read(self.kinds)
            if target.kind == _PACKAGES_OF_A_LANGUAGE and len(self.files) < _MOST_FILES:
                self.files.setdefault(target.name)


class _Result:
    """What was found in one target. Findings that stand before its name wait until it is known."""

    def __init__(self, walk: JsonWalk, scan: Scan) -> None:
        self.walk = walk
        self.scan = scan
        self.target = Target()
        self.waiting: list[tuple[Found, str]] = []
        self.broken = 0
        self.summary: Summary | None = None

    def read(self, kinds: dict[str, None]) -> Target:
        """Read a target and what was found in it, and return it; ``kinds`` takes its kind."""
        for member in self.walk.members():
            if member in {"Target", "Class", "Type"}:
                self._name(member, self.walk.take_text())
            elif member in ARRAYS:
                for _ in elements_of(self.walk):
                    self._take(self.walk.take(ARRAYS[member]))
            else:
                self._read_further(member)
        if not self.target.name and not self.target.kind:
            raise ValueRejected("a result names no target", offset=self.walk.offset())
        for found, why in self.waiting:
            self._add(found, why)
        self._check_summary()
        kinds.setdefault(self.target.kind)
        return self.target

    def _read_further(self, member: str) -> None:
        if member in {"ExperimentalModifiedFindings", "ModifiedFindings"}:
            for _ in elements_of(self.walk):
                self._take_set_aside(self.walk.take(SetAside))
        elif member == "MisconfSummary" and self.walk.peek() == "{":
            self.summary = self.walk.take(Summary)
        elif member == "CustomResources":
            if all_of(self.walk, msgspec.Raw):
                self.scan.remarks.add("findings of custom scanners stand in it; they are not read")
        else:
            self.walk.skip()

    def _check_summary(self) -> None:
        if self.summary is not None and self.summary.failures != self.broken:
            raise ValueRejected(
                f"{self.target.name[:100]}: the report counts {self.summary.failures} failures"
                f" and lists {self.broken}",
                offset=self.walk.offset(),
            )

    def _name(self, member: str, text: str) -> None:
        field = {"Target": "name", "Class": "kind", "Type": "type"}[member]
        self.target = msgspec.structs.replace(self.target, **{field: text[:500]})

    def _take(self, found: Found, why: str = "") -> None:
        if isinstance(found, Misconfiguration):
            if found.status == _PASSED:
                return
            self.broken += found.status != "EXCEPTION" and not why
        if self.target.name:
            self._add(found, why)
        elif len(self.waiting) < _MOST_WAITING:
            self.waiting.append((found, why))
        else:
            raise ValueTooLarge(f"more than {_MOST_WAITING} findings stand before the name of their target")

    def _take_set_aside(self, one: SetAside) -> None:
        form = OF_TYPE.get(one.type)
        if form is None:
            raise ValueRejected(f"a finding of the type '{one.type[:40]}' was set aside, which is not known")
        self._take(decode_kept(one.finding, form), one.why() or "set aside")

    def _add(self, found: Found, why: str) -> None:
        finding = found.finding(self.target)
        if why:
            finding = msgspec.structs.replace(finding, suppressed=True, suppression=why)
        self.scan.add(finding)


def _sniff(head: bytes, _name: str) -> bool:
    members = first_members(head)
    if members is None:
        first = members_of_first(head)
        return "Target" in first and bool({"Vulnerabilities", "Class", "Type", "Packages"} & set(first))
    if "ClusterName" in members:
        return any(name in members for name in _CLUSTER)
    return "SchemaVersion" in members and any(name in members for name in _OWN)


def _parse(source: Source, detail: DetailWriter) -> FindingsRead:
    scan = Scan("Trivy", detail)
    reading = _Reading(JsonWalk(source), scan)
    reading.read()
    return scan.result(reading.analysis())


FORMAT = Format(
    "trivy",
    2,
    "findings",
    "application/json",
    (".json",),
    _sniff,
    _parse,
    "Trivy JSON",
    ("7.1.3", "8.1.2", "5.1.12", "81001-5-1 9"),
)
