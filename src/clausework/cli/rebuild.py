"""``clausework rebuild``."""

from __future__ import annotations

from pathlib import Path

import click

from clausework.actions.rebuild import rebuild_build
from clausework.cli.options import build_options, json_option, store_option, workplace
from clausework.cli.output import coloured, say, short, show_json


@click.command("rebuild")
@build_options
@store_option
@json_option
def command(build_id: str | None, software_item: str | None, store: Path | None, *, as_json: bool) -> None:
    """Build the commit again in a clean place by the plan's command, and compare the digests (5.8.5).

    The outcome is recorded; the gate of stage 'build' judges it. Exits 0 whatever the outcome.
    """
    with workplace(store) as place:
        rebuilt = rebuild_build(place, build_id=build_id, software_item=software_item)
    if as_json:
        show_json(rebuilt)
        return
    say(f"rebuild of {short(rebuilt.body.build)}: {coloured(rebuilt.body.outcome)}  #{rebuilt.index}")
    for output in rebuilt.body.outputs:
        mark = "=" if output.first == output.again else "!"
        say(f"  {mark} {output.name}  {short(output.first)} / {short(output.again) or 'not made'}")
