"""``clausework gate``."""

from __future__ import annotations

from pathlib import Path

import click

from clausework.actions.all_items import Gated, refuse_one_beside_all, run_all_gates
from clausework.actions.gate import StageVerdict, refuse_unless_passing, run_gates
from clausework.actions.promote import automatic_promotions
from clausework.cli.options import all_items_option, build_options, json_option, store_option, workplace
from clausework.cli.output import coloured, say, short, show_checks, show_json
from clausework.ledger.records.build import Build


@click.command("gate")
@click.argument("stages", nargs=-1)
@click.option("--preview", is_flag=True, help="Answer without recording; advances nothing.")
@build_options
@all_items_option
@store_option
@json_option
def command(
    stages: tuple[str, ...],
    build_id: str | None,
    software_item: str | None,
    store: Path | None,
    *,
    all_items: bool,
    preview: bool,
    as_json: bool,
) -> None:
    """Evaluate STAGES (default: all before the release) on the current build; exit 1 when one does not pass.

    The verdicts are recorded, and the build advances by itself to environments that the plan marks automatic.
    """
    if all_items:
        refuse_one_beside_all(build_id, software_item)
    with workplace(store, reading=preview) as place:
        if all_items:
            gated = run_all_gates(place, stages, preview=preview)
        else:
            run = run_gates(place, stages, build_id=build_id, software_item=software_item, preview=preview)
            gated = (Gated(run, () if preview else automatic_promotions(place, build_id=run.build.id)),)
    if as_json:
        documents = [
            {
                "build": one.run.build.id,
                "stages": one.run.stages,
                "promoted": [to.environment for to in one.promoted],
            }
            for one in gated
        ]
        show_json(documents if all_items else documents[0])
    else:
        for one in gated:
            _show(one, named=all_items)
    refuse_unless_passing(*(one.run for one in gated))


def _show(gated: Gated, *, named: bool) -> None:
    build = gated.run.build
    if named:
        say(f"{build.software_item}  build {short(build.id)}  commit {build.commit[:12]}")
    for stage in gated.run.stages:
        _show_stage(stage, build)
    for one in gated.promoted:
        if not one.existed:
            say(f"build {short(build.id)} advanced to {one.environment}  #{one.index}")


def _show_stage(stage: StageVerdict, build: Build) -> None:
    number = f"#{stage.index}" if stage.index >= 0 else "preview, not recorded"
    name = f"{stage.gate} {stage.stage}" if stage.gate else stage.stage
    say(f"{coloured(stage.outcome)}  {name}  build {short(build.id)}  class {build.safety_class}  {number}")
    show_checks(stage.checks)
    if stage.provisional:
        say("  provisional: nobody has approved the plan of this build; it stays in development")
