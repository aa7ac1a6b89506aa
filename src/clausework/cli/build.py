"""``clausework build``."""

from __future__ import annotations

from pathlib import Path

import click

from clausework.actions.build import open_build
from clausework.actions.provenance import write_provenance
from clausework.cli.options import json_option, software_item_option, store_option, workplace
from clausework.cli.output import coloured, say, short, show_json


@click.command("build")
@click.option(
    "--artifact", "artifacts", multiple=True, type=click.Path(path_type=Path), help="A file the build made."
)
@software_item_option
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
    as_json: bool,
) -> None:
    """Open the build of the checked-out commit; later calls add its artefacts (5.1.11, 5.8.5, 8.1).

    Without --artifact, files that match the plan's 'build: outputs:' are taken. Each is signed by the pipeline.
    """
    with workplace(store) as place:
        opened = open_build(place, software_item=software_item, artefacts=artifacts)
        if provenance:
            write_provenance(place, opened.build.id, provenance)
    if as_json:
        show_json(opened)
        return
    build = opened.build
    verb = "opened" if opened.opened else "already open"
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
        say("  provisional: nobody has approved this plan; the build stays in development")
