"""``clausework account``."""

from __future__ import annotations

from pathlib import Path

import click

from clausework.actions.account import accounts, enrol, revoke
from clausework.actions.person import act_as
from clausework.cli.options import ask_passphrase, json_option, person_option, store_option, workplace
from clausework.cli.output import say, short, show_json


@click.group("account")
def command() -> None:
    """Enrol people, revoke keys, list who may sign (21 CFR 11.100, 11.300)."""


@command.command("list")
@store_option
@json_option
def list_accounts(store: Path | None, *, as_json: bool) -> None:
    """List every person's key that was ever let in, with the roles that the plan in force gives."""
    with workplace(store, reading=True) as place:
        found = accounts(place)
    if as_json:
        show_json(found)
        return
    for one in found:
        state = f"revoked at #{one.until}" if one.until is not None else f"since #{one.since}"
        roles = ", ".join(one.roles) or "no role"
        say(f"{one.name} <{one.email}>  {roles}  key {short(one.key_id)}  {state}")


@command.command("add")
@click.argument("key_file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--proof", required=True, help="How the person's identity was proofed (21 CFR 11.100(b)).")
@person_option
@store_option
@json_option
def add(key_file: Path, proof: str, account: str | None, store: Path | None, *, as_json: bool) -> None:
    """Enrol the person whose sealed key is KEY_FILE; two people then approve it with 'clausework sign'."""
    with workplace(store) as place:
        index = enrol(place, key_file, proof=proof, by=act_as(place, account, ask_passphrase()))
    if as_json:
        show_json({"index": index})
        return
    say(f"enrolment recorded  #{index}")
    say(f"  in force once two people have signed it: clausework sign {index}")


@command.command("revoke")
@click.argument("key_id")
@click.option("--reason", required=True, help="Why the key must not sign any more.")
@person_option
@store_option
@json_option
def revoke_key(key_id: str, reason: str, account: str | None, store: Path | None, *, as_json: bool) -> None:
    """Revoke the key KEY_ID from now on; what it signed before stays valid."""
    with workplace(store) as place:
        index = revoke(place, key_id, reason=reason, by=act_as(place, account, ask_passphrase()))
    if as_json:
        show_json({"index": index})
        return
    say(f"revoked  #{index}")
