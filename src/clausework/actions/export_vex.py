"""export dispositions: the standing dispositions of a version's vulnerabilities as OpenVEX (81001-5-1 9; 524B)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from clausework.actions.components import newest_builds
from clausework.actions.current_build import current_build
from clausework.actions.export import write_file
from clausework.actions.trace import candidate_of
from clausework.actions.workplace import Workplace, software
from clausework.core.errors import Refused
from clausework.evidence.detail import FindingDetail, read_detail
from clausework.gates.dispositions import is_over, newest_dispositions
from clausework.gates.facts import Facts, FindingFact, JudgementFact
from clausework.gates.folding import fold_facts
from clausework.ledger.ledger import Snapshot
from clausework.reports.openvex_file import VexClaim, VexProduct, openvex_bytes
from clausework.trace.evidence_of import evidence_of

_CWE = "CWE-"


class NothingDisposed(Refused):
    """No disposition of a vulnerability stands, so there is nothing to say."""

    hint = "Record one with 'clausework decide dispose', and have it signed; a document that says nothing is none."


class ExportedVex(msgspec.Struct, frozen=True):
    """The file that was written (empty: standard output), how many statements it makes, and what it leaves out.

    ``undisposed`` names the vulnerabilities of which no disposition stands.
    """

    path: str
    statements: int
    undisposed: tuple[str, ...]


def export_dispositions(
    workplace: Workplace,
    output: Path | None,
    *,
    version: str | None = None,
    build_id: str | None = None,
    software_item: str | None = None,
) -> ExportedVex:
    """Write what stands now of the vulnerabilities of a released version, of a build, or of the newest builds.

    Raises ``NothingDisposed``, ``ReleaseUnknown``, ``BuildUnknown`` and ``NotWritten``.
    """
    snapshot = workplace.snapshot()
    claims: list[VexClaim] = []
    undisposed: list[str] = []
    for build in _builds(workplace, snapshot, version, build_id):
        facts = fold_facts(snapshot, workplace.ledger, build, at=workplace.now(), version=version or "")
        if software_item not in {None, facts.build.software_item}:
            continue
        for finding, detail, said in _judged(workplace, snapshot, facts):
            if said is None:
                undisposed.append(f"{facts.build.software_item}: {finding.rule} in {finding.place}")
            else:
                claims.append(_claim(facts, version or facts.version, finding, detail, said))
    if not claims:
        raise NothingDisposed(
            f"No disposition of a vulnerability stands for {version or 'the newest builds'};"
            f" {len(undisposed)} vulnerabilities are known and not disposed."
        )
    manufacturer = workplace.standing(snapshot).plan_in_force.plan.device.manufacturer
    data = openvex_bytes(manufacturer, software(), workplace.now(), claims)
    return ExportedVex(write_file(data, output), len(claims), tuple(sorted(set(undisposed))))


def _builds(
    workplace: Workplace, snapshot: Snapshot, version: str | None, build_id: str | None
) -> Sequence[str]:
    if version is not None:
        return candidate_of(workplace, snapshot, version).builds
    if build_id is not None:
        return (current_build(workplace, snapshot, build_id).body.id,)
    return tuple(one.id for one in newest_builds(workplace, snapshot))


def _judged(
    workplace: Workplace, snapshot: Snapshot, facts: Facts
) -> Iterator[tuple[FindingFact, FindingDetail, JudgementFact | None]]:
    """Yield each vulnerability of a build once, as its report told it, with the disposition that stands of it."""
    newest = newest_dispositions(facts)
    details = _details(workplace, snapshot, facts)
    seen: set[str] = set()
    for scan in facts.scans:
        if scan.analysis != "vulnerability" or scan.superseded:
            continue
        for finding in scan.findings:
            if finding.version not in seen:
                seen.add(finding.version)
                said = newest.get(finding.version)
                stands = said if said is not None and not is_over(said, facts.at) else None
                told = details[finding.record, finding.fingerprint, finding.component_version]
                yield finding, told, stands


def _details(
    workplace: Workplace, snapshot: Snapshot, facts: Facts
) -> dict[tuple[int, str, str], FindingDetail]:
    """Return what the reports on a build told of each finding, by record, fingerprint and component version."""
    found: dict[tuple[int, str, str], FindingDetail] = {}
    for record in evidence_of(snapshot.records, facts.build.id).findings:
        with workplace.ledger.open_blob(record.body.reading.detail.sha256) as stream:
            for one in read_detail(stream, FindingDetail):
                found.setdefault((record.index, one.fingerprint, one.version), one)
    return found


def _claim(
    facts: Facts, version: str, finding: FindingFact, detail: FindingDetail, said: JudgementFact
) -> VexClaim:
    fields = said.fields
    return VexClaim(
        finding.rule,
        tuple(one for one in dict.fromkeys(detail.ids) if one != finding.rule and not one.startswith(_CWE)),
        str(fields["status"]),
        str(fields.get("vex_justification", "")),
        str(fields["justification"]),
        f"In {finding.place}. Exploitability: {fields['exploitability']} - Patient harm: {fields['patient_harm']}"
        f" - Disposition #{said.record}, until {fields['expires']}.",
        str(fields["expires"]),
        said.at,
        tuple(
            VexProduct(one.name, one.reported_version or version, one.sha256) for one in facts.build.outputs
        ),
        detail.purl,
    )
