"""``clausework sign``."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec

from clausework.actions.passkey import act_with_passkey
from clausework.actions.person import Person, Signatory, act_again, act_as
from clausework.actions.sign import Signed, sign
from clausework.actions.workplace import Workplace
from clausework.cli.options import ask_passphrase, json_option, person_option, store_option, workplace
from clausework.cli.output import say, show_json


@click.command("sign")
@click.argument("subjects", nargs=-1, metavar="[SUBJECT]...")
@click.option("--passkey", is_flag=True, help="Sign with a passkey, in a browser on this machine.")
@click.option(
    "--log-in", is_flag=True, help="Log in at the identity provider beside it, though the plan does not ask."
)
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
        person, since = _who(place, account, passkey=passkey, log_in=log_in), place.clock()
        try:
            for number, subject in enumerate(subjects or (None,)):
                if number and isinstance(person, Person):
                    again = act_again(place, person, ask_passphrase(), since)
                    person = msgspec.structs.replace(again, log_in=log_in)
                given.append(sign(place, person, subject))
                since = place.clock()
                if not as_json:
                    _show(given[-1])
        finally:  # what was signed before a refusal stands, and is told
            if as_json and given:
                show_json(given if len(subjects) > 1 else given[0])


def _who(place: Workplace, account: str | None, *, passkey: bool, log_in: bool) -> Signatory:
    if passkey:
        return act_with_passkey(place, account, log_in=log_in)
    return msgspec.structs.replace(act_as(place, account, ask_passphrase()), log_in=log_in)


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
