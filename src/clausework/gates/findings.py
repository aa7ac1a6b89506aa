"""Static analysis and security scans finished, and left nothing open that is too grave.

Clauses 5.1.12, 5.5.3; EN IEC 81001-5-1 5.5. A finding that the tool suppresses in the source is open all the same: only
a signed disposition closes it, until its date and for as long as its severity stays what it was.
"""

from __future__ import annotations

import msgspec

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
from clausework.gates.check import Check, Judgement, Settings, not_evaluated, text, unreadable
from clausework.gates.facts import Facts
from clausework.gates.scans import judge_open, of_others, unfinished
from clausework.gates.target_challenges import challenges_of_analyses
from clausework.ledger.records.gates import Outcome


def evaluate(facts: Facts, settings: Settings) -> Judgement:
    """Judge every analysis of the build; ``at_least`` is the lowest severity that blocks.

    At least one of them must be a static analysis: a search for secrets alone says nothing about the code.
    """
    scans = [scan for scan in facts.scans if scan.analysis != "vulnerability" and not scan.superseded]
    unusable = (
        unreadable(facts, None, "findings")
        or unfinished(scans)
        or of_others([scan for scan in scans if scan.analysis == "static"], "static analysis")
    )
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


def _with_status(disposition: SignedDecision, status: str) -> SignedDecision:
    return msgspec.structs.replace(disposition, fields={**disposition.fields, "status": status})


def both(*reports: bytes) -> bytes:
    """Return the runs of several SARIF reports in one, as a pipeline merges them."""
    read = [msgspec.json.decode(report) for report in reports]
    return msgspec.json.encode({**read[0], "runs": [run for one in read for run in one["runs"]]})


def challenges() -> tuple[Challenge, ...]:
    """A clean scan passes; grave findings, no static scan, a crash, and dispositions that lapsed are refused."""
    settings: dict[str, str | int | bool] = {"at_least": "medium"}

    def scan(data: bytes) -> EvidenceFile:
        return EvidenceFile("bandit.sarif", data)

    grave = with_evidence("bandit.sarif", scan(sarif("Bandit", ("B602", "error", ""))))

    mixed = both(sarif("Trivy"), sarif("Bandit", ("B602", "error", "")))
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
            "the scanner crashed and finished when run again, under the same name",
            "pass",
            with_evidence("bandit.sarif", scan(sarif("Bandit", finished=False)), scan(sarif("Bandit"))),
            settings,
        ),
        Challenge(
            "the scanner crashed on one part and finished on another",
            "not_evaluated",
            with_evidence(
                "bandit.sarif",
                scan(sarif("Bandit", finished=False)),
                EvidenceFile("b.sarif", sarif("Bandit")),
            ),
            settings,
        ),
        *_renamed(settings),
        Challenge(
            "a static finding stands in one report with a search for vulnerabilities",
            "fail",
            but(evidence=(*SOUND.evidence, EvidenceFile("mixed.sarif", mixed))),
            settings,
        ),
        Challenge(
            "a report of another format is truncated",
            "not_evaluated",
            but(
                evidence=(
                    *SOUND.evidence,
                    EvidenceFile("semgrep.json", b'{"version": "1.90.0", "results": [{'),
                )
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
        Challenge(
            "the finding is under investigation",
            "fail",
            disposed(_with_status(_disposition("2099-01-01"), "under_investigation")),
            settings,
        ),
        Challenge(
            "the product is affected by the finding",
            "fail",
            disposed(_with_status(_disposition("2099-01-01"), "affected")),
            settings,
        ),
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
            "the disposition names further findings than it binds to",
            "fail",
            disposed(
                msgspec.structs.replace(
                    _disposition("2099-01-01"),
                    fields={**_disposition("2099-01-01").fields, "findings": ("0" * 32 + " " + "0" * 64,)},
                )
            ),
            settings,
        ),
        Challenge(
            "the author disposes alone",
            "fail",
            disposed(_disposition("2099-01-01", author=QUALITY[0])),
            settings,
        ),
        *challenges_of_analyses(settings),
    )


def _renamed(settings: dict[str, str | int | bool]) -> tuple[Challenge, ...]:
    """A report under another name replaces none by itself; one that is retired for it still tells what it found."""
    crashed = EvidenceFile("old.sarif", sarif("Bandit", finished=False))
    grave = EvidenceFile("old.sarif", sarif("Bandit", ("B602", "error", ""), finished=False))
    again = EvidenceFile("new.sarif", sarif("Bandit"))
    of_monday = EvidenceFile("bandit-2026-06-01.sarif", sarif("Bandit", finished=False))
    of_tuesday = EvidenceFile("bandit-2026-06-02.sarif", sarif("Bandit"))
    retired = SignedDecision(
        "retire",
        "report",
        "old.sarif",
        {"rationale": "The job writes its report as new.sarif now.", "instead": "new.sarif"},
        signers=((*QUALITY, "retired"),),
    )
    alone = msgspec.structs.replace(retired, author=QUALITY[0])

    def world(*files: EvidenceFile, decided: SignedDecision | None = None) -> World:
        evidence = with_evidence("bandit.sarif", *files).evidence
        return but(evidence=evidence, decisions=(*SOUND.decisions, *((decided,) if decided else ())))

    cases: tuple[tuple[str, Outcome, World], ...] = (
        ("the crashed report was given again under another name", "not_evaluated", world(crashed, again)),
        ("the names of both reports differ in the date alone", "pass", world(of_monday, of_tuesday)),
        ("the crashed report was retired for another", "pass", world(crashed, again, decided=retired)),
        (
            "the author retires the crashed report alone",
            "not_evaluated",
            world(crashed, again, decided=alone),
        ),
        ("the crashed report was retired for none", "not_evaluated", world(crashed, decided=retired)),
        (
            "the crashed report was retired for an earlier",
            "not_evaluated",
            world(again, crashed, decided=retired),
        ),
        ("the report that was retired holds a finding", "fail", world(grave, again, decided=retired)),
    )
    return tuple(Challenge(name, expects, made, settings) for name, expects, made in cases)


CHECK = Check(
    "findings", "5", "No grave finding open", ("5.1.12", "5.5.3", "81001-5-1 5.5"), evaluate, challenges
)
