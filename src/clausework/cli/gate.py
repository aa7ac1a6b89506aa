"""``clausework gate``."""

from __future__ import annotations

from pathlib import Path

import click

from clausework.actions.gate import refuse_unless_passing, run_gates
from clausework.actions.promote import automatic_promotions
from clausework.cli.options import build_options, json_option, store_option, workplace
from clausework.cli.output import coloured, say, short, show_checks, show_json


@click.command("gate")
@click.argument("stages", nargs=-1)
@click.option("--preview", is_flag=True, help="Answer without recording; advances nothing.")
@build_options
@store_option
@json_option
def command(
    stages: tuple[str, ...],
    build_id: str | None,
    software_item: str | None,
    store: Path | None,
    *,
    preview: bool,
    as_json: bool,
) -> None:
    """Evaluate STAGES (default: all before the release) on the current build; exit 1 when one does not pass.

    The verdicts are recorded, and the build advances by itself to environments that the plan marks automatic.
    """
    with workplace(store, reading=preview) as place:
        run = run_gates(place, stages, build_id=build_id, software_item=software_item, preview=preview)
        promoted = () if preview else automatic_promotions(place, build_id=run.build.id)
    if as_json:
        show_json(
            {"build": run.build.id, "stages": run.stages, "promoted": [one.environment for one in promoted]}
        )
    else:
        for stage in run.stages:
            number = f"#{stage.index}" if stage.index >= 0 else "preview, not recorded"
            name = f"{stage.gate} {stage.stage}" if stage.gate else stage.stage
            of = f"build {short(run.build.id)}  class {run.build.safety_class}"
            say(f"{coloured(stage.outcome)}  {name}  {of}  {number}")
            show_checks(stage.checks)
            if stage.provisional:
                say("  provisional: nobody has approved the plan of this build; it stays in development")
        for one in promoted:
            if not one.existed:
                say(f"build {short(run.build.id)} advanced to {one.environment}  #{one.index}")
    refuse_unless_passing(run)
