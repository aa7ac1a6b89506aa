"""``clausework status``."""

from __future__ import annotations

from pathlib import Path

import click

from clausework.actions.keeping import ArchiveStanding
from clausework.actions.sign import Waiting
from clausework.actions.status import ItemStatus, RedCheck, Status, status
from clausework.cli.options import json_option, store_option, workplace
from clausework.cli.output import coloured, say, short, show_json, show_ways
from clausework.cli.pipeline_output import show_change
from clausework.cli.plan_output import show_plan_findings

_MOST_CASES = 5
_MOST_FINDINGS = 5


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
        say("    clausework decide approve plan")
    _show_plan(found)
    _show_changed(found)
    for item in found.items:
        _show_item(item)
    _show_waiting(found)
    for refused in found.refused_signatures:
        say(str(refused))
    for false in found.false_releases:
        say(f"forged  {false}")
        say("    find out who wrote it and with which key: whoever did holds the pipeline's key")
    _show_people(found)
    _show_releases(found)


def _show_plan(found: Status) -> None:
    stands = [one for one in found.plan_findings if one.open and one.in_force]
    show_plan_findings(stands[:_MOST_FINDINGS])
    if len(stands) > _MOST_FINDINGS:
        say(f"plan  and {len(stands) - _MOST_FINDINGS} more: clausework lint --plan")


def _show_waiting(found: Status) -> None:
    for waits in found.waiting:
        say(f"waits  #{waits.index} {waits.title}: {'; '.join(str(one) for one in waits.missing)}")
        for lapsed in waits.lapsed:
            say(f"    {lapsed}")
        _show_who_signs(waits)
    for refused_release in found.refused_releases:
        refuses = ", ".join(refused_release.refuses) or "nothing any more: evaluate it again"
        say(f"refused  release {refused_release.version}: {refuses}")
        for lapsed in refused_release.lapsed:
            say(f"    {lapsed}")
        say(f"    clausework release {refused_release.version}")


def _show_who_signs(waits: Waiting) -> None:
    """Say who can sign, or why nobody can and how it is given up: nothing stays in the list for ever."""
    if not waits.vain:
        people = f"{', '.join(waits.people)}: " if waits.people else ""
        say(f"    {people}clausework sign {waits.version or waits.index}")
        return
    say(f"    {waits.vain}")
    say(f"    to give it up: clausework decide drop '#{waits.index}'")


def _show_releases(found: Status) -> None:
    for adopted in found.adopted:
        say(f"adopted {adopted.version}  {adopted.at}  #{adopted.index}: {adopted.standing}")
    for archive in found.archives:
        _show_archive(archive)
    for release in found.releases:
        mark = f"  {coloured('withdrawn')}" if release.withdrawn else ""
        say(f"released {release.version}  {release.at}  #{release.index}{mark}")
        if release.withdrawn:
            say(f"    {release.withdrawn}; nothing of it is admitted any more")
        for signature in release.authorised:
            say(f"    {signature}")
        say(f"    {release.trusted_time}")
        for place_name in release.deployments:
            say(f"    in {place_name}")


def _show_changed(found: Status) -> None:
    changed = found.changed
    if changed and changed.plan.sentences:
        show_change("the plan in the work tree", changed.plan, "approved")
    if changed and changed.pipeline and (changed.pipeline.is_first or changed.pipeline.sentences):
        show_change("the pipeline of this commit", changed.pipeline, "reviewed")
        say("    clausework decide review pipeline")


def _show_people(found: Status) -> None:
    for lock in found.locked:
        say(
            f"{coloured('locked')} {lock.email} until {lock.until}: {lock.failures} wrong passphrases  #{lock.index}"
        )
        say(f"    another person can unlock it: clausework account unlock {lock.email} --reason ...")
    for lent in found.lent:
        say(f"lent   {lent}  #{lent.since}")


def _show_archive(archive: ArchiveStanding) -> None:
    restored = f"last restored {archive.restored_at}" if archive.restored_at else "never restored"
    problem = f": {archive.problem}" if archive.problem else ""
    say(f"archive of {archive.version}  #{archive.index}: {restored}{problem}")
    if archive.due or archive.problem:
        say(f"    a restore test is due: clausework archive {archive.version}")


def _show_item(item: ItemStatus) -> None:
    if not item.build:
        build = f"clausework build --software-item {item.software_item}"
        say(f"{item.software_item}: no build of what is checked out: {build}")
        return
    environments = f", in {', '.join(item.environments)}" if item.environments else ""
    provisional = ", provisional" if item.provisional else ""
    unchanged = ", nothing of it changed since" if item.unchanged else ""
    say(
        f"{item.software_item}: build {short(item.build)} of {item.commit[:12]}{unchanged}{environments}{provisional}"
    )
    for stage in item.stages:
        since = f" since {stage.since}" if stage.since else ""
        say(f"  {coloured(stage.outcome, 14)} {stage.stage}{since}")
        if stage.reason:
            say(f"                 {stage.reason}")
        for red, following in zip(stage.red, (*stage.red[1:], None), strict=False):
            _show_red(red, ways=following is None or red.ways != following.ways)
    for what, cases in (("flaky", item.flaky), ("since the build before", item.vanished)):
        for case in cases[:_MOST_CASES]:
            say(f"  {what}: {case}")
        if len(cases) > _MOST_CASES:
            say(f"  {what}: and {len(cases) - _MOST_CASES} more")


def _show_red(red: RedCheck, *, ways: bool) -> None:
    since = f", since {red.since}" if red.since else ""
    more = f" and {red.more} more" if red.more > 0 else ""
    say(f"                 {red.check} {red.outcome.replace('_', ' ')}: {red.message}{more}{since}")
    people = f" ({', '.join(red.people)})" if red.people else ""
    say(f"                   -> {red.who.replace('_', ' ')}{people}: {red.command or 'see clausework gate'}")
    if ways:
        show_ways(red.ways)
