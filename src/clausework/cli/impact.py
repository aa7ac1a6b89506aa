"""``clausework impact``."""

from __future__ import annotations

from pathlib import Path

import click

from clausework.actions.impact import Impact, impact
from clausework.cli.options import json_option, store_option, workplace
from clausework.cli.output import say, show_json, table

_MOST_SHOWN = 200


@click.command("impact")
@click.argument("revisions", metavar="BASE..HEAD")
@click.option("--software-item", help="The software item, where the plan has several.")
@store_option
@json_option
def command(revisions: str, software_item: str | None, store: Path | None, *, as_json: bool) -> None:
    """Show what the commits of a range touch: items, risk controls, tests to repeat, clauses, signatures that lapse."""
    with workplace(store, reading=True) as place:
        found = impact(place, revisions, software_item=software_item)
    if as_json:
        show_json(found)
    else:
        _show(found)


def _show(found: Impact) -> None:
    commits = "1 commit" if found.commit_count == 1 else f"{found.commit_count} commits"
    say(
        f"{found.base[:12]}..{found.head[:12]}: {commits}, {found.software_item} (class {found.safety_class})"
    )
    if found.compared_with != found.base:
        say(f"{found.base[:12]} went on by itself: compared with {found.compared_with[:12]}, which both have")
    _section(f"Touched: {len(found.touched.items)}")
    table(
        [
            (one.id, one.title[:50], ", ".join(one.change), " ".join(one.by)[:80])
            for one in found.touched.items
        ]
    )
    _section(f"Reached over links: {len(found.touched.reached)}")
    table([(one.id, one.title[:50], one.over) for one in found.touched.reached])
    _section(f"Risk controls: {', '.join(found.risk_controls) or 'none'}")
    _section(f"Tests to repeat: {len(found.tests)}")
    for test in found.tests[:_MOST_SHOWN]:
        say(f"  {test.level}: {test.case}  {', '.join(test.items)}")
    if len(found.tests) > _MOST_SHOWN:
        say(f"  and {len(found.tests) - _MOST_SHOWN} more; --json shows all")
    _section(f"Clauses to serve again: {len(found.clauses)}")
    for clause in found.clauses:
        say(f"  {clause.clause}: {clause.because}")
    _section(f"Signatures that lapse: {len(found.lapsed)}")
    for one in found.lapsed:
        say(f"  #{one.record} {one.form} {one.item}, signed by {'; '.join(one.signers)}")
    for commit in found.unlinked_commits:
        say(f"not linked: commit {commit}")
    for path in found.unowned_paths:
        say(f"of no unit: {path}")


def _section(title: str) -> None:
    say()
    say(title)
