"""Reads issues and hotspots as SonarQube's web API returns them (5.1.12, 5.5.3; EN IEC 81001-5-1 5.5, 5.7).

``api/issues/search`` and ``api/hotspots/search`` return pages. A page that is not all is recorded as not complete.
"""

from __future__ import annotations

import msgspec

from clausework.evidence.detail import DetailWriter, FindingDetail, Severity
from clausework.evidence.fingerprints import without_place
from clausework.evidence.format import FindingsRead, Format
from clausework.evidence.json_walk import JsonWalk, first_members
from clausework.evidence.readers.finding_report import FindingReport, clipped, plain_path, told
from clausework.evidence.severity import gravest
from clausework.evidence.source import Source, ValueRejected, WrongKind

_TOOL = "sonarqube"
_SEVERITIES: dict[str, Severity] = {
    "BLOCKER": "critical",
    "CRITICAL": "high",
    "HIGH": "high",
    "MAJOR": "medium",
    "MEDIUM": "medium",
    "MINOR": "low",
    "LOW": "low",
    "INFO": "none",
}
"""Both of SonarQube's scales, put on one as SonarQube does: its CRITICAL is the HIGH of the other."""

_OPEN = frozenset({"OPEN", "CONFIRMED", "REOPENED", "TO_REVIEW", "IN_REVIEW", "IN_SANDBOX", "ACKNOWLEDGED"})
_SET_ASIDE = frozenset({"FALSE-POSITIVE", "FALSE_POSITIVE", "WONTFIX", "ACCEPTED", "SAFE", "EXCEPTION"})


class _Impact(msgspec.Struct, frozen=True, rename="camel"):
    severity: str
    software_quality: str = ""


class _Paging(msgspec.Struct, frozen=True, rename="camel"):
    total: int
    page_index: int = 1
    page_size: int = 0


class _Issue(msgspec.Struct, frozen=True, rename="camel"):
    """An issue or a hotspot; what only one of them has is empty in the other."""

    key: str
    component: str
    rule: str = ""
    rule_key: str = ""
    project: str = ""
    severity: str = ""
    vulnerability_probability: str = ""
    impacts: tuple[_Impact, ...] = ()
    line: int = 0
    hash: str = ""
    message: str = ""
    status: str = ""
    resolution: str = ""
    issue_status: str = ""
    type: str = ""
    security_category: str = ""


class _Reading:
    def __init__(self, walk: JsonWalk, detail: DetailWriter) -> None:
        self.walk = walk
        self.report = FindingReport(detail)
        self.paging: _Paging | None = None
        self.total: int | None = None
        self.listed = 0
        self.lists = 0

    def read(self) -> FindingsRead:
        for member in self.walk.members():
            if member in {"issues", "hotspots"}:
                self.lists += 1
                for _ in self.walk.elements():
                    self.listed += 1
                    self._take(self.walk.take(_Issue), hotspot=member == "hotspots")
            elif member == "paging":
                self.paging = self.walk.take(_Paging)
            elif member == "total":
                self.total = self.walk.take(int)
            else:
                self.walk.skip()
        self.walk.finish()
        if self.lists != 1:
            raise WrongKind("it has not one list of issues or of hotspots", offset=0)
        self._compare()
        self.report.made("static")
        self.report.made_by("SonarQube")
        return self.report.result()

    def _compare(self) -> None:
        totals = {one for one in (self.total, self.paging.total if self.paging else None) if one is not None}
        if len(totals) != 1:
            raise ValueRejected("it does not say, or says in two ways, how many issues there are", offset=0)
        total = totals.pop()
        if total < self.listed:
            raise ValueRejected(f"it counts {total} issues and lists {self.listed}", offset=0)
        if total > self.listed:
            self.report.incomplete("it is one page of several", f"{self.listed} of {total} issues")

    def _take(self, issue: _Issue, *, hotspot: bool) -> None:
        rule = clipped(issue.rule or issue.rule_key)
        if not rule:
            raise ValueRejected(f"issue '{issue.key[:60]}' names no rule", offset=self.walk.offset())
        if self._is_gone(issue, hotspot=hotspot):
            self.report.remarks.add("issues that SonarQube says are gone were left out", rule)
            return
        path = _path(issue)
        severity, said = self._severity(issue)
        set_aside = self._set_aside(issue)
        what = issue.hash or without_place(issue.message)
        self.report.add(
            FindingDetail(
                self.report.fingerprints.of(_TOOL, rule, path, what),
                rule,
                severity,
                said,
                told(issue.message),
                path,
                max(issue.line, 0),
                "SonarQube",
                bool(set_aside),
                set_aside,
                analysis="static",
            )
        )

    def _severity(self, issue: _Issue) -> tuple[Severity, str]:
        """Return the gravest of what an issue says on either scale, and what it said."""
        said = [issue.severity or issue.vulnerability_probability, *(one.severity for one in issue.impacts)]
        words = [word for word in said if word] or [""]
        severities = [
            _SEVERITIES.get(word) or self.report.severity_of(word, issue.rule or issue.rule_key)
            for word in words
        ]
        return gravest(severities), clipped(", ".join(dict.fromkeys(words)))

    def _is_gone(self, issue: _Issue, *, hotspot: bool) -> bool:
        """Tell whether an analysis did not find it again, or, of a hotspot, a person reviewed it as mended."""
        if hotspot:
            return issue.status == "REVIEWED" and issue.resolution == "FIXED"
        return issue.status == "CLOSED" or (issue.issue_status == "FIXED" and issue.status in {"", "CLOSED"})

    def _set_aside(self, issue: _Issue) -> str:
        """Return what a person said by which the issue is not open; empty where it is."""
        said = [word for word in (issue.issue_status, issue.status, issue.resolution) if word]
        if any(word in _SET_ASIDE for word in said):
            return ": ".join(dict.fromkeys(word for word in said if word not in _OPEN))
        if "RESOLVED" in said:
            # somebody says that it is mended; until an analysis no longer finds it, that is a claim
            return "RESOLVED: " + (issue.resolution or "no resolution")
        if not said or any(word not in _OPEN | {"REVIEWED"} for word in said):
            self.report.remarks.add("issues of an unknown status are taken as open", " ".join(said)[:80])
        return ""


def _path(issue: _Issue) -> str:
    """Return the file's path within its project: a component's key is the project's, a colon and the path."""
    component = issue.component
    if issue.project and component.startswith(f"{issue.project}:"):
        return plain_path(component[len(issue.project) + 1 :])
    return "" if component == issue.project else plain_path(component)


def _sniff(head: bytes, _name: str) -> bool:
    members = first_members(head)
    if members is None or "runs" in members:
        return False
    listed = members.get("issues", members.get("hotspots", ""))
    paged = '"pageIndex"' in members.get("paging", "") or {"total", "p", "ps"} <= members.keys()
    return paged and (listed.startswith("[") or "effortTotal" in members)


def _parse(source: Source, detail: DetailWriter) -> FindingsRead:
    return _Reading(JsonWalk(source), detail).read()


FORMAT = Format(
    "sonarqube",
    1,
    "findings",
    "application/json",
    (".json",),
    _sniff,
    _parse,
    "SonarQube issues",
    ("5.1.12", "5.5.3", "81001-5-1 5.5", "81001-5-1 5.7"),
)
