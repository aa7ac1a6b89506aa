"""The advisories of the npm registry as audits name them, and the findings made of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

import msgspec

from clausework.evidence.readers.vulnerability import Vulnerability, listed, rated
from clausework.evidence.readers.vulnerability_purl import purl_of
from clausework.evidence.source import ValueRejected

SEVERITIES = ("info", "low", "moderate", "high", "critical")

_GITHUB = re.compile(r"GHSA(?:-[0-9a-z]{4}){3}")


class Cvss(msgspec.Struct, frozen=True, rename="camel"):
    """A CVSS rating; a score of 0 without a vector is none."""

    score: float | None = None
    vector_string: str | None = None


class Found(msgspec.Struct, frozen=True):
    """A version of the package in the lock file, and the ways to it."""

    version: str | None = None
    paths: tuple[str, ...] | None = None


class Advisory(msgspec.Struct, frozen=True):
    """An advisory, and where the package was found."""

    id: int | str
    module_name: str
    severity: str
    title: str | None = None
    overview: str | None = None
    url: str | None = None
    github_advisory_id: str | None = None
    cves: tuple[str, ...] | None = None
    cwe: str | tuple[str, ...] | None = None
    cvss: Cvss | None = None
    patched_versions: str | None = None
    findings: tuple[Found, ...] | None = None


class Totals(msgspec.Struct, frozen=True, rename="camel"):
    """What an audit says that it comes to."""

    vulnerabilities: dict[str, int]
    dependencies: dict[str, int] | int | None = None
    total_dependencies: int | None = None

    def looked_at(self) -> int:
        """Return how many packages were audited; -1 where that is not told."""
        if isinstance(self.dependencies, dict):
            return self.dependencies.get("total", -1)
        if self.total_dependencies is not None:
            return self.total_dependencies
        return -1 if self.dependencies is None else self.dependencies

    def check(self, *counted: Counter[str]) -> None:
        """Raise ``ValueRejected`` unless the totals are those of one of the ways in which was counted."""
        told = {severity: count for severity, count in self.vulnerabilities.items() if severity != "total"}
        if any(_agree(told, one) for one in counted):
            return
        raise ValueRejected(f"the report counts {_said(told)} and lists {_said(counted[0])}")


def _agree(told: Mapping[str, int], counted: Counter[str]) -> bool:
    return all(told.get(severity, 0) == counted.get(severity, 0) for severity in {*told, *counted})


def _said(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {severity}" for severity, count in sorted(counts.items()) if count) or "none"


def identifier(number: int | str, *texts: str | None) -> str:
    """Return GitHub's identifier of an advisory if it is in ``texts``, for the registry's own ``number`` changes."""
    found = _GITHUB.search(" ".join(text for text in texts if text))
    return found.group() if found else str(number)


def findings_of(advisory: Advisory) -> Iterable[Vulnerability]:
    """Yield a finding for each version of the package that was found."""
    cves = advisory.cves or ()
    name = identifier(advisory.id, advisory.github_advisory_id, advisory.url)
    weaknesses = (advisory.cwe,) if isinstance(advisory.cwe, str) else advisory.cwe or ()
    vector = (advisory.cvss.vector_string or "") if advisory.cvss else ""
    severity, said = rated(advisory.severity, vectors=(vector,) if vector else ())
    for version in listed(found.version for found in advisory.findings or ()) or ("",):
        yield Vulnerability(
            id=cves[0] if cves and not name.startswith("GHSA") else name,
            component=advisory.module_name,
            version=version,
            ecosystem="npm",
            purl=purl_of("npm", advisory.module_name, version),
            message=advisory.title or advisory.overview or "",
            ids=listed([name, *cves, *weaknesses]),
            fixed_in=listed([advisory.patched_versions]),
            cvss=listed([vector]),
            severity=severity,
            source_severity=said or advisory.severity,
        )
