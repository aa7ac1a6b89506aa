"""What is asked of the plan: its stages with their clauses, its thresholds, and how it changed."""

from __future__ import annotations

from clausework.ledger.records.control import PlanRecorded
from clausework.plan.defence import Defence
from clausework.plan.effective import effective_stages
from clausework.plan.model import software_items
from clausework.release.audit.answer import Audited, Said, Shown, agree, count, listed
from clausework.release.audit.looked_up import approved_by, judged_as, plan_in_force, plan_shown
from clausework.release.audit.pipeline import pipeline_objections, pipelines_shown, reviewed_definitions
from clausework.release.thresholds import accepted_findings, open_findings
from clausework.standards import cite


def stages_documented(audited: Audited) -> Said:
    """Answer R1: each stage of the plan, of whatever component, with the clauses that it serves."""
    cited: dict[str, dict[str, None]] = {}
    for item in software_items(audited.plan):
        for stage in effective_stages(audited.plan, item.id):
            cited.setdefault(stage.name, {}).update(dict.fromkeys(map(cite, stage.clauses)))
    missing = [f"the stage '{name}' cites no clause that applies" for name, by in cited.items() if not by]
    missing += [
        f"nothing describes the pipeline that built {build.build.software_item}"
        for build in audited.facts.builds
        if build.pipeline is None
    ]
    approved = plan_in_force(audited)
    line = (
        f"Yes: the plan {approved.sha256[:12]} names {count(len(cited), 'stage')}, each with its clauses;"
        f" it was put into force by {approved_by(audited, approved)}."
    )
    stages = (Shown(f"{name}: {', '.join(by)}") for name, by in cited.items() if by)
    return Said(line, (plan_shown(audited, "in force"), *stages), tuple(missing))


def thresholds_defended(audited: Audited) -> Said:
    """Answer R5: which settings differ from the profile and why, and what stands against the plan today."""
    changed = _changed_settings(audited)
    defended = [
        Shown(f"{what}: {because.text} ({because.reference}, {because.owner}, review {because.review})")
        for what, because in changed.items()
        if because
    ]
    accepted = [
        judged_as(review, f"accepted: {finding.message}")
        for finding, review in accepted_findings(audited.now)
    ]
    classes = listed(sorted({build.safety_class for build in audited.facts.builds}))
    if changed:
        line = (
            f"{count(len(changed), 'setting')} differ from the built-in defaults of class {classes}:"
            f" {len(defended)} with a defence that names its owner and its review day,"
            f" {len(changed) - len(defended)} without one because they ask more."
        )
    else:
        line = (
            f"Every threshold is the built-in default of class {classes}; the plan changes none, and so holds"
            " no defence of its own."
        )
    if accepted:
        line += f" Quality accepted {count(len(accepted), 'finding')} against the plan."
    missing = tuple(one.message for one in open_findings(audited.now))
    return Said(line, (plan_shown(audited, "thresholds"), *defended, *accepted), missing)


def _drafts(number: int) -> str:
    if not number:
        return "every recorded plan was approved"
    return f"{count(number, 'recorded plan')} {agree(number, 'was', 'were')} never approved"


def _changes_of(line_id: str, changes: int) -> str:
    if changes < 1:
        return f"The plan of line {line_id} is the first; no change of it came into force"
    return f"The plan of line {line_id} was changed {count(changes, 'time')}, with the signatures of the plan before"


def _changed_settings(audited: Audited) -> dict[str, Defence | None]:
    """Return the settings of the plan that differ from the profile, and checks that it takes out, with the defence."""
    found: dict[str, Defence | None] = {}
    for item in software_items(audited.plan):
        for stage in effective_stages(audited.plan, item.id):
            for use in stage.checks:
                where = f"{item.id}: {stage.name}.{use.name}"
                if use.not_applicable and use.because:
                    found[f"{where} is taken out"] = use.because
                found |= {
                    f"{where}.{name} is {use.settings[name]}": use.because
                    for name in use.changed
                    if name in use.settings
                }
    return found


def pipeline_changes(audited: Audited) -> Said:
    """Answer Q13: each plan of the release's line with its approval, and the pipeline that built the release."""
    line_id = audited.facts.line
    plans = [one for one in audited.standing.plans if one.line == line_id]
    approved = {one.sha256 for one in audited.standing.plans}
    recorded = {one.body.plan.sha256: one for one in audited.of(PlanRecorded)}
    drafts = [sha256 for sha256 in recorded if sha256 not in approved]
    missing = [
        f"{build.build.software_item} was built under a plan that was not approved, or that had been replaced"
        for build in audited.facts.builds
        if build.provisional
    ]
    shown = [Shown(f"plan {one.sha256[:12]} in force", one.since, approved_by(audited, one)) for one in plans]
    shown += [
        Shown(f"plan {sha256[:12]} recorded, approved by nobody: its builds stay in development", one.index)
        for sha256, one in recorded.items()
        if sha256 not in approved
    ]
    line = f"{_changes_of(line_id, len(plans) - 1)}; {_drafts(len(drafts))}; {reviewed_definitions(audited)}."
    shown += pipelines_shown(audited)
    return Said(line, tuple(shown), (*missing, *pipeline_objections(audited)))
