"""``clausework rebuild``."""

from __future__ import annotations

from pathlib import Path

import click

from clausework.actions.rebuild import Rebuilt, rebuild_build
from clausework.cli.options import all_items_option, build_options, json_option, store_option, workplace
from clausework.cli.output import coloured, say, short, show_json


@click.command("rebuild")
@build_options
@all_items_option
@store_option
@json_option
def command(
    build_id: str | None, software_item: str | None, store: Path | None, *, all_items: bool, as_json: bool
) -> None:
    """Build the commit again in a clean place by the plan's command, and compare the digests (5.8.5).

    The outcome is recorded; the gate of stage 'build' judges it. Exits 0 whatever the outcome. With --all-items, a
    build that was built again before is not built a third time.
    """
    if all_items:
        from clausework.actions.all_items import (
            rebuild_builds,
            refuse_one_beside_all,
        )  # gates take time to import

        refuse_one_beside_all(build_id, software_item)
    with workplace(store) as place:
        if all_items:
            rebuilt = rebuild_builds(place)
        else:
            rebuilt = (rebuild_build(place, build_id=build_id, software_item=software_item),)
    if as_json:
        show_json(rebuilt if all_items else rebuilt[0])
        return
    for one in rebuilt:
        _show(one)


def _show(rebuilt: Rebuilt) -> None:
    body = rebuilt.body
    say(f"rebuild of {short(body.build)} of {body.software_item}: {coloured(body.outcome)}  #{rebuilt.index}")
    for output in body.outputs:
        mark = "=" if output.first == output.again else "!"
        say(f"  {mark} {output.name}  {short(output.first)} / {short(output.again) or 'not made'}")
