"""``clausework export``."""

from __future__ import annotations

from pathlib import Path

import click

from clausework.actions.export import ITEM_FORMATS, ItemFormat, export_items
from clausework.actions.export_vex import ExportedVex, export_dispositions
from clausework.cli.options import build_options, store_option, workplace
from clausework.cli.output import say

_FORMATS = {"items": ITEM_FORMATS, "dispositions": ("openvex",)}


@click.command("export")
@click.argument("what", type=click.Choice(tuple(_FORMATS)))
@click.option(
    "--format",
    "form",
    type=click.Choice([one for forms in _FORMATS.values() for one in forms]),
    required=True,
    help="The format: of items reqif, needs or csv, of dispositions openvex.",
)
@click.option("--release", "version", help="Of a released version; else of a build.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="Where to write; '-' is standard output."
)
@build_options
@store_option
def command(
    what: str,
    form: str,
    version: str | None,
    output: Path | None,
    build_id: str | None,
    software_item: str | None,
    store: Path | None,
) -> None:
    """Write what is recorded for other tools.

    Items as ReqIF, sphinx-needs' needs.json or CSV; dispositions of vulnerabilities that stand now as OpenVEX.
    """
    if form not in _FORMATS[what]:
        raise click.UsageError(f"{what} are not written as {form}, but as {', '.join(_FORMATS[what])}.")
    with workplace(store, reading=True) as place:
        if what == "dispositions":
            _show(
                export_dispositions(
                    place, output, version=version, build_id=build_id, software_item=software_item
                )
            )
            return
        path, count = export_items(
            place, _item_format(form), output, version=version, build_id=build_id, software_item=software_item
        )
    if path:
        say(f"wrote {count} {what} to {path}")


def _item_format(form: str) -> ItemFormat:
    return next(one for one in ITEM_FORMATS if one == form)


def _show(exported: ExportedVex) -> None:
    if exported.path:
        say(f"wrote {exported.statements} statements to {exported.path}")
    for one in exported.undisposed:
        say(f"  left out, for nobody disposed of it: {one}", error=True)
