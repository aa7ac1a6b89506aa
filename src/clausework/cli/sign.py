"""``clausework sign``."""

from __future__ import annotations

from pathlib import Path

import click

from clausework.actions.person import Person, act_again
from clausework.actions.sign import Signed, sign
from clausework.cli.options import (
    ask_passphrase,
    json_option,
    person_option,
    signatory,
    signing_options,
    store_option,
    workplace,
)
from clausework.cli.output import say, show_json


@click.command("sign")
@click.argument("subjects", nargs=-1, metavar="[SUBJECT]...")
@signing_options
@person_option
@store_option
@json_option
def command(
    subjects: tuple[str, ...],
    account: str | None,
    store: Path | None,
    *,
    passkey: bool,
    log_in: bool,
    as_json: bool,
) -> None:
    """Give your own signature to SUBJECT (a version, a record number), or to the only thing that waits for you.

    A release is evaluated again first; the last signature makes the release. Your passphrase is asked for each SUBJECT,
    or your passkey with its PIN or fingerprint.
    """
    given: list[Signed] = []
    with workplace(store) as place:
        person, since = signatory(place, account, passkey=passkey, log_in=log_in), place.clock()
        try:
            for number, subject in enumerate(subjects or (None,)):
                if number and isinstance(person, Person):
                    person = act_again(place, person, ask_passphrase(), since)
                given.append(sign(place, person, subject))
                since = place.clock()
                if not as_json:
                    _show(given[-1])
        finally:  # what was signed before a refusal stands, and is told
            if as_json and given:
                show_json(given if len(subjects) > 1 else given[0])


def _show(signed: Signed) -> None:
    say(
        f"{signed.name} ({signed.role.replace('_', ' ')}) signed '{signed.title}': {signed.meaning}, {signed.at}"
        f"  #{signed.index}"
    )
    for lapsed in signed.lapsed:
        say(f"  {lapsed}")
    for missing in signed.missing:
        say(f"  still waits for {missing}")
    if signed.released is not None:
        say(f"  released  #{signed.released}")
