"""Fifteen questions that technical reviews ask of one released version, from its class to a complaint's way back."""

from __future__ import annotations

from collections.abc import Iterable

from clausework.gates.facts import JudgementFact
from clausework.gates.verified import open_verification
from clausework.ledger.records.build import Rebuild
from clausework.ledger.records.control import PlanRecorded
from clausework.ledger.records.evidence import Attachment, TestResult
from clausework.release.audit.answer import Audited, Question, Said, Shown, count, listed
from clausework.trace.item_fact import ItemFact
from clausework.trace.shown import shown_signature

SOURCE = "technical review"

JOB_LOG = "job-log"
TOOL_VALIDATION = "tool-validation"


def _judged(one: JudgementFact, what: str) -> Shown:
    return Shown(what, one.record, "; ".join(one.signed_by), one.at)


def _class_and_why(audited: Audited) -> Said:
    classes = [f"{build.build.software_item} {build.safety_class}" for build in audited.facts.builds]
    situations = audited.facts.items_of("hazardous_situation")
    segregated = [
        f"{item.id} by {item.segregation}"
        for system in audited.plan.software_systems
        for item in system.items
        if item.segregation
    ]
    missing = [] if situations else ["no hazardous situation says what a failure may lead to (4.3)"]
    missing += [
        f"{item.id} has a lower class and names no segregation"
        for system in audited.plan.software_systems
        for item in system.items
        if item.safety_class and item.safety_class < system.safety_class and not item.segregation
    ]
    approved = next(one for one in audited.standing.plans if one.sha256 == audited.facts.plan)
    line = (
        f"{listed(classes)}: by the approved plan, from {count(len(situations), 'hazardous situation')} of the risk"
        f" file{'; segregated: ' + listed(segregated) if segregated else ''}."
    )
    return Said(line, (Shown(f"plan {approved.sha256[:12]}", approved.since),), tuple(missing))


def _requirements_verified(audited: Audited) -> Said:
    requirements, records, unverified = set[str](), set[int](), dict[str, str]()
    for build in audited.facts.builds:
        for item in build.requirements_in_scope():
            requirements.add(item.id)
            cases = [one for one in build.item_cases if (one.item, one.role) == (item.id, "verifies")]
            records |= {index for one in cases for index in one.records}
            reason = open_verification(build, item)
            if reason is not None:
                unverified.setdefault(item.id, f"{reason.message} ({build.build.software_item})")
    line = (
        f"{len(requirements) - len(unverified)} of {count(len(requirements), 'requirement')} are verified in"
        f" {audited.release.version}; 'clausework trace REQ --release {audited.release.version}' shows each with its"
        " proof."
    )
    shown = [
        Shown("test report", one, at=audited.records[one].body.clausework.made.at)
        for one in sorted(records)[-5:]
    ]
    return Said(line, tuple(shown), tuple(unverified.values()))


def _execution_output(audited: Audited) -> Said:
    reports = audited.index.test_runs
    builds = {build.build.id for build in audited.facts.builds}
    logs = [
        one
        for one in audited.of(Attachment)
        if one.body.declared == JOB_LOG and one.body.origin.build in builds
    ]
    missing = [] if reports else ["no test report is recorded"]
    if not logs:
        missing.append("no job log is attached: clausework record --attach job-log LOG")
    shown = [Shown(f"{run.level} report, bytes {run.raw_sha256[:12]}", run.record) for run in reports[-5:]]
    shown += [Shown(f"job log {one.body.raw.name}", one.index) for one in logs[-5:]]
    line = (
        f"{count(len(reports), 'report')} are kept byte for byte as the tools wrote them, and"
        f" {count(len(logs), 'job log')}; 'clausework trace' names their digests."
    )
    return Said(line, tuple(shown), tuple(missing))


def _test_environment(audited: Audited) -> Said:
    system = [
        record
        for record in audited.of(TestResult)
        if record.index in {run.record for run in audited.index.test_runs if run.level == "system"}
    ]
    described = [one for one in system if one.body.clausework.origin.configuration]
    manual = {run.record for build in audited.facts.builds for run in build.human.runs}
    bare = [one for one in system if one not in described and one.index not in manual]
    missing = [
        f"system test report #{one.index} does not say what it ran on: --configuration" for one in bare
    ]
    shown = [
        Shown(f"configuration {one.body.clausework.origin.configuration.name}", one.index)
        for one in described
    ]
    runners = {audited.records[build.build.record].body.run.runner for build in audited.facts.builds}
    line = (
        f"{len(system) - len(bare)} of {count(len(system), 'system test report')} name their configuration;"
        f" builds ran on {listed(sorted(one for one in runners if one)) or 'an unnamed runner'}."
    )
    return Said(line, tuple(shown), tuple(missing))


def _mitigations(audited: Audited) -> Said:
    controls = audited.facts.items_of("risk_control_measure")
    cases = [
        one for build in audited.facts.builds for one in build.item_cases if one.role.startswith("verifies")
    ]
    verified = {one.item for one in cases if one.passed} - {one.item for one in cases if one.not_passed}
    software = [one for one in controls if one.fields.get("implemented_in", "software") == "software"]
    missing = [
        f"{one.id} is realised by no requirement" for one in software if not one.targets("realised_by")
    ]
    missing += [
        f"{one.id} has no passed test"
        for one in software
        if one.id not in verified and not _reviewed(audited, one)
    ]
    shown = [Shown(f"{one.id}: {listed(one.targets('realised_by'))}") for one in controls[:8]]
    line = (
        f"{count(len(controls), 'risk control')}, {len([one for one in software if one.id in verified])} of them in"
        " software with passed tests and none that did not pass; each with its requirement and its tests:"
        f" 'clausework trace --show risks --release {audited.release.version}'."
    )
    return Said(line, tuple(shown), tuple(missing))


def _reviewed(audited: Audited, item: ItemFact) -> bool:
    found = [build.newest_judgement("review", item.type, item) for build in audited.facts.builds]
    return any(one is not None and one.fields.get("outcome") == "accepted" for one in found)


def _results_align(audited: Audited) -> Said:
    runs = [run for build in audited.facts.builds for run in build.human.runs]
    lacking = [f"run #{run.record} of {run.protocol}: {run.lacks[0]}" for run in runs if run.lacks]
    suspects = [
        f"{one.item} changed since its confirmation"
        for build in audited.facts.builds
        for one in build.suspects
    ]
    linked = len(
        {
            (one.level, case)
            for build in audited.facts.builds
            for one in build.item_cases
            for case in one.passed
        }
    )
    line = (
        f"{count(linked, 'passed case')} name the items that they verify, about their present texts;"
        f" {count(len(runs), 'manual run')} hold expected and actual for each step."
    )
    shown = [
        Shown(f"{run.protocol} by {run.tester}", run.record, run.signed_by, run.performed_at) for run in runs
    ]
    return Said(line, tuple(shown), (*lacking, *dict.fromkeys(suspects)))


def _soup(audited: Audited) -> Said:
    soup = audited.facts.items_of("soup_item")
    missing = [
        f"{one.id} says no {what}"
        for one in soup
        for what in ("version", "requirements", "host")
        if not one.fields.get(what)
    ]
    components = {
        f"{name} {version}"
        for build in audited.facts.builds
        for sbom in build.sboms
        for name, versions in sbom.components.items()
        for version in versions
    }
    shown = [Shown(f"{one.id} {one.title} {one.fields.get('version', '')}") for one in soup]
    line = (
        f"{count(len(soup), 'SOUP item')}, {count(len(components), 'component')} in the SBOMs of the release."
    )
    return Said(line, tuple(shown), tuple(missing))


def _soup_anomalies(audited: Audited) -> Said:
    soup = audited.facts.items_of("soup_item")
    judged = {one.id: audited.facts.judged("evaluate", "soup_item", one.id, one.sha256) for one in soup}
    scans = [
        scan
        for build in audited.facts.builds
        for scan in build.scans
        if scan.analysis == "vulnerability" and scan.complete and not scan.superseded
    ]
    missing = (
        [f"nobody evaluated the anomalies of {name}" for name, one in judged.items() if one is None]
        if not scans
        else []
    )
    shown = [_judged(one, f"anomaly list of {name}") for name, one in judged.items() if one]
    shown += [Shown(f"scan by {listed(scan.tools)}", scan.record, at=scan.database_at) for scan in scans]
    line = (
        f"{len([one for one in judged.values() if one])} of {count(len(soup), 'SOUP item')} were evaluated by a"
        f" person, and {count(len(scans), 'vulnerability scan')} looked at them."
    )
    return Said(line, tuple(shown), tuple(missing))


def _open_bugs(audited: Audited) -> Said:
    listed_items = audited.facts.open_anomalies()
    judged = {one.id: audited.facts.judged("evaluate", one.type, one.id, one.sha256) for one in listed_items}
    asked = audited.facts.safety_class in "BC"
    missing = [f"{name} is not evaluated" for name, one in judged.items() if one is None and asked]
    missing += [
        f"{name} was evaluated as not acceptable"
        for name, one in judged.items()
        if one is not None and one.fields.get("outcome") != "acceptable"
    ]
    shown = [
        _judged(one, f"{name}: {one.fields.get('outcome')}: {one.fields.get('rationale')}")
        for name, one in judged.items()
        if one
    ]
    named = listed([one.id for one in listed_items])
    line = f"{count(len(listed_items), 'open anomaly', 'open anomalies')}{': ' + named if named else ''}."
    return Said(line, tuple(shown), tuple(missing))


def _rebuild(audited: Audited) -> Said:
    builds = {build.build.id: build for build in audited.facts.builds}
    rebuilt = {one.body.build: one for one in audited.of(Rebuild) if one.body.build in builds}
    archive = audited.facts.archive
    missing = [
        f"{build.build.software_item} was never built again with the same digests, or with differences that a"
        " person explained"
        for build_id, build in builds.items()
        if not _rebuilt_the_same(audited, build_id) and build.safety_class != "A"
    ]
    if archive is None or not archive.restored:
        missing.append("no archive was restored")
    shown = [
        Shown(f"built again: {one.body.outcome}", one.index, at=one.body.made.at) for one in rebuilt.values()
    ]
    if archive is not None:
        shown.append(Shown("archive", archive.record))
    commits = {build.build.software_item: build.build.commit[:12] for build in audited.facts.builds}
    one = len(set(commits.values())) == 1
    told = [commit if one else f"{commit} for {item}" for item, commit in commits.items()]
    line = (
        f"Check out {listed(list(dict.fromkeys(told)))}, or restore archive {audited.index.archive_uri}; command,"
        " tools and locks are recorded,"
        f" and {count(len(rebuilt), 'rebuild')} compared the digests."
    )
    return Said(line, tuple(shown), tuple(missing))


def _rebuilt_the_same(audited: Audited, build_id: str) -> bool:
    return any(
        rebuild.outcome == "identical" or rebuild.explained
        for build in audited.now.builds
        if build.build.id == build_id
        for rebuild in build.build.rebuilds[-1:]
    )


def _released_by(audited: Audited) -> Said:
    shown = tuple(
        Shown(one.meaning, one.index, f"{one.name} <{one.email}>, {one.role.replace('_', ' ')}", one.at)
        for one in audited.given
    )
    missing = tuple(f"the signature {one}" for one in audited.wanted)
    names = "; ".join(shown_signature(one) for one in audited.given) or "Nobody"
    authority = f"their roles stand in plan {audited.facts.plan[:12]}"
    since = f" It was {audited.withdrawn}." if audited.withdrawn else ""
    return Said(f"{names}; {authority}.{since}", shown, missing)


def _one_change(audited: Audited) -> Said:
    changes = audited.facts.items_of("change_request", *audited.facts.planned.backlog)
    scope = audited.facts.scope
    named = scope.fields.get("changes", ()) if scope else ()
    wanted = {named} if isinstance(named, str) else set(named)
    of_release = [one for one in changes if one.id in wanted]
    commits = [commit for build in audited.facts.builds for commit in build.commits]
    shown = [_judged(scope, "scope")] if scope else []
    missing = [] if scope else ["nobody signed a scope that says which changes it holds"]
    for item in of_release:
        approval = audited.facts.judged("approve", item.type, item.id, item.settled)
        own = [one.id[:12] for one in commits if item.id in one.items]
        resolved = listed(item.targets("resolves")) or "nothing"
        told = f"{item.id} {item.title}: resolves {resolved}, commits {listed(own) or 'none'}"
        if approval is not None:
            shown.append(_judged(approval, told))
        else:
            missing.append(f"{item.id} is not approved at its present text")
    if not of_release:
        said = "implements no change request: its signed scope names none" if scope else "has no signed scope"
        return Said(f"{audited.release.version} {said}.", tuple(shown), tuple(missing))
    first = _way_of(audited, of_release[0])
    line = f"{audited.release.version} implements {count(len(of_release), 'change')}; {first}."
    return Said(line, tuple(shown), tuple(missing))


def _way_of(audited: Audited, item: ItemFact) -> str:
    """Return how a change came into the release: what it resolves, who approved it, which commits carry it."""
    approval = audited.facts.judged("approve", item.type, item.id, item.settled)
    own = [
        commit.id[:12]
        for build in audited.facts.builds
        for commit in build.commits
        if item.id in commit.items
    ]
    resolved = listed(item.targets("resolves"))
    return (
        f"{item.id} {'resolves ' + resolved if resolved else 'resolves no problem report'},"
        f" was approved by {'; '.join(approval.signed_by) if approval else 'nobody'},"
        f" and {'came with ' + listed(own) if own else 'no commit of a component names it'}"
    )


def _pipeline_change(audited: Audited) -> Said:
    plans = [one for one in audited.standing.plans if one.since]
    recorded = {one.body.plan.sha256 for one in audited.of(PlanRecorded)}
    reviews = [one for one in audited.standing.decisions_on("review", ("pipeline",)) if one.effective]
    missing = [
        f"build {build.build.id[:12]} was made under a plan that nobody approved"
        for build in audited.facts.builds
        if not build.plan_approved
    ]
    shown = [
        Shown(
            f"pipeline {one.decision.matter.sha256[:12]} reviewed",
            one.record.index,
            "; ".join(shown_signature(given) for given in one.given),
            one.decision.made.at,
        )
        for one in reviews
    ]
    shown += [Shown(f"plan {one.sha256[:12]} in force", one.since) for one in audited.standing.plans]
    line = (
        f"{count(len(recorded), 'plan')} recorded, {count(len(plans), 'change')} of it approved;"
        f" {count(len(reviews), 'review')} of the pipeline's definitions."
    )
    return Said(line, tuple(shown), tuple(missing))


def _tool_validated(audited: Audited) -> Said:
    reports = [one for one in audited.of(Attachment) if one.body.declared == TOOL_VALIDATION]
    missing = (
        ()
        if reports
        else (
            "no report of the validation of Clausework and of the pipeline's tools is attached:"
            " clausework record --attach tool-validation REPORT",
        )
    )
    software = audited.index.pipeline_version.get("clausework", "an unknown version")
    shown = tuple(
        Shown(one.body.title or one.body.raw.name, one.index, at=one.body.made.at) for one in reports
    )
    return Said(
        f"The gates were judged by {software}; {count(len(reports), 'validation report')} attached.",
        shown,
        missing,
    )


def _complaint_to_risk(audited: Audited) -> Said:
    problems = audited.facts.items_of("problem_report")
    changes = audited.facts.items_of("change_request")
    shown, missing = [], []
    changed = assessed = evaluated = 0
    for problem in problems:
        resolving = [one for one in changes if problem.id in one.targets("resolves")]
        judged = audited.facts.judged("evaluate", problem.type, problem.id, problem.sha256)
        risks = sorted({target for one in (problem, *resolving) for target in _risk_items(audited, one)})
        source = problem.fields.get("source", "no source")
        by = listed([one.id for one in resolving]) or "no change"
        way = f"{problem.id} ({source}) → {by} → {listed(risks) or 'no risk item'}"
        changed += bool(resolving)
        assessed += bool(risks)
        evaluated += judged is not None
        shown.append(_judged(judged, way) if judged else Shown(way))
        if not resolving and judged is None:
            missing.append(f"{problem.id} has neither a change request nor an evaluation (9.2)")
    line = (
        f"{count(len(problems), 'problem report')}: {changed} led to a change, {evaluated} were evaluated,"
        f" {assessed} lead to items of the risk file."
    )
    return Said(line, tuple(shown), tuple(missing))


def _risk_items(audited: Audited, item: ItemFact) -> Iterable[str]:
    kinds = {"hazard", "hazardous_situation", "risk", "risk_control_measure"}
    known = {one.id: one.type for one in audited.facts.items}
    return [target for target in item.targets("affects") if known.get(target) in kinds]


QUESTIONS: tuple[Question, ...] = (
    Question("Q1", "Which safety class has the software, and why?", SOURCE, ("4.3",), _class_and_why),
    Question(
        "Q2",
        "Is each requirement verified in this version?",
        SOURCE,
        ("5.7.1", "5.7.4"),
        _requirements_verified,
    ),
    Question("Q3", "Where is the actual output of the test runs?", SOURCE, ("5.7.5",), _execution_output),
    Question(
        "Q4", "In which environment exactly did the tests run?", SOURCE, ("5.7.5", "9.8"), _test_environment
    ),
    Question("Q5", "This mitigation: which requirement, which test?", SOURCE, ("7.3.3",), _mitigations),
    Question("Q6", "Does the result align with the test case?", SOURCE, ("5.7.4", "5.7.5"), _results_align),
    Question("Q7", "Which SOUP, in which versions, and why?", SOURCE, ("5.3.3", "8.1.2"), _soup),
    Question("Q8", "Who reviewed its anomalies, and when?", SOURCE, ("7.1.3",), _soup_anomalies),
    Question(
        "Q9", "Which bugs are open, and why are they acceptable?", SOURCE, ("5.8.2", "5.8.3"), _open_bugs
    ),
    Question("Q10", "Can this version be built again now?", SOURCE, ("5.8.5", "5.8.7"), _rebuild),
    Question("Q11", "Who released it, under what authority?", SOURCE, ("5.8.8", "13485 8.2.6"), _released_by),
    Question("Q12", "Show one change from end to end.", SOURCE, ("8.2.1", "8.2.4"), _one_change),
    Question(
        "Q13", "Was each change of the pipeline approved?", SOURCE, ("8.2.1", "13485 4.1.6"), _pipeline_change
    ),
    Question("Q14", "Is the tool itself validated?", SOURCE, ("13485 4.1.6",), _tool_validated),
    Question(
        "Q15", "From a complaint to a change to the risk file?", SOURCE, ("6.2.1", "9.2"), _complaint_to_risk
    ),
)
