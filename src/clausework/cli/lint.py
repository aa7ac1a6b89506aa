"""``clausework lint``."""

from __future__ import annotations

from pathlib import Path

import click

from clausework.actions.lint import lint
from clausework.cli.options import json_option, store_option
from clausework.cli.output import say, show_json


@click.command("lint")
@click.option("--plan", "show_plan", is_flag=True, help="Show which stage and check serves which clause.")
@store_option
@json_option
def command(store: Path | None, *, show_plan: bool, as_json: bool) -> None:
    """Check plan and items; exit 1 on findings, exit 3 when a file is not well written."""
    linted = lint(Path.cwd(), store)
    if as_json:
        show_json(linted)
    else:
        say(f"{linted.item_count} items, {len(linted.stages)} software items")
        if show_plan:
            for name, stages in linted.stages.items():
                say(name)
                for stage in stages:
                    say(f"  {stage.gate or '  '} {stage.name}  [{', '.join(stage.clauses)}]")
                    for check in stage.checks:
                        settings = ", ".join(f"{key} {value}" for key, value in check.settings.items())
                        changed = f"  (changed: {', '.join(check.changed)})" if check.changed else ""
                        say(
                            f"       {check.name} {settings}{check.not_applicable and '  not applicable'}{changed}"
                        )
        for finding in linted.findings:
            clauses = f" [{', '.join(finding.clauses)}]" if finding.clauses else ""
            say(f"{finding}{clauses}")
            if finding.hint:
                say(f"    {finding.hint}")
    linted.refuse_findings()
