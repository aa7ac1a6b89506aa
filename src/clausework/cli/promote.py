"""``clausework promote``."""

from __future__ import annotations

from pathlib import Path

import click

from clausework.actions.promote import promote
from clausework.cli.options import build_options, json_option, store_option, workplace
from clausework.cli.output import say, short, show_json


@click.command("promote")
@click.argument("environment")
@build_options
@store_option
@json_option
def command(
    environment: str, build_id: str | None, software_item: str | None, store: Path | None, *, as_json: bool
) -> None:
    """Advance the current build to ENVIRONMENT once the stages that it asks have passed; exit 1 otherwise."""
    with workplace(store) as place:
        promoted = promote(place, environment, build_id=build_id, software_item=software_item)
    if as_json:
        show_json(promoted)
        return
    again = " (it was there)" if promoted.existed else ""
    verdicts = ", ".join(f"#{index}" for index in promoted.verdicts)
    say(f"build {short(promoted.build.id)} advanced to {environment} on {verdicts}  #{promoted.index}{again}")
