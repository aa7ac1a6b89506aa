"""``clausework promote``."""

from __future__ import annotations

from pathlib import Path

import click

from clausework.actions.all_items import promote_builds, refuse_one_beside_all
from clausework.actions.promote import promote
from clausework.cli.options import all_items_option, build_options, json_option, store_option, workplace
from clausework.cli.output import say, short, show_json


@click.command("promote")
@click.argument("environment")
@build_options
@all_items_option
@store_option
@json_option
def command(
    environment: str,
    build_id: str | None,
    software_item: str | None,
    store: Path | None,
    *,
    all_items: bool,
    as_json: bool,
) -> None:
    """Advance the current build to ENVIRONMENT once the stages that it asks have passed; exit 1 otherwise."""
    if all_items:
        refuse_one_beside_all(build_id, software_item)
    with workplace(store) as place:
        if all_items:
            promoted = promote_builds(place, environment)
        else:
            promoted = (promote(place, environment, build_id=build_id, software_item=software_item),)
    if as_json:
        show_json(promoted if all_items else promoted[0])
        return
    for one in promoted:
        again = " (it was there)" if one.existed else ""
        verdicts = ", ".join(f"#{index}" for index in one.verdicts)
        of = f"build {short(one.build.id)} of {one.build.software_item}"
        say(f"{of} advanced to {environment} on {verdicts}  #{one.index}{again}")
