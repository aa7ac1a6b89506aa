"""``clausework record``."""

from __future__ import annotations

from pathlib import Path

import click

from clausework.actions.attach import DECLARED, attach_files
from clausework.actions.evidence_target import Level, evidence_target
from clausework.actions.record import Recorded, RecordedFile, record_files
from clausework.cli.options import all_items_option, build_options, json_option, store_option, workplace
from clausework.cli.output import coloured, progress, say, short, show_json
from clausework.core.digests import parse_sha256


@click.command("record")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--level",
    type=click.Choice(["unit", "integration", "system", "validation"]),
    help="The level of the tests; validation is against user needs.",
)
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
@click.option(
    "--verify-with",
    multiple=True,
    metavar="KEY",
    type=click.Path(path_type=Path),
    help="A public key in PEM: attestations that no such key signed are rejected.",
)
@click.option(
    "--configuration",
    type=click.Path(path_type=Path),
    help="What the tests ran on: a configuration of the plan, or a YAML file (name, digests, hardware, equipment).",
)
@click.option(
    "--attach",
    "declared",
    type=click.Choice(DECLARED),
    help="Keep the files, unread, as evidence of this kind.",
)
@click.option("--title", default="", help="What an attachment shows.")
@build_options
@all_items_option
@store_option
@json_option
def command(
    paths: tuple[Path, ...],
    level: Level | None,
    as_format: str | None,
    subjects: tuple[str, ...],
    database_at: str,
    verify_with: tuple[Path, ...],
    configuration: Path | None,
    declared: str | None,
    title: str,
    build_id: str | None,
    software_item: str | None,
    store: Path | None,
    *,
    all_items: bool,
    as_json: bool,
) -> None:
    """Record evidence files, or whole folders of them, about the current build.

    A file is kept untouched under its SHA-256. One that cannot be read whole is kept as well, nothing of it counts, and
    the command exits 3 after it has recorded the rest.
    """
    if title and not declared:
        raise click.UsageError("--title is said of an attachment: give --attach with it.")
    if declared and (as_format or database_at or verify_with):
        raise click.UsageError(
            "An attachment is not read: only what it is about and --title go with --attach."
        )
    if all_items:
        from clausework.actions.all_items import (
            evidence_targets,
            refuse_one_beside_all,
        )  # gates take time to import

        refuse_one_beside_all(build_id, software_item)
        if subjects or configuration:
            raise click.UsageError(
                "--subject and --configuration say what it is about: not with --all-items."
            )
    with workplace(store) as place:
        if all_items:
            targets = evidence_targets(place, level or "")
        else:
            digests = [parse_sha256(one) for one in subjects]
            targets = (
                evidence_target(
                    place,
                    level=level or "",
                    build_id=build_id,
                    software_item=software_item,
                    subjects=digests,
                    configuration=configuration,
                ),
            )
        found = [
            attach_files(place, paths, target, declared, title=title, progress=progress)
            if declared
            else record_files(
                place,
                paths,
                target,
                as_format=as_format,
                database_at=database_at,
                verify_with=verify_with,
                progress=progress,
            )
            for target in targets
        ]
    if as_json:
        show_json(found if all_items else found[0])
    else:
        for target, recorded in zip(targets, found, strict=True):
            _show(recorded, target.origin.software_item if all_items else "")
    every = tuple(file for recorded in found for file in recorded.files)
    Recorded("", every).raise_rejected()


def _show(recorded: Recorded, software_item: str) -> None:
    if software_item:
        say(f"{software_item}  build {short(recorded.build)}")
    for one in recorded.files:
        say(
            f"{_state(one)}  #{one.index}  {one.path}  {one.format or 'no known format'}  {short(one.sha256)}"
        )
        say(f"    {one.summary}")
        for remark in one.remarks:
            say(f"    remark: {remark}")


def _state(one: RecordedFile) -> str:
    if not one.accepted:
        return coloured("refused")
    return "known" if one.existed else "recorded"
