"""``clausework sign``."""

from __future__ import annotations

from pathlib import Path

import click

from clausework.actions.person import act_as
from clausework.actions.sign import sign
from clausework.cli.options import ask_passphrase, json_option, person_option, store_option, workplace
from clausework.cli.output import say, show_json


@click.command("sign")
@click.argument("subject", required=False)
@person_option
@store_option
@json_option
def command(subject: str | None, account: str | None, store: Path | None, *, as_json: bool) -> None:
    """Give your own signature to SUBJECT (a version, a record number), or to the only thing that waits for you.

    A release is evaluated again first; the last signature makes the release. Your passphrase is asked each time.
    """
    with workplace(store) as place:
        signed = sign(place, act_as(place, account, ask_passphrase()), subject)
    if as_json:
        show_json(signed)
        return
    say(
        f"{signed.name} ({signed.role.replace('_', ' ')}) signed '{signed.title}': {signed.meaning}  #{signed.index}"
    )
    for missing in signed.missing:
        say(f"  still waits for {missing}")
    if signed.released is not None:
        say(f"  released  #{signed.released}")
