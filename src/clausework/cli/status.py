"""``clausework status``."""

from __future__ import annotations

from pathlib import Path

import click

from clausework.actions.status import ItemStatus, status
from clausework.cli.options import json_option, store_option, workplace
from clausework.cli.output import coloured, say, short, show_json


@click.command("status")
@store_option
@json_option
def command(store: Path | None, *, as_json: bool) -> None:
    """Show what is red, since when and how to mend it, what waits for whose signature, and what is released."""
    with workplace(store, reading=True) as place:
        found = status(place)
    if as_json:
        show_json(found)
        return
    say(f"ledger of {found.entries} records, checkpoint {found.checkpoint}")
    if not found.plan_approved:
        say("the plan in the work tree is not approved: builds under it are provisional")
    for item in found.items:
        _show_item(item)
    for waits in found.waiting:
        say(f"waits  #{waits.index} {waits.title}: {'; '.join(str(one) for one in waits.missing)}")
        say(f"    clausework sign {waits.version or waits.index}")
    for refused in found.refused_signatures:
        say(f"signature #{refused.index} of {refused.email} does not count: {refused.reason}")
    for release in found.releases:
        say(f"released {release.version}  {release.at}  #{release.index}")
        for place_name in release.deployments:
            say(f"    in {place_name}")


def _show_item(item: ItemStatus) -> None:
    if not item.build:
        say(f"{item.software_item}: no build of the checked-out commit: clausework build")
        return
    environments = f", in {', '.join(item.environments)}" if item.environments else ""
    provisional = ", provisional" if item.provisional else ""
    say(f"{item.software_item}: build {short(item.build)} of {item.commit[:12]}{environments}{provisional}")
    for stage in item.stages:
        since = f" since {stage.since}" if stage.since else ""
        say(f"  {coloured(stage.outcome, 14)} {stage.stage}{since}")
        if stage.reason:
            say(f"                 {stage.reason}")
