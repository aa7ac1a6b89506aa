"""What the checks on analyses and on vulnerabilities share: which scans prove something, and what they leave open."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from clausework.gates.check import Judgement, failed, not_evaluated, passed
from clausework.gates.dispositions import closes, finding_id, newest_dispositions, why_open
from clausework.gates.facts import Facts, FindingFact, JudgementFact, ScanFact
from clausework.gates.severity import at_least
from clausework.ledger.records.gates import Reason

_TIME = r"[T_-]?[0-9]{2}[:-]?[0-9]{2}(?:[:-]?[0-9]{2})?Z?"
_DATE = re.compile(rf"(?<![0-9])20[0-9]{{2}}(-?)[01][0-9]\1[0-3][0-9](?:{_TIME})?(?![0-9])")
_VERSION = re.compile(r" v?[0-9]\S*$")


def newest_by_report(scans: Sequence[ScanFact]) -> tuple[ScanFact, ...]:
    """Return the newest scan of each tool under each report's name; what they found is judged apart, and of all scans.

    One tool's report says nothing about another's, nor the report on one image about the next: a scan is replaced by
    one of the same name, a date in it and the tool's version left out, or by the one for which people retired it. What
    looked at something else than the build takes the place of nothing.
    """
    own = [scan for scan in scans if not scan.of_another] or scans
    newest = {(_tools(scan), _DATE.sub("", scan.name), scan.analysis): scan for scan in own}
    later = {scan.analysis: scan.record for scan in newest.values() if not scan.retired}
    return tuple(
        scan for scan in newest.values() if not (scan.retired and later.get(scan.analysis, -1) > scan.record)
    )


def unfinished(scans: Sequence[ScanFact]) -> Judgement | None:
    """Return why ``scans`` prove nothing: none there, or a tool that did not finish and was not run again."""
    if not scans:
        return not_evaluated("no analysis is recorded for this build", command="clausework record REPORT")
    crashed = [scan for scan in newest_by_report(scans) if not scan.complete or not scan.tools]
    if crashed:
        tools = ", ".join(crashed[0].tools) or "a tool without a name"
        return not_evaluated(
            f"{tools} says in {_named(crashed[0])} that it did not finish",
            command=f"run the analysis again, then {recorded_again(crashed[0])}",
            records=tuple(scan.record for scan in crashed),
            ways=ways_of_old(crashed[0]),
        )
    partial = [scan for scan in newest_by_report(scans) if scan.not_evaluated]
    if partial:
        return not_evaluated(
            f"{', '.join(partial[0].tools)} could not evaluate {'; '.join(partial[0].not_evaluated[:5])},"
            f" says {_named(partial[0])}",
            command=f"make it known to the tool, or scan it with another; then {recorded_again(partial[0])}",
            records=tuple(scan.record for scan in partial),
            ways=ways_of_old(partial[0]),
        )
    return None


def recorded_again(scan: ScanFact) -> str:
    """Return the command by which another scan takes the place of ``scan``: one under the same name."""
    return f"clausework record {scan.name or 'REPORT'} (under this name it takes the place of #{scan.record})"


def ways_of_old(scan: ScanFact) -> tuple[str, ...]:
    """Return how a report is retired that was given again under another name."""
    retire = f"if a report under another name took its place: clausework decide retire '#{scan.record}'"
    return (f"{retire}; what it found stays open",)


def _named(scan: ScanFact) -> str:
    return f"{scan.name or 'a report'} (#{scan.record})"


def _tools(scan: ScanFact) -> tuple[str, ...]:
    return tuple(_VERSION.sub("", tool) for tool in scan.tools)


def of_others(scans: Sequence[ScanFact], what: str) -> Judgement | None:
    """Return why ``scans`` prove nothing of the build where each says that it looked at something else."""
    if not scans or any(not scan.of_another for scan in scans):
        return None
    seen = sorted({f"{', '.join(scan.tools)} looked at {scan.of_another}" for scan in scans})
    return not_evaluated(
        f"no {what} is of this build: {'; '.join(seen[:3])}",
        command="run it on what this build is made of, then clausework record REPORT",
        records=tuple(scan.record for scan in scans),
    )


def judge_open(facts: Facts, scans: Sequence[ScanFact], threshold: str) -> Judgement:
    """Fail on every finding of ``scans`` at ``threshold`` or graver that no disposition closes at ``facts.at``.

    Every scan counts, not the newest alone: on the same source a finding does not go away by itself.
    """
    closed = _disposed(facts)
    grave: dict[str, FindingFact] = {}
    for finding in (one for scan in scans for one in scan.findings):
        if at_least(finding.severity, threshold):
            grave.setdefault(finding.version, finding)
    open_findings = [finding for version, finding in grave.items() if version not in closed]
    if open_findings:
        return failed(*(_reason(facts, finding) for finding in open_findings))
    tools = ", ".join(sorted({tool for scan in scans for tool in scan.tools}))
    targets = list(dict.fromkeys(target for scan in scans if not scan.of_another for target in scan.targets))
    seen = f"; it looked at {', '.join(targets[:3])}{' ...' if len(targets) > 3 else ''}" if targets else ""
    clean = passed(f"{tools}: nothing open at {threshold} or graver{seen}", *(scan.record for scan in scans))
    told = tuple(_told(finding, closed[version]) for version, finding in grave.items())
    return msgspec.structs.replace(clean, reasons=(*clean.reasons, *told))


def _told(finding: FindingFact, one: JudgementFact) -> Reason:
    """Return what a finding is closed by, and until when: whoever reads the pass sees what it rests on."""
    because = one.fields.get("vex_justification")
    status = str(one.fields["status"]).replace("_", " ") + (f" ({because})" if because else "")
    where = f" at {finding.place}" if finding.place else ""
    return Reason(
        f"{finding.severity}: {finding.name}{where} is {status} until {one.fields['expires']}, says #{one.record}:"
        f" {'; '.join(one.signed_by)}",
        records=(finding.record, one.record),
    )


def _reason(facts: Facts, finding: FindingFact) -> Reason:
    where = f" at {finding.place}" if finding.place else ""
    hidden = " (suppressed in the source, not disposed)" if finding.suppressed else ""
    known, records = why_open(facts, finding)
    subject = finding_id(facts.build.software_item, finding.fingerprint)
    return Reason(
        f"{finding.severity}: {finding.name}{where}: {finding.message[:160]}{hidden}{f' ({known})' if known else ''}",
        records=(finding.record, *records),
        who="developer",
        command=f"mend it, or clausework decide dispose {subject}",
    )


def _disposed(facts: Facts) -> dict[str, JudgementFact]:
    """Return the versions of the findings that are closed now, each by what; on the day named it is open again."""
    return {digest: one for digest, one in newest_dispositions(facts).items() if closes(one, facts.at)}
