"""``clausework lint``."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from clausework.actions.lint import Linted, lint
from clausework.actions.pipeline_lint import (
    NothingToCompare,
    PipelineLinted,
    lint_pipeline,
    plan_against_approved,
)
from clausework.actions.plan_lint import PlanLinted, lint_plan
from clausework.cli.options import json_option, store_option
from clausework.cli.output import say, show_json
from clausework.cli.pipeline_output import show_change, show_pipeline
from clausework.cli.plan_output import show_coverage, show_plan_findings


@click.command("lint")
@click.option(
    "--plan",
    "with_plan",
    is_flag=True,
    help="Show also which stage and check serves which clause, which are gaps, and what stands against the thresholds.",
)
@click.option(
    "--pipeline",
    "with_pipeline",
    is_flag=True,
    help="Show also the pipeline's definitions, what they bring in, and the ways round that are found in them.",
)
@click.option(
    "--against",
    type=click.Choice(["approved"]),
    help="Show how plan or pipeline differ in meaning from what was last approved or reviewed.",
)
@store_option
@json_option
def command(
    store: Path | None, against: str | None, *, with_plan: bool, with_pipeline: bool, as_json: bool
) -> None:
    """Check plan and items; exit 1 on findings, exit 3 when a file is not well written.

    With --plan also exit 1 on a clause that nothing serves and the plan does not accept as a gap, on an overdue review,
    and on a lowered or vanished threshold that quality has not accepted. With --pipeline also exit 1 on a way round in
    a definition that nobody accepted.
    """
    if against and not (with_plan or with_pipeline):
        raise NothingToCompare("--against says what to compare with, and nothing says what.")
    linted = lint(Path.cwd(), store)
    plan = lint_plan(Path.cwd(), store) if with_plan else None
    pipeline = _pipeline(store, against) if with_pipeline else None
    change = plan_against_approved(Path.cwd(), store) if with_plan and against else None
    if as_json:
        shown = {"plan": plan, "plan_change": change, "pipeline": pipeline}
        show_json(msgspec.structs.asdict(linted) | shown)
    else:
        _show(linted, plan)
        if change:
            show_change("the plan", change, "approved")
        if pipeline:
            show_pipeline(pipeline)
        if pipeline and pipeline.changed:
            show_change("the pipeline", pipeline.changed, "reviewed")
    linted.refuse_findings()
    if plan:
        plan.refuse_gaps()
    if pipeline:
        pipeline.refuse_findings()


def _pipeline(store: Path | None, against: str | None) -> PipelineLinted:
    return lint_pipeline(Path.cwd(), store, against_reviewed=against is not None)


def _show(linted: Linted, plan: PlanLinted | None) -> None:
    say(f"{linted.item_count} items, {len(linted.stages)} software items")
    if plan:
        _show_stages(linted)
        show_coverage(plan.coverage)
        show_plan_findings(plan.findings)
        if not plan.ledger:
            say("there is no ledger here: what became of the thresholds was not looked at")
    for policy in linted.policies:
        say(f"policy {policy.name}  {policy.sha256}  {policy.challenges} challenges")
    for finding in linted.findings:
        clauses = f" [{', '.join(finding.clauses)}]" if finding.clauses else ""
        say(f"{finding}{clauses}")
        if finding.hint:
            say(f"    {finding.hint}")


def _show_stages(linted: Linted) -> None:
    for name, stages in linted.stages.items():
        say(name)
        for stage in stages:
            say(f"  {stage.gate or '  '} {stage.name}  [{', '.join(stage.clauses)}]")
            for check in stage.checks:
                settings = ", ".join(f"{key} {value}" for key, value in check.settings.items())
                changed = f"  (changed: {', '.join(check.changed)})" if check.changed else ""
                asked = "  not applicable" if check.not_applicable else ""
                say(f"       {check.name} {settings}{asked}{changed}")
