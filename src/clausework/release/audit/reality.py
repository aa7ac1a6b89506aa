"""Eight questions whether a pipeline would survive an audit: that it is the evidence, and holds the boundary."""

from __future__ import annotations

from clausework.evidence.pipelines.description import PipelineFinding
from clausework.ledger.records.control import PlanRecorded
from clausework.ledger.records.gates import Verdict
from clausework.ledger.records.release import Deployment
from clausework.plan.defence import Defence
from clausework.plan.effective import effective_stages
from clausework.plan.model import software_items
from clausework.release.audit.answer import Audited, Question, Said, Shown, count, listed
from clausework.standards import cite
from clausework.trace.shown import shown_signature

SOURCE = "reality check"


def _stages_documented(audited: Audited) -> Said:
    stages = [
        (item.id, stage)
        for item in software_items(audited.plan)
        for stage in effective_stages(audited.plan, item.id)
    ]
    named = {stage.name: stage.clauses for _, stage in stages}
    without = tuple(
        f"the stage '{name}' cites no clause that applies" for name, clauses in named.items() if not clauses
    )
    approved = next(one for one in audited.standing.plans if one.sha256 == audited.facts.plan)
    signed = [
        Shown(f"plan {approved.sha256[:12]} in force", approved.since, *_by(audited, approved.since)),
        *(
            Shown(f"{name}: {listed([cite(one) for one in clauses])}")
            for name, clauses in named.items()
            if clauses
        ),
    ]
    line = (
        f"Yes: the plan {approved.sha256[:12]} names {count(len(named), 'stage')}, each with its clauses,"
        f" and is in force since record #{approved.since}."
    )
    return Said(line, tuple(signed), without)


def _records_retained(audited: Audited) -> Said:
    index = audited.index
    kept = len(index.test_runs) + len(index.scans) + len(index.coverage) + len(index.sbom)
    missing = []
    if not audited.facts.planned.retention_set:
        missing.append("the plan sets no retention of released versions")
    if audited.facts.archive is None or not audited.facts.archive.restored:
        missing.append("no archive of the release was restored")
    if not index.sbom:
        missing.append("no SBOM is recorded")
    archive = audited.facts.archive
    shown = [Shown("archive, restored and compared", archive.record)] if archive else []
    line = (
        f"Yes: {kept} reports, {count(len(index.artefacts), 'signed artefact')} and the build manifest are the"
        f" records themselves, kept by digest; retention: {index.retention_until}."
    )
    return Said(line, tuple(shown), tuple(missing))


def _boundary_defined(audited: Audited) -> Said:
    gated = [name for name, one in audited.plan.environments.items() if one.release == "required"]
    admitted = [
        one
        for one in audited.of(Deployment)
        if one.body.environment in gated and one.body.outcome == "admitted"
    ]
    unreleased = [one for one in admitted if one.body.release is None]
    missing = [f"deployment #{one.index} to {one.body.environment} names no release" for one in unreleased]
    if not gated:
        missing.append("no environment of the plan requires a release")
    missing += [
        f"{finding.rule} at {finding.place}: {finding.message}" for finding in _open_ways_round(audited)
    ]
    line = (
        f"Yes: {listed(gated) or 'nothing'} takes only digests that a signed release names;"
        f" {count(len(admitted), 'admission')} recorded, each by digest."
    )
    shown = [_plan(audited, f"release required for {listed(gated)}")] if gated else []
    shown += [Shown(f"admitted to {one.body.environment}", one.index) for one in admitted[-5:]]
    return Said(line, tuple(shown), tuple(missing))


def _gate_runs(audited: Audited) -> Said:
    gate = audited.records[audited.release.gate.index].body
    open_conditions = tuple(
        f"condition {one.check} was {one.outcome.replace('_', ' ')}"
        for one in gate.conditions
        if one.outcome in {"fail", "not_evaluated"}
    )
    signers = "; ".join(shown_signature(one) for one in audited.given)
    missing = (*open_conditions, *(f"the signature {one}" for one in audited.wanted))
    line = (
        f"Yes: {count(len(gate.conditions), 'condition')} were judged for {audited.release.version}"
        f" (5.8.1 to 5.8.8 among them), and it was authorised by {signers or 'nobody'}."
    )
    return Said(line, (Shown("release gate", audited.release.gate.index, at=gate.made.at),), missing)


def _thresholds_defended(audited: Audited) -> Said:
    changed: list[tuple[str, Defence | None]] = []
    for item in software_items(audited.plan):
        for stage in effective_stages(audited.plan, item.id):
            changed += [
                (f"{item.id}: {stage.name}.{use.name}.{name} is {use.settings[name]}", use.because)
                for use in stage.checks
                for name in use.changed
            ]
    shown = tuple(
        Shown(f"{what}: {because.text} ({because.reference}, {because.owner}, review {because.review})")
        for what, because in changed
        if because
    )
    missing = tuple(one.message for one in audited.now.plan_findings)
    classes = sorted({build.safety_class for build in audited.facts.builds})
    line = (
        f"Thresholds are those of class {listed(classes)} by the profile; {len(changed)} differ from it,"
        f" {len(shown)} of them with a defence that names its owner and its review."
    )
    return Said(line, (_plan(audited, "thresholds"), *shown), missing)


def _traced_back(audited: Audited) -> Said:
    index = audited.index
    missing = [
        what
        for what, there in (
            ("the commit", index.commit),
            ("the dependency lock", index.dependency_lock),
            ("test runs", index.test_runs),
            ("the risk file's version", index.risk_file_version),
            ("an authorisation", index.authorisations),
        )
        if not there
    ]
    running = [
        one
        for one in audited.of(Deployment)
        if one.body.outcome == "admitted" and one.body.version == audited.release.version
    ]
    commits = list(dict.fromkeys(build.build.commit[:12] for build in audited.facts.builds))
    line = (
        f"In one command: {audited.release.version} is commit {listed(commits)},"
        f" {count(len(index.dependency_lock), 'lock file')}, {count(len(index.test_runs), 'test report')}, risk file"
        f" {index.risk_file_version[:12]}, {count(len(index.authorisations), 'authorisation')};"
        f" {count(len(running), 'deployment')} recorded."
        + (f" It was {audited.withdrawn}." if audited.withdrawn else "")
    )
    shown = [Shown("release index", audited.record.index)]
    shown += [Shown(f"{one.body.environment} {one.body.site}".strip(), one.index) for one in running[-5:]]
    return Said(line, tuple(shown), tuple(missing))


def _configuration_controlled(audited: Audited) -> Said:
    recorded = {one.body.plan.sha256 for one in audited.of(PlanRecorded)}
    approved = [one for one in audited.standing.plans if one.since]
    missing = [
        f"the plan of build {build.build.id[:12]} was approved by nobody"
        for build in audited.facts.builds
        if not build.plan_approved
    ]
    missing += [
        f"the pipeline definitions of build {build.build.id[:12]} are not described"
        for build in audited.facts.builds
        if build.pipeline is None
    ]
    shown = [
        Shown(f"plan {one.sha256[:12]} of line {one.line}", one.since, *_by(audited, one.since))
        for one in audited.standing.plans
    ]
    reviews = _pipeline_reviews(audited)
    shown += reviews
    line = (
        f"{count(len(recorded), 'plan')} recorded, {len(approved)} approved after the root's; the pipeline's"
        f" definitions were reviewed {count(len(reviews), 'time')}."
    )
    return Said(line, tuple(shown), tuple(missing))


def _no_bypass(audited: Audited) -> Said:
    refused = [one for one in audited.of(Verdict) if one.body.outcome != "pass"]
    turned_away = [one for one in audited.of(Deployment) if one.body.outcome == "refused"]
    aside = [
        one
        for one in audited.standing.decisions
        if one.effective
        and one.decision.form in {"deviate", "tolerate", "narrow", "supersede", "infrastructure"}
    ]
    gate = Shown("the gate of this release", audited.release.gate.index)
    shown = [
        Shown(
            f"{one.form.title}: {one.decision.matter.id}",
            one.record.index,
            "; ".join(shown_signature(given) for given in one.given),
            one.decision.made.at,
        )
        for one in aside
    ]
    missing = tuple(f"{one.message}" for one in _open_ways_round(audited))
    line = (
        f"It stops: {count(len(refused), 'verdict')} refused and {count(len(turned_away), 'deployment')} were turned"
        f" away; there is no switch that skips a gate, and {count(len(aside), 'signed decision')} set something aside."
    )
    return Said(line, (gate, *shown), missing)


def _plan(audited: Audited, what: str) -> Shown:
    """Return the approved plan that the release goes by, as what says ``what``."""
    approved = next(one for one in audited.standing.plans if one.sha256 == audited.facts.plan)
    return Shown(f"{what}: plan {approved.sha256[:12]}", approved.since, *_by(audited, approved.since))


def _open_ways_round(audited: Audited) -> list[PipelineFinding]:
    accepted = {
        one.decision.matter.id
        for one in audited.standing.decisions_on("review", ("pipeline_finding",))
        if one.effective and one.decision.fields.get("outcome") == "accepted"
    }
    return [
        finding
        for build in audited.facts.builds
        if build.pipeline
        for finding in build.pipeline.findings
        if finding.id not in accepted
    ]


def _pipeline_reviews(audited: Audited) -> list[Shown]:
    return [
        Shown(
            f"pipeline {one.decision.matter.sha256[:12]} reviewed",
            one.record.index,
            "; ".join(shown_signature(given) for given in one.given),
            one.decision.made.at,
        )
        for one in audited.standing.decisions_on("review", ("pipeline",))
        if one.effective
    ]


def _by(audited: Audited, index: int) -> tuple[str, str]:
    """Return who made the record at ``index`` what it is, and when."""
    record = audited.records[index]
    intent = getattr(record.body, "intent", None)
    return (
        (shown_signature(record.body), intent.at)
        if intent
        else ("the root's two people", record.body.made.at)
    )


QUESTIONS: tuple[Question, ...] = (
    Question(
        "R1",
        "Is the pipeline documented in the development plan, each stage mapped to clauses?",
        SOURCE,
        ("5.1.1",),
        _stages_documented,
    ),
    Question(
        "R2",
        "Are the pipeline's artefacts retained as the regulatory records?",
        SOURCE,
        ("8.3", "5.8.7"),
        _records_retained,
    ),
    Question(
        "R3",
        "Is there a release boundary before clinical use, enforced by the pipeline's configuration?",
        SOURCE,
        ("5.8.8",),
        _boundary_defined,
    ),
    Question("R4", "Does the release gate run the activities of clause 5.8?", SOURCE, ("5.8",), _gate_runs),
    Question(
        "R5",
        "Are thresholds calibrated to the class and defended, or set to pass?",
        SOURCE,
        ("5.1.6",),
        _thresholds_defended,
    ),
    Question(
        "R6",
        "Can the running build be traced to commit, dependencies, tests, risk file and authorisation?",
        SOURCE,
        ("8.1", "8.2.4"),
        _traced_back,
    ),
    Question(
        "R7",
        "Is the pipeline's configuration under change control, reviewed and recorded?",
        SOURCE,
        ("8.2.1", "13485 4.2.4"),
        _configuration_controlled,
    ),
    Question(
        "R8",
        "When a gate fails, does the pipeline stop, or was a way round used?",
        SOURCE,
        ("8.2.1",),
        _no_bypass,
    ),
)
