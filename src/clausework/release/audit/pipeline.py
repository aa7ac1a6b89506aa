"""What is asked of the pipeline and its tools: who reviewed the definitions, ways round, the validation of the tool."""

from __future__ import annotations

from clausework.gates.pipeline_facts import PipelineFact
from clausework.ledger.records import Record
from clausework.ledger.records.evidence import Attachment
from clausework.release.audit.answer import Audited, Said, Shown, count, listed
from clausework.release.audit.looked_up import (
    approved_by,
    decided_as,
    judgements,
    objections,
    plan_in_force,
    plan_shown,
)

TOOL_VALIDATION = "tool-validation"


def pipeline_objections(audited: Audited) -> tuple[str, ...]:
    """Return what the gate's own check has against the pipelines that built the release."""
    return objections(audited, "pipeline")


def reviewed_definitions(audited: Audited) -> str:
    """Return in words how the definitions that built the release were looked at."""
    told: dict[str, list[str]] = {}
    for build in audited.facts.builds:
        told.setdefault(_definitions_of(audited, build.pipeline), []).append(build.build.software_item)
    return "; ".join(f"{listed(items)}: {what}" for what, items in told.items())


def _definitions_of(audited: Audited, pipeline: PipelineFact | None) -> str:
    if pipeline is None:
        return "nothing describes the pipeline"
    if not pipeline.definitions:
        return (
            "built at a desk, without a pipeline" if pipeline.none_because else "no definition of a pipeline"
        )
    known = count(len(pipeline.definitions), "definition")
    reviews = _reviews_of(audited, pipeline)
    given = "; ".join(one.by for one in reviews)
    return f"{known} of the pipeline at {pipeline.sha256[:12]}, {'reviewed by ' + given if given else 'not reviewed'}"


def _reviews_of(audited: Audited, pipeline: PipelineFact) -> list[Shown]:
    """Return the acceptances of these definitions; none where the newest word is a rejection."""
    found = [
        one
        for one in audited.standing.decisions_on("review", ("pipeline",))
        if one.effective and one.decision.matter.sha256 == pipeline.sha256
    ]
    if not found or found[-1].decision.fields.get("outcome") != "accepted":
        return []
    return [decided_as(found[-1], f"definitions {pipeline.sha256[:12]} reviewed")]


def pipelines_shown(audited: Audited) -> list[Shown]:
    """Return the reviews of the definitions that built the release, and what the check saw of each."""
    shown: dict[Shown, None] = {}
    for build, judgement in judgements(audited, "pipeline"):
        pipeline = build.pipeline
        if pipeline is not None:
            shown.update(dict.fromkeys(_reviews_of(audited, pipeline)))
        for reason in judgement.reasons[:1] if judgement.outcome == "pass" else ():
            shown[Shown(f"{build.build.software_item}: {reason.message}", build.build.record)] = None
    return list(shown)


def configuration_controlled(audited: Audited) -> Said:
    """Answer R7: the plan's approval, and who reviewed the definitions that built the release."""
    approved = plan_in_force(audited)
    provisional = [
        f"{build.build.software_item} was built under a plan that was not approved, or that had been replaced"
        for build in audited.facts.builds
        if build.provisional
    ]
    missing = (*provisional, *pipeline_objections(audited))
    line = (
        f"Yes: the plan {approved.sha256[:12]} was put into force by {approved_by(audited, approved)};"
        f" {reviewed_definitions(audited)}."
    )
    return Said(line, (plan_shown(audited, "in force"), *pipelines_shown(audited)), missing)


def tool_validated(audited: Audited) -> Said:
    """Answer Q14: the reports of the validation of Clausework and of the pipeline's tools."""
    reports = [
        one for one in audited.of(Attachment) if one.body.declared == TOOL_VALIDATION and one.body.raw.size
    ]
    missing = (
        ()
        if reports
        else (
            "no report of the validation of Clausework and of the pipeline's tools is attached:"
            " clausework record --attach tool-validation REPORT",
        )
    )
    software = audited.index.pipeline_version.get("clausework", "a version of Clausework that is not known")
    told = listed([_report(audited, one) for one in reports])
    line = f"The gates were judged by {software}; {count(len(reports), 'validation report')} attached"
    shown = tuple(
        Shown(one.body.title or one.body.raw.name, one.index, one.body.made.actor, one.body.made.at)
        for one in reports
    )
    return Said(f"{line}{': ' + told if told else ''}.", shown, missing)


def _report(audited: Audited, one: Record) -> str:
    body: Attachment = one.body
    after = " (after the release)" if one.index > audited.record.index else ""
    return f"{body.title or body.raw.name} of {body.made.at[:10]}{after}"
