"""``clausework record``."""

from __future__ import annotations

from pathlib import Path

import click

from clausework.actions.record import Level, record_files
from clausework.cli.options import build_options, json_option, store_option, workplace
from clausework.cli.output import coloured, progress, say, short, show_json
from clausework.core.digests import parse_sha256


@click.command("record")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--level", type=click.Choice(["unit", "integration", "system"]), help="The level of the tests.")
@click.option("--as", "as_format", help="The format, where it is not to be recognised.")
@click.option(
    "--subject", "subjects", multiple=True, help="A digest that the evidence is about, not the build."
)
@click.option(
    "--database-at",
    default="",
    metavar="DATE",
    help="When a vulnerability scan's advisory data were published, where its report does not say.",
)
@build_options
@store_option
@json_option
def command(
    paths: tuple[Path, ...],
    level: Level | None,
    as_format: str | None,
    subjects: tuple[str, ...],
    database_at: str,
    build_id: str | None,
    software_item: str | None,
    store: Path | None,
    *,
    as_json: bool,
) -> None:
    """Record evidence files, or whole folders of them, about the current build.

    A file is kept untouched under its SHA-256. One that cannot be read whole is kept as well, nothing of it counts, and
    the command exits 3 after it has recorded the rest.
    """
    with workplace(store) as place:
        recorded = record_files(
            place,
            paths,
            level=level or "",
            as_format=as_format,
            build_id=build_id,
            software_item=software_item,
            subjects=[parse_sha256(one) for one in subjects],
            database_at=database_at,
            progress=progress,
        )
    if as_json:
        show_json(recorded)
    else:
        for one in recorded.files:
            state = coloured("refused") if not one.accepted else "known" if one.existed else "recorded"
            say(f"{state}  #{one.index}  {one.path}  {one.format or 'no known format'}  {short(one.sha256)}")
            say(f"    {one.summary}")
            for remark in one.remarks:
                say(f"    remark: {remark}")
    recorded.raise_rejected()
