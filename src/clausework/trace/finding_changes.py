"""What became of findings from one build to the next: new, fixed, persisting, or not to be told (clauses 6.2.1, 9.7).

A finding is fixed only if the tool that saw it looked again, finished, and did not see it. A tool that did not run, did
not finish, looked at less than before or was read by another reader fixes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from clausework.evidence.detail import FindingDetail, Severity
from clausework.evidence.severity import SEVERITIES

Key = tuple[str, str]
"""An analysis (``static``, ``vulnerability`` ...) and the name of a tool that made it, without its version."""


class Scan(msgspec.Struct, frozen=True):
    """One report of findings of a build, as far as it counts: a superseded one is not given.

    ``complete`` is false where the tool did not finish or left something out by its own word. ``tools`` are the names
    of all that looked, also of those that found nothing, with or without their versions. ``reader`` is what read it.
    """

    analysis: str
    tools: tuple[str, ...]
    complete: bool
    findings: tuple[FindingDetail, ...]
    reader: str = ""


class FindingChange(msgspec.Struct, frozen=True, order=True):
    """A finding and what became of it; members that only one build has are empty for the other.

    ``severity`` is the present one, or of a finding that is gone the last. ``severity_before`` is empty for a new one.
    """

    rank: int
    analysis: str
    tool: str
    rule: str
    place: str
    fingerprint: str
    severity: Severity
    severity_before: str = ""
    message: str = ""
    suppressed: bool = False
    suppressed_before: bool = False

    @property
    def became_graver(self) -> bool:
        """Whether it persists and is graver than it was."""
        return bool(self.severity_before) and _rank(self.severity) < _rank(self.severity_before)


class NotTold(msgspec.Struct, frozen=True, order=True):
    """A tool of which one build does not say enough to compare, and why."""

    analysis: str
    tool: str
    reason: str


class FindingChanges(msgspec.Struct, frozen=True):
    """All that changed, each list gravest first.

    ``new`` were not there before and ``fixed`` are not there now, by the word of a tool that looked both times.
    ``persisting`` are there in both. ``appeared_untold`` are there now and may have been before; ``gone_untold`` were
    there before and may be still. ``not_told`` says why, by tool.
    """

    new: tuple[FindingChange, ...] = ()
    fixed: tuple[FindingChange, ...] = ()
    persisting: tuple[FindingChange, ...] = ()
    appeared_untold: tuple[FindingChange, ...] = ()
    gone_untold: tuple[FindingChange, ...] = ()
    not_told: tuple[NotTold, ...] = ()

    @property
    def severities(self) -> dict[str, dict[Severity, int]]:
        """How many findings of each severity are in each list."""
        lists = {
            "new": self.new,
            "fixed": self.fixed,
            "persisting": self.persisting,
            "appeared_untold": self.appeared_untold,
            "gone_untold": self.gone_untold,
        }
        return {
            name: {severity: sum(one.severity == severity for one in changes) for severity in SEVERITIES}
            for name, changes in lists.items()
        }


class _Side:
    """What one build's scans say together about one analysis by one tool."""

    def __init__(self) -> None:
        self.reports = 0
        self.complete = True
        self.readers: set[str] = set()
        self.findings: dict[str, FindingDetail] = {}

    def looked(self, scan: Scan) -> None:
        self.reports += 1
        self.complete = self.complete and scan.complete
        self.readers.add(scan.reader)

    def take(self, finding: FindingDetail) -> None:
        """Take a finding; of two reports that have it, the graver counts, and it is open if it is in one."""
        there = self.findings.get(finding.fingerprint)
        if there is not None:
            suppressed = there.suppressed and finding.suppressed
            graver = min(there, finding, key=lambda one: _rank(one.severity))
            finding = msgspec.structs.replace(graver, suppressed=suppressed)
        self.findings[finding.fingerprint] = finding


def finding_changes(now: Iterable[Scan], before: Iterable[Scan]) -> FindingChanges:
    """Return what became of the findings of the build ``before`` in the build ``now``.

    Findings are the same where analysis, tool and fingerprint are. Reports of one tool in one build count together: all
    of them must have finished, and there must be no fewer of them than before, for a finding to be taken as fixed.
    """
    scans_now, scans_before = tuple(now), tuple(before)
    names = {one.tool for scan in (*scans_now, *scans_before) for one in scan.findings if one.tool}
    sides_now, sides_before = _sides(scans_now, names), _sides(scans_before, names)
    fold = _Fold()
    for key in sorted(sides_now.keys() | sides_before.keys()):
        fold.compare(key, sides_now.get(key), sides_before.get(key))
    return FindingChanges(
        new=tuple(sorted(fold.new)),
        fixed=tuple(sorted(fold.fixed)),
        persisting=tuple(sorted(fold.persisting)),
        appeared_untold=tuple(sorted(fold.appeared_untold)),
        gone_untold=tuple(sorted(fold.gone_untold)),
        not_told=tuple(sorted(fold.not_told)),
    )


def _sides(scans: Iterable[Scan], names: set[str]) -> Mapping[Key, _Side]:
    """Return what the scans of one build say, by analysis and tool; ``names`` are those that findings bear."""
    sides: dict[Key, _Side] = {}
    for scan in scans:
        looked = [_name_of(tool, names) for tool in scan.tools]
        alone = looked[0] if len(set(looked)) == 1 else ""
        keyed = [((one.analysis or scan.analysis, one.tool or alone), one) for one in scan.findings]
        found = {key for key, _ in keyed}
        silent = {(scan.analysis, tool) for tool in looked if tool not in {name for _, name in found}}
        for key in found | silent:
            sides.setdefault(key, _Side()).looked(scan)
        for key, one in keyed:
            sides[key].take(one)
    return sides


def _name_of(tool: str, names: set[str]) -> str:
    """Return the name in ``tool``, which may have its version behind it: as findings bear it, else without digits."""
    known = [name for name in names if tool == name or tool.startswith(f"{name} ")]
    if known:
        return max(known, key=len)
    name, _, version = tool.rpartition(" ")
    return name if name and any(character.isdigit() for character in version) else tool


class _Fold:
    """The changes found so far."""

    def __init__(self) -> None:
        self.new: list[FindingChange] = []
        self.fixed: list[FindingChange] = []
        self.persisting: list[FindingChange] = []
        self.appeared_untold: list[FindingChange] = []
        self.gone_untold: list[FindingChange] = []
        self.not_told: list[NotTold] = []

    def compare(self, key: Key, now: _Side | None, before: _Side | None) -> None:
        """Compare what one tool says in both builds, in one of which it may not have run."""
        there_now = now.findings if now else {}
        there_before = before.findings if before else {}
        no_new, no_fixed = _why_not(now, before)
        self.not_told += [NotTold(*key, reason) for reason in dict.fromkeys((no_new, no_fixed)) if reason]
        for fingerprint, finding in there_now.items():
            change = _change(key, finding, there_before.get(fingerprint))
            if fingerprint in there_before:
                self.persisting.append(change)
            else:
                (self.appeared_untold if no_new else self.new).append(change)
        for fingerprint, finding in there_before.items():
            if fingerprint not in there_now:
                gone = _gone(key, finding)
                (self.gone_untold if no_fixed else self.fixed).append(gone)


def _why_not(now: _Side | None, before: _Side | None) -> tuple[str, str]:
    """Return why nothing can be told to be new, and why nothing can be told to be fixed; empty where it can."""
    if now is None:
        return "", "it did not run in this build"
    if before is None:
        return "it did not run in the build before", ""
    if now.readers != before.readers:
        other = "its reports were read by another reader, or another version of it, than before"
        return other, other
    no_new = "" if before.complete else "it did not finish in the build before"
    if not now.complete:
        return no_new, "it did not finish in this build"
    if now.reports < before.reports:
        return no_new, f"it made {before.reports} reports before and {now.reports} now"
    return no_new, ""


def _change(key: Key, finding: FindingDetail, before: FindingDetail | None) -> FindingChange:
    return FindingChange(
        _rank(finding.severity),
        *key,
        finding.rule,
        _place(finding),
        finding.fingerprint,
        finding.severity,
        before.severity if before else "",
        finding.message,
        finding.suppressed,
        before.suppressed if before else False,
    )


def _gone(key: Key, finding: FindingDetail) -> FindingChange:
    return FindingChange(
        _rank(finding.severity),
        *key,
        finding.rule,
        _place(finding),
        finding.fingerprint,
        finding.severity,
        finding.severity,
        finding.message,
        suppressed_before=finding.suppressed,
    )


def _place(finding: FindingDetail) -> str:
    if finding.path:
        return f"{finding.path}:{finding.line}" if finding.line else finding.path
    return f"{finding.component} {finding.version}".strip()


def _rank(severity: str) -> int:
    """Return how grave ``severity`` is, gravest first; one that is not known is before all."""
    return SEVERITIES.index(severity) if severity in SEVERITIES else -1
