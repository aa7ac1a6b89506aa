"""``clausework build``."""

from __future__ import annotations

from pathlib import Path

import click

from clausework.actions.build import OpenedBuild, open_build
from clausework.actions.provenance import write_provenance
from clausework.cli.options import (
    all_items_option,
    json_option,
    software_item_option,
    store_option,
    workplace,
)
from clausework.cli.output import coloured, say, short, show_json


@click.command("build")
@click.option(
    "--artifact",
    "artifacts",
    multiple=True,
    type=click.Path(path_type=Path),
    help="A file, folder or OCI image the build made.",
)
@software_item_option
@all_items_option
@click.option(
    "--provenance", type=click.Path(path_type=Path), help="Write SLSA provenance v1 in a DSSE envelope."
)
@store_option
@json_option
def command(
    artifacts: tuple[Path, ...],
    software_item: str | None,
    provenance: Path | None,
    store: Path | None,
    *,
    all_items: bool,
    as_json: bool,
) -> None:
    """Open the build of the checked-out commit; later calls add its artefacts (5.1.11, 5.8.5, 8.1).

    Without --artifact, files that match the plan's 'build: outputs:' are taken. Each is signed by the pipeline.
    """
    if all_items:
        from clausework.actions.all_items import (
            open_builds,
            refuse_one_beside_all,
        )  # gates take time to import

        refuse_one_beside_all(None, software_item)
        if artifacts or provenance:
            raise click.UsageError(
                "--artifact and --provenance are of one software item: not with --all-items."
            )
    with workplace(store) as place:
        if all_items:
            opened = open_builds(place)
        else:
            opened = (open_build(place, software_item=software_item, artefacts=artifacts),)
            if provenance:
                write_provenance(place, opened[0].build.id, provenance)
    if as_json:
        show_json(opened if all_items else opened[0])
        return
    for one in opened:
        _show(one)


def _show(opened: OpenedBuild) -> None:
    build = opened.build
    verb = "opened" if opened.opened else "already open"
    if opened.unchanged:
        verb = "as it was, for nothing of it changed"
    say(f"build {short(build.id)} of {build.software_item} {verb}  #{opened.record}")
    say(f"  commit       {build.commit[:12]} by {build.author}, {build.commit_count} commits in its range")
    say(
        f"  source tree  {short(build.source_tree)}, {'clean' if build.clean else coloured('fail') + ': changed'}"
    )
    say(f"  class        {build.safety_class}")
    say(f"  locks        {', '.join(lock.name for lock in build.locks) or 'none'}")
    say(f"  artefacts    {', '.join(opened.outputs) or 'none yet: clausework build --artifact FILE'}")
    for remark in opened.remarks:
        say(f"  remark       {remark}")
    if opened.provisional:
        say(
            "  provisional: nobody has approved this plan; the build stays in development"
            "\n    clausework decide approve plan"
        )
