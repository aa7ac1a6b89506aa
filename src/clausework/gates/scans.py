"""What the checks on analyses and on vulnerabilities share: which scans prove something, and what they leave open."""

from __future__ import annotations

from collections.abc import Sequence

from clausework.gates.check import Judgement, failed, not_evaluated, passed
from clausework.gates.dispositions import closes, finding_id, newest_dispositions, why_open
from clausework.gates.facts import Facts, FindingFact, ScanFact
from clausework.gates.severity import at_least
from clausework.ledger.records.gates import Reason


def newest_by_report(scans: Sequence[ScanFact]) -> tuple[ScanFact, ...]:
    """Return the newest scan of each tool under each report's name.

    One tool's report says nothing about another's, nor the report on one image about the next: a scan is replaced by
    one of the same name.
    """
    return tuple({(scan.tools, scan.name, scan.analysis): scan for scan in scans}.values())


def unfinished(scans: Sequence[ScanFact]) -> Judgement | None:
    """Return why ``scans`` prove nothing: none there, or a tool that did not finish and was not run again."""
    if not scans:
        return not_evaluated("no analysis is recorded for this build", command="clausework record REPORT")
    crashed = [scan for scan in newest_by_report(scans) if not scan.complete or not scan.tools]
    if crashed:
        return not_evaluated(
            f"{', '.join(crashed[0].tools) or 'a tool without a name'} says that it did not finish",
            command="run the analysis again, then clausework record REPORT",
            records=tuple(scan.record for scan in crashed),
        )
    partial = [scan for scan in newest_by_report(scans) if scan.not_evaluated]
    if partial:
        return not_evaluated(
            f"{', '.join(partial[0].tools)} could not evaluate {'; '.join(partial[0].not_evaluated[:5])}",
            command="make it known to the tool, or scan it with another; then clausework record REPORT",
            records=tuple(scan.record for scan in partial),
        )
    return None


def judge_open(facts: Facts, scans: Sequence[ScanFact], threshold: str) -> Judgement:
    """Fail on every finding of ``scans`` at ``threshold`` or graver that no disposition closes at ``facts.at``.

    Every scan counts, not the newest alone: on the same source a finding does not go away by itself.
    """
    closed = _disposed(facts)
    open_findings: dict[str, FindingFact] = {}
    for scan in scans:
        for finding in scan.findings:
            if at_least(finding.severity, threshold) and finding.version not in closed:
                open_findings.setdefault(finding.version, finding)
    if open_findings:
        return failed(*(_reason(facts, finding) for finding in open_findings.values()))
    tools = ", ".join(sorted({tool for scan in scans for tool in scan.tools}))
    return passed(f"{tools}: nothing open at {threshold} or graver", *(scan.record for scan in scans))


def _reason(facts: Facts, finding: FindingFact) -> Reason:
    where = f" at {finding.place}" if finding.place else ""
    hidden = " (suppressed in the source, not disposed)" if finding.suppressed else ""
    known, records = why_open(facts, finding)
    subject = finding_id(facts.build.software_item, finding.fingerprint)
    return Reason(
        f"{finding.severity}: {finding.rule}{where}: {finding.message[:160]}{hidden}{f' ({known})' if known else ''}",
        records=(finding.record, *records),
        who="developer",
        command=f"mend it, or clausework decide dispose {subject}",
    )


def _disposed(facts: Facts) -> frozenset[str]:
    """Return the versions of the findings that are closed now; from the instant that it names, each is open again."""
    return frozenset(digest for digest, one in newest_dispositions(facts).items() if closes(one, facts.at))
