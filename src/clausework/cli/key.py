"""``clausework key``."""

from __future__ import annotations

import os
from pathlib import Path

import click

from clausework.actions.passphrase import renew_passphrase
from clausework.actions.rotation import rotate
from clausework.cli.options import ask_passphrase, json_option, person_option, store_option, workplace
from clausework.cli.output import say, short, show_json
from clausework.core.identities import parse_email
from clausework.ledger.signing import decode_key, key_id_of
from clausework.signatures.sealed_key import create_sealed_key, key_folder, read_sealed_key, sealed_key_path
from clausework.signatures.session import new_passphrase_of


@click.group("key")
def command() -> None:
    """Make, show and replace personal signing keys, sealed by a passphrase (21 CFR 11.200, 11.300)."""


@command.command("new")
@click.argument("email")
@click.option("--name", required=True, help="Your name as it is to be printed with your signatures.")
@json_option
def new(email: str, name: str, *, as_json: bool) -> None:
    """Make a key for EMAIL, sealed by a passphrase that you choose; only its holder signs with it."""
    account = parse_email(email)
    path = sealed_key_path(key_folder(os.environ), account)
    signer = create_sealed_key(account, name, new_passphrase_of(account, os.environ, ask_passphrase()), path)
    if as_json:
        show_json({"key_id": key_id_of(signer.public_key), "email": account, "name": name, "path": str(path)})
        return
    say(f"key {key_id_of(signer.public_key)} of {name} <{account}>")
    say(f"  sealed in {path}")


@command.command("passphrase")
@click.argument("email")
@store_option
@json_option
def passphrase(email: str, store: Path | None, *, as_json: bool) -> None:
    """Choose another passphrase for the key of EMAIL; the key stays the same, and so does all that it signed."""
    renewed = renew_passphrase(Path.cwd(), email, store=store, environ=os.environ, ask=ask_passphrase())
    if as_json:
        show_json({"email": renewed.email, "sealed_at": renewed.sealed_at})
        return
    say(f"the key of {renewed.email} has a new passphrase, of {renewed.sealed_at[:10]}")


@command.command("rotate")
@person_option
@store_option
@json_option
def rotate_key(account: str | None, store: Path | None, *, as_json: bool) -> None:
    """Replace your key by a new one: two people let it in, then run this again and the old one is revoked."""
    with workplace(store) as place:
        found = rotate(place, account, ask_passphrase())
    if as_json:
        show_json(found)
        return
    if found.state == "enrolled":
        say(f"new key {short(found.key_id)} in {found.path}: enrolment recorded  #{found.index}")
        say(
            f"  once two people have signed it ('clausework sign {found.index}'), run 'clausework key rotate' again"
        )
        return
    for one in found.revoked:
        say(f"revoked key {short(one)}")
    say(f"{found.email} signs with key {short(found.key_id)} now, in {found.path}")


@command.command("show")
@click.argument("path", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@json_option
def show(path: Path | None, *, as_json: bool) -> None:
    """Show whose the key in PATH is, or list the keys in your key folder. No passphrase is needed."""
    folder = key_folder(os.environ)
    sealed = [(one, read_sealed_key(one)) for one in ([path] if path else sorted(folder.glob("*.json")))]
    shown = [
        {
            "key_id": key_id_of(decode_key(key.public_key)),
            "email": key.email,
            "name": key.name,
            "path": str(one),
        }
        for one, key in sealed
    ]
    if as_json:
        show_json(shown)
        return
    for key in shown:
        say(f"{key['key_id']}  {key['name']} <{key['email']}>  {key['path']}")
    if not shown:
        say(f"no key in {folder}: clausework key new EMAIL --name NAME")
