"""What is asked of software of unknown provenance: which, why, and who looked at its anomalies."""

from __future__ import annotations

from collections.abc import Iterator

from clausework.gates.dispositions import closes, is_over, newest_dispositions
from clausework.gates.facts import Facts, FindingFact, JudgementFact, ScanFact
from clausework.gates.trace_findings import findings_of
from clausework.release.audit.answer import Audited, Said, Shown, count, listed
from clausework.release.audit.looked_up import judged_as, signed
from clausework.trace.item_fact import ItemFact

_WHY = ("requirements", "host")


def soup_listed(audited: Audited) -> Said:
    """Answer Q7: each SOUP item with its version and what it is needed for, held against the SBOMs.

    The function and the host that 5.3.3 and 5.3.4 ask to be specified are not asked of class A.
    """
    soup = audited.facts.items_of("soup_item")
    missing = [f"{one.id} says no version" for one in soup if not one.fields.get("version")]
    for build in audited.facts.builds:
        if not build.sboms:
            missing.append(f"no SBOM of {build.build.software_item} is recorded")
        missing += _found(build, "L12")
        if build.safety_class == "A":
            continue
        missing += [
            f"{one.id} says no {what}"
            for one in build.items_of("soup_item")
            for what in _WHY
            if not one.fields.get(what)
        ]
    components = {
        f"{name} {version}"
        for build in audited.facts.builds
        for sbom in build.sboms
        for name, versions in sbom.components.items()
        for version in versions
    }
    named = listed([f"{one.title} {one.fields.get('version', '')}".strip() for one in soup])
    line = (
        f"{count(len(soup), 'SOUP item')}{': ' + named if named else ''};"
        f" {count(len(components), 'component')} in the SBOMs of the release."
    )
    shown = [_needed_for(one) for one in soup]
    shown += [
        Shown(f"SBOM of {build.build.software_item}, {sbom.specification}", sbom.record)
        for build in audited.facts.builds
        for sbom in build.sboms
    ]
    return Said(line, tuple(shown), tuple(missing))


def _needed_for(one: ItemFact) -> Shown:
    why = "; ".join(f"{what}: {one.fields[what]}" for what in _WHY if one.fields.get(what))
    return Shown(f"{one.id} {one.title} {one.fields.get('version', '')}: {why or 'no reason is told'}")


def soup_reviewed(audited: Audited) -> Said:
    """Answer Q8: who evaluated the anomaly list of each SOUP item, what was scanned, what was disposed of."""
    soup = audited.facts.items_of("soup_item")
    judged = [(one, audited.facts.judged("evaluate", one.type, one.id, one.sha256)) for one in soup]
    scans = {scan.record: scan for build in audited.facts.builds for scan in _scans(build)}
    missing = [
        f"{one.id} was evaluated as {str(found.fields.get('outcome')).replace('_', ' ')}"
        for one, found in judged
        if found and found.fields.get("outcome") != "acceptable"
    ]
    missing += [one for build in audited.facts.builds for one in _found(build, "L11")]
    missing += _ended(audited)
    disposed = tuple(_disposed(audited))
    named = listed(list(dict.fromkeys(one.what.partition(" in ")[0] for one in disposed)))
    closed = f"; disposed of by signature: {named}" if disposed else ""
    told = [f"{one.title}: {signed(found)}" for one, found in judged if found]
    never = [one.id for one, found in judged if not found]
    told += [f"{listed(never)} by nobody"] if never else []
    line = (
        f"The published anomalies of {count(len(soup), 'SOUP item')} were evaluated by people"
        f"{': ' + listed(told) if told else ''}; {count(len(scans), 'vulnerability scan')} recorded{closed}."
    )
    if not soup:
        line = f"No SOUP item is listed; {count(len(scans), 'vulnerability scan')} recorded{closed}."
    shown = [judged_as(found, f"anomaly list of {one.id}") for one, found in judged if found]
    shown += [Shown(f"scan by {listed(one.tools)}", one.record, at=one.database_at) for one in scans.values()]
    return Said(line, (*shown, *disposed), tuple(missing))


def _found(build: Facts, rule: str) -> list[str]:
    """Return what a rule of the trace finds in a component; nothing where it is not a rule of the class."""
    return [f"{build.build.software_item}: {one.message}" for one in findings_of(build) if one.rule == rule]


def _scans(build: Facts) -> Iterator[ScanFact]:
    for scan in build.scans:
        if scan.analysis == "vulnerability" and scan.complete and not scan.superseded:
            yield scan


def _disposed(audited: Audited) -> Iterator[Shown]:
    """Yield the vulnerabilities of the scans that a signed disposition closed as the release was made."""
    for build in audited.facts.builds:
        for finding, found in _dispositions(build):
            if closes(found, audited.facts.at):
                status = str(found.fields["status"]).replace("_", " ")
                what = f"{finding.rule} in {finding.place}: {status} until {found.fields['expires']}"
                yield judged_as(found, what)


def _ended(audited: Audited) -> Iterator[str]:
    """Yield the vulnerabilities whose disposition has ended since, and that nobody looked at again: they are open."""
    for build in audited.now.builds:
        for finding, found in _dispositions(build):
            if is_over(found, audited.now.at):
                yield (
                    f"the disposition #{found.record} of {finding.rule} in {build.build.software_item} ended on"
                    f" {found.fields['expires']}, and nobody looked at it again"
                )


def _dispositions(build: Facts) -> Iterator[tuple[FindingFact, JudgementFact]]:
    """Yield each vulnerability that was disposed of, with the disposition that was signed last."""
    newest = newest_dispositions(build)
    for finding in {one.version: one for scan in _scans(build) for one in scan.findings}.values():
        if finding.version in newest:
            yield finding, newest[finding.version]
