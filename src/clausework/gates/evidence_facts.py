"""Test reports, scans, bills of materials and rejected files as checks need them (5.5.5, 5.7.5, 7.1.3, 8.1.2)."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Mapping

import msgspec

from clausework.core.canonical import canonical_json
from clausework.core.digests import sha256_of
from clausework.evidence.detail import Component, FindingDetail, read_detail
from clausework.evidence.formats import kind_of
from clausework.gates.baselines import OpenBlob
from clausework.gates.facts import (
    FindingFact,
    RejectionFact,
    RunFact,
    SbomFact,
    ScanFact,
)
from clausework.gates.scanned_targets import COMPONENT, KnownTargets, known_as_another
from clausework.ledger.records import Record
from clausework.ledger.records.evidence import Findings, Rejection, TestResult
from clausework.trace.evidence_of import BuildEvidence
from clausework.trace.readings import origin_of, reading_of
from clausework.trace.standing import Standing

_KNOWN_AS = ("CVE-", "GHSA-")
_MOST_ALIASES = 5


def run_fact(record: Record, superseded: Mapping[str, str]) -> RunFact:
    """Return a test report; ``superseded`` holds the digests of the records that a decision set aside."""
    body: TestResult = record.body
    counts = body.clausework.counts
    return RunFact(
        record.index,
        body.clausework.origin.level,
        counts.cases,
        counts.passed,
        counts.failed + counts.errored,
        counts.skipped,
        record.sha256 in superseded,
        body.clausework.reading.remarks,
    )


def retired_reports(standing: Standing) -> frozenset[str]:
    """Return the digests of the reports that a signed decision retired: another took their place."""
    decided = standing.decisions_on("retire", ("report",))
    return frozenset(one.decision.matter.sha256 for one in decided if one.effective)


def scan_facts(
    found: BuildEvidence,
    superseded: Mapping[str, str],
    open_blob: OpenBlob,
    known: KnownTargets,
    retired: Collection[str] = (),
) -> tuple[ScanFact, ...]:
    """Return a fact for each analysis in each report on a build, the report's own first: each check judges its own."""
    made_of = functools.cache(lambda: _made_of(found, superseded, open_blob))
    return tuple(
        msgspec.structs.replace(scan, retired=record.sha256 in retired)
        for record in found.findings
        for scan in _scans(record, known, superseded, open_blob, made_of)
    )


def _scans(
    record: Record,
    known: KnownTargets,
    superseded: Mapping[str, str],
    open_blob: OpenBlob,
    made_of: Callable[[], str],
) -> tuple[ScanFact, ...]:
    body: Findings = record.body
    software_item = known.build.software_item
    by_analysis: dict[str, list[FindingFact]] = {body.analysis: []}
    with open_blob(body.reading.detail.sha256) as stream:
        for one in read_detail(stream, FindingDetail):
            analysis = one.analysis or body.analysis
            untold = analysis == "vulnerability" and not one.version
            fact = _finding(record.index, one, software_item, made_of() if untold else "")
            by_analysis.setdefault(analysis, []).append(fact)
    return tuple(
        ScanFact(
            record.index,
            analysis,
            body.tools,
            body.complete,
            body.database_at,
            record.sha256 in superseded,
            tuple(findings),
            body.not_evaluated,
            body.reading.raw.name,
            targets=body.targets,
            of_another=known_as_another(body.targets, known),
        )
        for analysis, findings in by_analysis.items()
    )


def _made_of(found: BuildEvidence, superseded: Mapping[str, str], open_blob: OpenBlob) -> str:
    """Return the digest of what a build is made of: its locks and the components of its SBOMs, else its source tree."""
    locks = sorted([one.name, one.sha256] for one in found.build.locks)
    components = {
        (name, version)
        for record in found.sboms
        if record.sha256 not in superseded
        for name, versions in sbom_fact(record, open_blob).components.items()
        for version in versions
    }
    known = [locks, sorted(map(list, components))]
    return sha256_of(canonical_json(known if any(known) else found.build.source_tree))


def _finding(record: int, one: FindingDetail, software_item: str, made_of: str) -> FindingFact:
    return FindingFact(
        record,
        one.fingerprint,
        one.rule,
        one.severity,
        one.message[:300],
        _place(one),
        one.suppressed,
        one.version,
        software_item,
        made_of,
        tuple(name for name in one.ids if name != one.rule and name.startswith(_KNOWN_AS))[:_MOST_ALIASES],
    )


def _place(finding: FindingDetail) -> str:
    """Return where a finding is, in words: the component with its version, the file with its line."""
    line = f":{finding.line}" if finding.line or not finding.version else ""
    path = f"{finding.path}{line}" if finding.path else ""
    if not finding.version:
        return path or finding.component
    component = f"{finding.component} {finding.version}"
    return f"{component} ({path})" if path else component


def sbom_fact(record: Record, open_blob: OpenBlob, known: KnownTargets | None = None) -> SbomFact:
    """Return a bill of materials with the versions of each component that it names; ``known`` tells what it is of."""
    versions: dict[str, set[str]] = {}
    with open_blob(record.body.reading.detail.sha256) as stream:
        for component in read_detail(stream, Component):
            name = f"{component.group}/{component.name}" if component.group else component.name
            versions.setdefault(name, set()).add(component.version)
    about: str = record.body.main_component
    return SbomFact(
        record.index,
        record.body.specification,
        {name: tuple(sorted(found)) for name, found in sorted(versions.items())},
        about,
        known_as_another((f"{COMPONENT} {about}",), known) if known and about else "",
    )


def standing_rejections(found: BuildEvidence, superseded: Mapping[str, str]) -> tuple[RejectionFact, ...]:
    """Return the rejections that no later accepted file of the same name, level and format replaces."""
    replaced: dict[tuple[str, str, str], int] = {}
    for record in (
        *found.tests,
        *found.outdated,
        *found.coverage,
        *found.findings,
        *found.sboms,
        *found.others,
    ):
        origin, reading = origin_of(record), reading_of(record)
        if origin is not None and reading is not None and record.sha256 not in superseded:
            for form in ("", reading.format):
                replaced[reading.raw.name, origin.level, form] = record.index
    standing = []
    for record in found.rejections:
        body: Rejection = record.body
        again = replaced.get((body.name, body.origin.level, body.format), -1)
        if record.sha256 not in superseded and again < record.index:
            standing.append(
                RejectionFact(
                    record.index,
                    body.name,
                    body.origin.level,
                    body.format,
                    body.reason,
                    kind_of(body.format),
                )
            )
    return tuple(standing)
