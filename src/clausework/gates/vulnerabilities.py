"""No grave vulnerability is open in what the software is made of (clauses 7.1.3, 8.1.2; EN IEC 81001-5-1 clause 9).

Either a vulnerability scan with recent data says so, or a person evaluated the published anomaly list of each SOUP item
at its present version, and the SBOM names nothing that is no SOUP item. Where both are there, both must be clean.
"""

from __future__ import annotations

from datetime import timedelta

import msgspec

from clausework.core.clock import NotATime, parse_timestamp
from clausework.gates.challenge import ITEMS, SBOM, SOUND, Challenge, EvidenceFile, but, sarif, with_evidence
from clausework.gates.check import (
    Check,
    Judgement,
    Settings,
    failed,
    not_evaluated,
    number,
    passed,
    text,
    unreadable,
)
from clausework.gates.facts import Facts, JudgementFact
from clausework.gates.scans import (
    judge_open,
    newest_by_report,
    of_others,
    recorded_again,
    unfinished,
    ways_of_old,
)
from clausework.gates.soup_names import names_of, normal_name
from clausework.gates.target_challenges import challenges_of_scans
from clausework.gates.vulnerability_challenges import challenges_of_formats
from clausework.ledger.records.gates import Reason
from clausework.trace.item_fact import ItemFact


def evaluate(facts: Facts, settings: Settings) -> Judgement:
    """Judge scans by ``at_least`` and ``database_age_days``; without one, each SOUP item's signed evaluation.

    ``evaluation_age_days``, where the plan sets it, is how old such an evaluation may be: anomaly lists grow.
    """
    rejected = unreadable(facts, None, "findings")
    if rejected:
        return rejected
    not_acceptable = _not_acceptable(facts)
    if not_acceptable:
        return not_acceptable
    scans = [scan for scan in facts.scans if scan.analysis == "vulnerability" and not scan.superseded]
    if not scans:
        return _judge_evaluations(facts, number(settings, "evaluation_age_days"))
    unusable = unfinished(scans) or of_others(scans, "vulnerability scan")
    if unusable:
        return unusable
    days = number(settings, "database_age_days")
    stale = [
        scan
        for scan in newest_by_report(scans)
        if days is not None and not _is_recent(scan.database_at, facts.at, days)
    ]
    if stale:
        old = stale[0]
        since = f"of {old.database_at}" if old.database_at else "of no known date"
        return not_evaluated(
            f"the scan {old.name} (#{old.record}) rests on advisory data {since};"
            f" the plan asks for data no older than {days} days",
            command=f"update the scanner's data, scan again, then {recorded_again(old)};"
            " --database-at DATE where the report does not tell it",
            records=(old.record,),
            ways=ways_of_old(old),
        )
    return judge_open(facts, scans, text(settings, "at_least"))


def _is_recent(moment: str, at: str, days: int) -> bool:
    """Tell whether ``moment`` is within ``days`` before ``at``; one that is unknown or still to come is not."""
    try:
        age = parse_timestamp(at) - parse_timestamp(moment)
    except NotATime:
        return False
    return timedelta(0) <= age <= timedelta(days=days)


def _not_acceptable(facts: Facts) -> Judgement | None:
    """Refuse a SOUP item that a person evaluated as not acceptable, whatever a scan says."""
    judged = [(item, facts.newest_judgement("evaluate", "soup_item", item)) for item in _soup(facts)]
    reasons = [
        Reason(
            f"{item.id} ({item.title}) was evaluated as not acceptable",
            items=(item.id,),
            records=(one.record,),
            who="quality",
            command=f"use another version, or clausework decide evaluate {item.id}",
        )
        for item, one in judged
        if one is not None and one.fields.get("outcome") != "acceptable"
    ]
    return failed(*reasons) if reasons else None


def _judge_evaluations(facts: Facts, days: int | None) -> Judgement:
    soup = _soup(facts)
    if not soup or not facts.sboms:
        missing = "no SBOM" if soup else "no SOUP item"
        return not_evaluated(
            f"no vulnerability scan is recorded, and {missing} says what the software is made of",
            command=f"clausework record REPORT, of a vulnerability scan{', or the SBOM' if soup else ''}",
        )
    unlisted = _unlisted(facts)
    if unlisted:
        return not_evaluated(
            f"no vulnerability scan is recorded, and the SBOM names what is no SOUP item: {'; '.join(unlisted[:5])}",
            command="add a SOUP item with its version and purl for each, then clausework build",
            records=(facts.sboms[-1].record,),
        )
    judged = {item.id: facts.newest_judgement("evaluate", "soup_item", item) for item in soup}
    open_items = [
        item
        for item, one in judged.items()
        if one is None or (days is not None and not _is_recent(one.at, facts.at, days))
    ]
    if open_items:
        return not_evaluated(
            f"no vulnerability scan is recorded, and nobody evaluated the anomaly list of {', '.join(open_items)}"
            " at its present version" + (f" in the last {days} days" if days is not None else ""),
            who="quality",
            command=f"clausework decide evaluate {open_items[0]}",
        )
    return passed(
        f"the anomaly lists of {len(soup)} SOUP items were evaluated at their present versions",
        *(one.record for one in judged.values() if isinstance(one, JudgementFact)),
    )


def _soup(facts: Facts) -> tuple[ItemFact, ...]:
    return facts.items_of("soup_item")


def _unlisted(facts: Facts) -> list[str]:
    """Return the components, with version, of any SBOM that no SOUP item stands for."""
    listed = {pair for item in _soup(facts) for pair in names_of(item)}
    components = {
        (name, version)
        for sbom in facts.sboms
        for name, versions in sbom.components.items()
        for version in versions
    }
    return sorted(
        f"{name} {version}" for name, version in components if (normal_name(name), version) not in listed
    )


def challenges() -> tuple[Challenge, ...]:
    """A signed evaluation or a fresh clean scan passes; neither, an outdated one, stale data, a CVE are refused."""
    settings: dict[str, str | int | bool] = {"at_least": "medium", "database_age_days": 1}

    def scanned(report: bytes) -> EvidenceFile:
        return EvidenceFile("trivy.sarif", report)

    refused = msgspec.structs.replace(
        SOUND.decisions[0], fields={**SOUND.decisions[0].fields, "outcome": "not_acceptable"}
    )
    six = b'{"type": "library", "name": "six", "version": "1.16.0", "purl": "pkg:pypi/six@1.16.0"}'
    two = SBOM.replace(b'"components": [', b'"components": [' + six + b", ")
    no_soup = b"\n".join(
        line for line in ITEMS.splitlines() if b"SOUP-1" not in line and b"Frozen values" not in line
    )
    cve = scanned(sarif("Trivy", ("CVE-2026-0001", "error", "9.8")))
    outdated = but(decisions=tuple(msgspec.structs.replace(one, stale=True) for one in SOUND.decisions))
    return (
        Challenge("the SOUP item's anomaly list was evaluated", "pass", SOUND, settings),
        Challenge("nobody evaluated and nothing was scanned", "not_evaluated", but(decisions=()), settings),
        Challenge(
            "the evaluation is of another version of the SOUP item", "not_evaluated", outdated, settings
        ),
        Challenge(
            "the scan's data have no date",
            "not_evaluated",
            but(evidence=(*SOUND.evidence, scanned(sarif("Trivy")))),
            settings,
        ),
        Challenge(
            "the scan found a CVE",
            "fail",
            but(evidence=(*SOUND.evidence, cve)),
            {"at_least": "medium"},
        ),
        Challenge(
            "a clean scan without an asked age passes beside the evaluation",
            "pass",
            but(evidence=(*SOUND.evidence, scanned(sarif("Trivy")))),
            {"at_least": "medium"},
        ),
        Challenge(
            "a CVE is gone when another tool scans",
            "fail",
            but(evidence=(*SOUND.evidence, cve, EvidenceFile("grype.sarif", sarif("Grype")))),
            {"at_least": "medium"},
        ),
        Challenge(
            "the scan crashed, though the SOUP was evaluated",
            "not_evaluated",
            but(evidence=(*SOUND.evidence, scanned(sarif("Trivy", finished=False)))),
            {"at_least": "medium"},
        ),
        Challenge(
            "the scan is clean and a person found the SOUP not acceptable",
            "fail",
            but(evidence=(*SOUND.evidence, scanned(sarif("Trivy"))), decisions=(refused,)),
            {"at_least": "medium"},
        ),
        Challenge(
            "the SOUP was found not acceptable after it had been accepted",
            "fail",
            but(decisions=(*SOUND.decisions, refused)),
            settings,
        ),
        Challenge(
            "the SBOM names a component that is no SOUP item",
            "not_evaluated",
            with_evidence("bom.json", EvidenceFile("bom.json", two)),
            settings,
        ),
        Challenge(
            "the SBOM names another version than the SOUP item",
            "not_evaluated",
            with_evidence(
                "bom.json", EvidenceFile("bom.json", SBOM.replace(b'"version": "1.0",', b'"version": "0.9",'))
            ),
            settings,
        ),
        Challenge(
            "no SOUP item is listed while the SBOM has a component",
            "not_evaluated",
            but(items=no_soup, decisions=()),
            settings,
        ),
        Challenge(
            "the SOUP was evaluated and there is no SBOM",
            "not_evaluated",
            with_evidence("bom.json"),
            settings,
        ),
        Challenge(
            "the evaluation is not older than the plan asks",
            "pass",
            SOUND,
            {"at_least": "medium", "evaluation_age_days": 30},
        ),
        *challenges_of_formats(),
        *challenges_of_scans({"at_least": "medium"}),
    )


CHECK = Check(
    "vulnerabilities",
    "4",
    "No grave vulnerability open",
    ("7.1.3", "8.1.2", "81001-5-1 9"),
    evaluate,
    challenges,
)
