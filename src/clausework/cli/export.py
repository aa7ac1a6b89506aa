"""``clausework export``."""

from __future__ import annotations

from pathlib import Path

import click

from clausework.actions.export import ITEM_FORMATS, ItemFormat, export_items
from clausework.actions.export_index import INDEX_FORMATS, IndexFormat, export_index
from clausework.actions.export_log import export_log
from clausework.actions.export_vex import ExportedVex, export_dispositions
from clausework.actions.workplace import Workplace
from clausework.cli.options import build_options, store_option, workplace
from clausework.cli.output import say

_FORMATS = {
    "items": ITEM_FORMATS,
    "dispositions": ("openvex",),
    "index": INDEX_FORMATS,
    "log": ("tlog-tiles",),
}


@click.command("export")
@click.argument("what", type=click.Choice(tuple(_FORMATS)))
@click.option(
    "--format",
    "form",
    type=click.Choice([one for forms in _FORMATS.values() for one in forms]),
    required=True,
    help="The format: "
    + "; ".join(f"of {what} {', '.join(forms)}" for what, forms in _FORMATS.items())
    + ".",
)
@click.option("--release", "version", help="Of a released version; else of a build.")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Where to write; '-' is standard output. Of the log: a new folder.",
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

    Items as ReqIF, sphinx-needs' needs.json or CSV; dispositions of vulnerabilities that stand now as OpenVEX; the
    release index as it is kept, or as a page to be read; the log of all signed records as C2SP tlog-tiles, which
    programs of others verify.
    """
    if form not in _FORMATS[what]:
        raise click.UsageError(f"'{what}' is not written as {form}, but as {', '.join(_FORMATS[what])}.")
    if what == "log":
        if version or build_id or software_item:
            raise click.UsageError(
                "The log is one: --release, --build and --software-item do not belong to it."
            )
        if output is None or str(output) == "-":
            raise click.UsageError("The log is a folder of files: name it with --output.")
        _export_log(store, output)
        return
    with workplace(store, reading=True) as place:
        if what == "index":
            _export_index(place, form, output, version)
            return
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


def _export_index(place: Workplace, form: str, output: Path | None, version: str | None) -> None:
    if not version:
        raise click.UsageError("An index is of a released version: name it with --release.")
    path = export_index(place, _index_format(form), output, version)
    if path:
        say(f"wrote the release index of {version} to {path}")


def _index_format(form: str) -> IndexFormat:
    return next(one for one in INDEX_FORMATS if one == form)


def _export_log(store: Path | None, folder: Path) -> None:
    with workplace(store, reading=True) as place:
        done = export_log(place, folder)
    say(f"wrote the log of {done.records} records to {done.path}, without the files that they name")
    say(f"  key   {done.key}")
    say(f"  root  {done.root}: compare both with what you were given by another way")


def _item_format(form: str) -> ItemFormat:
    return next(one for one in ITEM_FORMATS if one == form)


def _show(exported: ExportedVex) -> None:
    if exported.path:
        say(f"wrote {exported.statements} statements to {exported.path}")
    for one in exported.undisposed:
        say(f"  left out, for nobody disposed of it: {one}", error=True)
