"""Static analysis and security scans finished, and left nothing open that is too grave.

Clauses 5.1.12, 5.5.3; EN IEC 81001-5-1 5.5. A finding that the tool suppresses in the source is open all the same: only
a signed disposition closes it, until its date and for as long as its severity stays what it was.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from clausework.core.clock import parse_timestamp
from clausework.gates.challenge import (
    QUALITY,
    SOUND,
    Challenge,
    EvidenceFile,
    SignedDecision,
    World,
    but,
    sarif,
    with_evidence,
)
from clausework.gates.check import Check, Judgement, Settings, failed, not_evaluated, passed, text, unreadable
from clausework.gates.facts import Facts, FindingFact, ScanFact
from clausework.gates.severity import at_least
from clausework.ledger.records.gates import Reason


def evaluate(facts: Facts, settings: Settings) -> Judgement:
    """Judge every analysis of the build; ``at_least`` is the lowest severity that blocks.

    At least one of them must be a static analysis: a search for secrets alone says nothing about the code.
    """
    scans = [scan for scan in facts.scans if scan.analysis != "vulnerability" and not scan.superseded]
    unusable = unreadable(facts, None, "sarif") or unfinished(scans)
    if unusable:
        return unusable
    if not any(scan.analysis == "static" for scan in scans):
        kinds = ", ".join(sorted({scan.analysis for scan in scans}))
        return not_evaluated(
            f"no static analysis is recorded for this build, only {kinds}",
            command="clausework record REPORT.sarif",
            records=tuple(scan.record for scan in scans),
        )
    return judge_open(facts, scans, text(settings, "at_least"))


def newest_by_tool(scans: Sequence[ScanFact]) -> tuple[ScanFact, ...]:
    """Return the newest scan of each tool: one tool's report says nothing about another's."""
    return tuple({scan.tools: scan for scan in scans}.values())


def unfinished(scans: Sequence[ScanFact]) -> Judgement | None:
    """Return why ``scans`` prove nothing: none there, or a tool whose newest run did not finish."""
    if not scans:
        return not_evaluated(
            "no analysis is recorded for this build", command="clausework record REPORT.sarif"
        )
    crashed = [scan for scan in newest_by_tool(scans) if not scan.complete or not scan.tools]
    if crashed:
        return not_evaluated(
            f"{', '.join(crashed[0].tools) or 'a tool without a name'} says that it did not finish",
            command="run the analysis again, then clausework record REPORT.sarif",
            records=tuple(scan.record for scan in crashed),
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
        return failed(*(_reason(finding) for finding in open_findings.values()))
    tools = ", ".join(sorted({tool for scan in scans for tool in scan.tools}))
    return passed(f"{tools}: nothing open at {threshold} or graver", *(scan.record for scan in scans))


def _reason(finding: FindingFact) -> Reason:
    where = f" at {finding.place}" if finding.place else ""
    hidden = " (suppressed in the source, not disposed)" if finding.suppressed else ""
    return Reason(
        f"{finding.severity}: {finding.rule}{where}: {finding.message[:160]}{hidden}",
        records=(finding.record,),
        who="developer",
        command=f"mend it, or clausework decide dispose {finding.fingerprint[:16]}",
    )


def _disposed(facts: Facts) -> frozenset[str]:
    """Return the versions of the findings that are closed now; from the instant that it names, each is open again."""
    at = parse_timestamp(facts.at)
    newest = {one.matter_sha256: one for one in facts.effective_judgements("dispose", "finding")}
    return frozenset(
        version for version, one in newest.items() if at < parse_timestamp(str(one.fields["expires"]))
    )


def _disposition(expires: str, *, author: str = "developer@example.com") -> SignedDecision:
    return SignedDecision(
        "dispose",
        "finding",
        "bandit.sarif",
        {
            "status": "not_affected",
            "justification": "The call never sees input from outside.",
            "exploitability": "Nobody without the service key reaches it.",
            "patient_harm": "none",
            "expires": expires,
        },
        author=author,
        signers=((*QUALITY, "disposed"),),
    )


def challenges() -> tuple[Challenge, ...]:
    """A clean scan passes; grave findings, no static scan, a crash, and dispositions that lapsed are refused."""
    settings: dict[str, str | int | bool] = {"at_least": "medium"}

    def scan(data: bytes) -> EvidenceFile:
        return EvidenceFile("bandit.sarif", data)

    grave = with_evidence("bandit.sarif", scan(sarif("Bandit", ("B602", "error", ""))))

    undated = {name: value for name, value in _disposition("").fields.items() if name != "expires"}

    def disposed(decision: SignedDecision) -> World:
        return but(evidence=grave.evidence, decisions=(*SOUND.decisions, decision))

    return (
        Challenge("the scan found nothing", "pass", SOUND, settings),
        Challenge("the scan found an error", "fail", grave, settings),
        Challenge("nothing was scanned", "not_evaluated", with_evidence("bandit.sarif"), settings),
        Challenge(
            "the scanner crashed",
            "not_evaluated",
            with_evidence("bandit.sarif", scan(sarif("Bandit", finished=False))),
            settings,
        ),
        Challenge(
            "the report is truncated",
            "not_evaluated",
            with_evidence("bandit.sarif", scan(sarif("Bandit")[:-9])),
            settings,
        ),
        Challenge(
            "the scanner crashed and another tool finished",
            "not_evaluated",
            with_evidence(
                "bandit.sarif",
                scan(sarif("Bandit", finished=False)),
                EvidenceFile("b.sarif", sarif("Semgrep")),
            ),
            settings,
        ),
        Challenge(
            "the scanner crashed and finished when run again",
            "pass",
            with_evidence(
                "bandit.sarif",
                scan(sarif("Bandit", finished=False)),
                EvidenceFile("b.sarif", sarif("Bandit")),
            ),
            settings,
        ),
        Challenge(
            "a finding is gone when the analysis is run again on the same source",
            "fail",
            but(evidence=(*grave.evidence, EvidenceFile("again.sarif", sarif("Bandit")))),
            settings,
        ),
        Challenge(
            "only a search for secrets was made",
            "not_evaluated",
            with_evidence("bandit.sarif", EvidenceFile("gitleaks.sarif", sarif("gitleaks"))),
            settings,
        ),
        Challenge(
            "the finding is below the threshold",
            "pass",
            with_evidence("bandit.sarif", scan(sarif("Bandit", ("B101", "note", "")))),
            settings,
        ),
        Challenge(
            "the finding is suppressed in the source",
            "fail",
            with_evidence("bandit.sarif", scan(sarif("Bandit", ("B602", "error", ""), suppressed=True))),
            settings,
        ),
        Challenge(
            "a newer reader does not see the finding",
            "fail",
            with_evidence(
                "bandit.sarif",
                EvidenceFile(
                    "bandit.sarif", sarif("Bandit", ("B602", "error", "")), reread_as=sarif("Bandit")
                ),
            ),
            settings,
        ),
        Challenge(
            "a report of no known format was rejected",
            "not_evaluated",
            but(evidence=(*SOUND.evidence, EvidenceFile("semgrep.sarif", b"Traceback (most recent call"))),
            settings,
        ),
        Challenge("the finding is disposed", "pass", disposed(_disposition("2099-01-01")), settings),
        Challenge("the disposition has expired", "fail", disposed(_disposition("2020-01-01")), settings),
        Challenge(
            "the disposition is of the finding when it was less severe",
            "fail",
            disposed(msgspec.structs.replace(_disposition("2099-01-01"), stale=True)),
            settings,
        ),
        Challenge(
            "the disposition gives no date",
            "fail",
            disposed(msgspec.structs.replace(_disposition("2099-01-01"), fields=undated)),
            settings,
        ),
        Challenge(
            "the author disposes alone",
            "fail",
            disposed(_disposition("2099-01-01", author=QUALITY[0])),
            settings,
        ),
    )


CHECK = Check(
    "findings", "1", "No grave finding open", ("5.1.12", "5.5.3", "81001-5-1 5.5"), evaluate, challenges
)
