"""``clausework gate``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from clausework.actions.replay import Replayed

from clausework.actions.all_items import Gated, refuse_one_beside_all, run_all_gates
from clausework.actions.gate import StageVerdict, refuse_unless_passing, run_gates
from clausework.actions.promote import automatic_promotions
from clausework.cli.options import all_items_option, build_options, json_option, store_option, workplace
from clausework.cli.output import coloured, say, short, show_checks, show_json
from clausework.ledger.records.build import Build


@click.command("gate")
@click.argument("stages", nargs=-1)
@click.option("--preview", is_flag=True, help="Answer without recording; advances nothing.")
@click.option(
    "--replay", "verdict", metavar="RECORD", help="Judge a recorded verdict's facts again, and nothing else."
)
@build_options
@all_items_option
@store_option
@json_option
def command(
    stages: tuple[str, ...],
    build_id: str | None,
    software_item: str | None,
    verdict: str | None,
    store: Path | None,
    *,
    all_items: bool,
    preview: bool,
    as_json: bool,
) -> None:
    """Evaluate STAGES (default: all before the release) on the current build; exit 1 when one does not pass.

    The verdicts are recorded, and the build advances by itself to environments that the plan marks automatic.
    --replay shows that a recorded verdict follows from its facts, plan and policies alone; exit 1 when it does not.
    """
    if verdict is not None:
        _refuse_beside_replay(given=bool(stages or build_id or software_item or all_items or preview))
        _replay(verdict, store, as_json=as_json)
        return
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
                "refused_signatures": one.run.refused_signatures,
            }
            for one in gated
        ]
        show_json(documents if all_items else documents[0])
    else:
        for one in gated:
            _show(one, named=all_items)
    refuse_unless_passing(*(one.run for one in gated))


def _refuse_beside_replay(*, given: bool) -> None:
    if given:
        raise click.UsageError("--replay takes the number of a recorded verdict, and nothing beside it.")


def _replay(verdict: str, store: Path | None, *, as_json: bool) -> None:
    from clausework.actions.replay import (
        refuse_unless_same,
        replay,
    )  # knows the release's conditions, which a gate need not load

    with workplace(store, reading=True) as place:
        found = replay(place, verdict)
    if as_json:
        show_json(found)
    else:
        _show_replayed(found)
    refuse_unless_same(found)


def _show_replayed(found: Replayed) -> None:
    say(f"verdict #{found.index} of {found.stage}, {coloured(found.recorded)}, by {found.software}")
    say(f"  from facts {short(found.facts)}, plan {short(found.plan)}, as the ledger holds them")
    for one in found.checks:
        here = "" if one.outcome == "same" else f"; here {_said(one.follows, one.version)}"
        say(f"  {coloured(one.outcome, 14)} {one.check}: {_said(one.recorded, one.recorded_version)}{here}")
    if found.follows:
        say("the same verdict follows again")


def _said(outcome: str, version: str) -> str:
    """Return an outcome with the version of the check that came to it, or of a policy's engine."""
    return f"{outcome.replace('_', ' ')} by version {version}" if outcome else "nothing"


def _show(gated: Gated, *, named: bool) -> None:
    build = gated.run.build
    if named:
        say(f"{build.software_item}  build {short(build.id)}  commit {build.commit[:12]}")
    for stage in gated.run.stages:
        _show_stage(stage, build)
    for refused in gated.run.refused_signatures:
        say(f"  {refused}")
    for one in gated.promoted:
        if not one.existed:
            say(f"build {short(build.id)} advanced to {one.environment}  #{one.index}")


def _show_stage(stage: StageVerdict, build: Build) -> None:
    number = f"#{stage.index}" if stage.index >= 0 else "preview, not recorded"
    name = f"{stage.gate} {stage.stage}" if stage.gate else stage.stage
    say(f"{coloured(stage.outcome)}  {name}  build {short(build.id)}  class {build.safety_class}  {number}")
    show_checks(stage.checks)
    if stage.provisional:
        say(
            "  provisional: nobody has approved the plan of this build; it stays in development"
            "\n    clausework decide approve plan"
        )
