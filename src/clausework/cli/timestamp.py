"""``clausework timestamp``."""

from __future__ import annotations

from pathlib import Path

import click

from clausework.actions.timestamp import refuse_broken, stamp_subject
from clausework.actions.trusted_time import times_of_releases
from clausework.cli.options import json_option, store_option, workplace
from clausework.cli.output import say, show_json


@click.command("timestamp")
@click.argument("subject", required=False)
@store_option
@json_option
def command(subject: str | None, store: Path | None, *, as_json: bool) -> None:
    """Have the plan's authority stamp SUBJECT: a version, or a record such as #42, a token's own among them.

    Of a version, its release gate and its release; one whose last signature waited for the authority is released then.
    Without SUBJECT, verify every token of a release offline, from the ledger alone, and show the times.
    """
    with workplace(store, reading=subject is None) as place:
        found = times_of_releases(place) if subject is None else stamp_subject(place, subject)
    if as_json:
        show_json(found)
    for one in () if as_json else found:
        say(f"#{one.index} {one.title}: {one.time}")
    if not found and not as_json:
        say("no release gate has passed yet")
    refuse_broken(found)
