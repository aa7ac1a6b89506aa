"""Reads pip-audit's JSON: known vulnerabilities in Python packages (7.1.3, 8.1.2; 81001-5-1 clause 9).

It gives no severities, so that each finding counts as grave, and names what it could not look up.
"""

from __future__ import annotations

import msgspec

from clausework.evidence.detail import DetailWriter
from clausework.evidence.format import FindingsRead, Format
from clausework.evidence.json_walk import JsonWalk, first_members
from clausework.evidence.readers.vulnerability import (
    Scan,
    Vulnerability,
    listed,
    members_of_first,
)
from clausework.evidence.readers.vulnerability_purl import purl_of
from clausework.evidence.source import Source, ValueRejected, WrongKind


class Known(msgspec.Struct, frozen=True):
    """A vulnerability of a package."""

    id: str
    fix_versions: tuple[str, ...] | None = None
    aliases: tuple[str, ...] | None = None
    description: str | None = None


class Dependency(msgspec.Struct, frozen=True):
    """A package: what is known about it, or why it was not looked up."""

    name: str
    version: str | None = None
    vulns: tuple[Known, ...] | None = None
    skip_reason: str | None = None


def _read(walk: JsonWalk, scan: Scan) -> None:
    count = -1
    if walk.peek() == "[":
        count = _read_dependencies(walk, scan)
    else:
        for member in walk.members():
            if member == "dependencies":
                count = _read_dependencies(walk, scan)
            else:
                walk.skip()
    walk.finish()
    if count < 0:
        raise WrongKind("there are no dependencies", offset=0)
    if not count:
        scan.leave_out("anything: the report names no package")


def _read_dependencies(walk: JsonWalk, scan: Scan) -> int:
    count = 0
    for _ in walk.elements():
        count += 1
        dependency = walk.take(Dependency)
        if dependency.skip_reason is not None:
            scan.leave_out(f"{dependency.name}: {dependency.skip_reason}")
        elif dependency.vulns is None or not dependency.version:
            raise ValueRejected(
                f"'{dependency.name[:60]}' has neither a version with its vulnerabilities nor a reason to skip it",
                offset=walk.offset(),
            )
        for known in dependency.vulns or ():
            scan.add(_finding(dependency, known))
    return count


def _finding(dependency: Dependency, known: Known) -> Vulnerability:
    version = dependency.version or ""
    return Vulnerability(
        id=known.id,
        component=dependency.name,
        version=version,
        ecosystem="PyPI",
        purl=purl_of("PyPI", dependency.name, version),
        message=known.description or "",
        ids=listed([known.id, *(known.aliases or ())]),
        fixed_in=listed(known.fix_versions or ()),
    )


def _sniff(head: bytes, _name: str) -> bool:
    members = first_members(head)
    if members is not None:
        return members.get("dependencies", "").startswith("[") and set(members) <= {"dependencies", "fixes"}
    first = members_of_first(head)
    return "name" in first and ("skip_reason" in first or {"version", "vulns"} <= set(first))


def _parse(source: Source, detail: DetailWriter) -> FindingsRead:
    scan = Scan("pip-audit", detail)
    _read(JsonWalk(source), scan)
    return scan.result()


FORMAT = Format(
    "pip_audit",
    1,
    "findings",
    "application/json",
    (".json",),
    _sniff,
    _parse,
    "pip-audit JSON",
    ("7.1.3", "8.1.2", "81001-5-1 9"),
)
