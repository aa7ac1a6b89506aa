"""``clausework distribution``."""

from __future__ import annotations

from pathlib import Path

import click

from clausework.actions.distribution import record_distribution
from clausework.cli.options import json_option, store_option, workplace
from clausework.cli.output import coloured, say, show_json, table


@click.command("distribution")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--name", default="", help="Which list it is; a newer one takes its place. Default: the file's name."
)
@click.option(
    "--column",
    "columns",
    multiple=True,
    metavar="WHAT=HEADING",
    help="Which column is what, as site=Customer.",
)
@store_option
@json_option
def command(file: Path, name: str, columns: tuple[str, ...], store: Path | None, *, as_json: bool) -> None:
    """Record a CSV list of who was given which version (6.2.5): site, version, digest, serial, UDI-PI, date, quantity.

    Versions and digests that no release has are recorded and named. 'clausework where --version V' answers from the
    newest list of each name, and from the deployments.
    """
    with workplace(store) as place:
        done = record_distribution(place, file, name=name, columns=columns)
    if as_json:
        show_json(done)
        return
    body = done.distribution
    said = "recorded before" if done.existed else "recorded"
    say(f"distribution list {body.name} {said}: {body.rows} rows, {body.quantity} devices  #{done.index}")
    table(
        [("version", "rows", "devices")]
        + [(one.version or "unknown", str(one.rows), str(one.quantity)) for one in body.versions]
    )
    for one in done.withdrawn:
        say(f"{coloured('withdrawn')}: {one}")
    for finding in body.findings:
        say(f"finding: {finding}")
    if body.finding_count > len(body.findings):
        say(f"and {body.finding_count - len(body.findings)} findings more")
