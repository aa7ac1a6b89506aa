"""``clausework account passkey`` and ``clausework account provider``."""

from __future__ import annotations

from pathlib import Path

import click

from clausework.actions.passkey import Enrolled, enrol_passkey
from clausework.actions.person import act_as
from clausework.actions.provider_keys import record_provider_keys
from clausework.cli.options import ask_passphrase, json_option, person_option, store_option, workplace
from clausework.cli.output import say, short, show_json


@click.command("passkey")
@click.argument("email")
@click.option("--proof", required=True, help="How the person's identity was proofed (21 CFR 11.100(b)).")
@click.option("--name", help="The person's printed name, where they are not enrolled yet.")
@person_option
@store_option
@json_option
def passkey(
    email: str, proof: str, name: str | None, account: str | None, store: Path | None, *, as_json: bool
) -> None:
    """Have EMAIL make a passkey in a browser on this machine; two people then approve it with 'clausework sign'.

    You give your own passphrase as the one who vouches for the person; the person uses their authenticator.
    """
    with workplace(store) as place:
        by = act_as(place, account, ask_passphrase())
        enrolled = enrol_passkey(place, email, name=name, proof=proof, by=by)
    if as_json:
        show_json(enrolled)
        return
    _show(enrolled)


def _show(enrolled: Enrolled) -> None:
    say(f"passkey {short(enrolled.key_id)} of {enrolled.email} recorded  #{enrolled.index}")
    say(f"  in force once two people have signed it: clausework sign {enrolled.index}")
    if enrolled.backup_eligible:
        say("  it may sync to other devices, so it is not in one person's sole control, and lets no key in")
    if not enrolled.counts:
        say("  the plan in force refuses the signatures of such a passkey (signing.synced_passkeys)")


@click.command("provider")
@click.option(
    "--keys",
    "key_set",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The provider's JWK set in a file; default: what the provider publishes now.",
)
@person_option
@store_option
@json_option
def provider(key_set: Path | None, account: str | None, store: Path | None, *, as_json: bool) -> None:
    """Record the public keys of the plan's identity provider; two people approve them with 'clausework sign'.

    Log-ins are verified with these keys alone, by anybody, without the provider. Record them again when they change.
    """
    with workplace(store) as place:
        recorded = record_provider_keys(place, key_set, by=act_as(place, account, ask_passphrase()))
    if as_json:
        show_json(recorded)
        return
    say(f"{len(recorded.key_ids)} keys of {recorded.issuer} recorded  #{recorded.index}")
    for key_id in recorded.key_ids:
        say(f"  key {short(key_id)}")
    say(f"  in force once two people have signed it: clausework sign {recorded.index}")
