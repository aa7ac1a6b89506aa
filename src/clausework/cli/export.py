"""``clausework export``."""

from __future__ import annotations

from pathlib import Path

import click

from clausework.actions.export import ITEM_FORMATS, ItemFormat, export_items
from clausework.cli.options import build_options, store_option, workplace
from clausework.cli.output import say


@click.command("export")
@click.argument("what", type=click.Choice(["items"]))
@click.option("--format", "form", type=click.Choice(ITEM_FORMATS), required=True, help="The format.")
@click.option("--release", "version", help="The items of a released version; else those of a build.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Where to write; '-' is standard output."
)
@build_options
@store_option
def command(
    what: str,
    form: ItemFormat,
    version: str | None,
    output: Path | None,
    build_id: str | None,
    software_item: str | None,
    store: Path | None,
) -> None:
    """Write recorded items for other tools: ReqIF, sphinx-needs' needs.json, or CSV."""
    with workplace(store, reading=True) as place:
        path, count = export_items(
            place, form, output, version=version, build_id=build_id, software_item=software_item
        )
    if path:
        say(f"wrote {count} {what} to {path}")
