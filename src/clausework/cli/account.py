"""``clausework account``."""

from __future__ import annotations

from pathlib import Path

import click

from clausework.actions.account import (
    Account,
    accounts,
    close,
    enrol,
    enrol_pipeline_key,
    letting_in,
    recover,
    revoke,
)
from clausework.actions.decide import decide
from clausework.actions.person import NobodyActs, act_as
from clausework.actions.session import begin_session, end_session
from clausework.actions.workplace import Workplace
from clausework.cli.accountability import accept_policy, training
from clausework.cli.identification import passkey, provider
from clausework.cli.options import ask_passphrase, json_option, person_option, store_option, workplace
from clausework.cli.output import say, short, show_json


@click.group("account")
def command() -> None:
    """Enrol people, revoke and recover keys, unlock and close accounts, accept the policy (21 CFR Part 11)."""


command.add_command(passkey)
command.add_command(provider)
command.add_command(accept_policy)
command.add_command(training)


@command.command("list")
@store_option
@json_option
def list_accounts(store: Path | None, *, as_json: bool) -> None:
    """List every key that was ever let in, with the roles that the plan in force gives."""
    with workplace(store, reading=True) as place:
        found = accounts(place)
    if as_json:
        show_json(found)
        return
    for one in found:
        who = f"{one.name} <{one.email}>  {', '.join(one.roles) or 'no role'}" if one.email else one.name
        kind = "" if one.kind == "person" else f"  {one.kind}"
        say(f"{who}  key {short(one.key_id)}{kind}  {_state(one)}")
        for told in (*filter(None, (one.identity,)), *one.lacks, *one.trainings):
            say(f"    {told}")


def _state(one: Account) -> str:
    if one.closed is not None:
        return f"closed at #{one.closed}"
    if one.until is not None:
        return f"revoked at #{one.until}"
    return f"since #{one.since}" + (f"  locked until {one.locked_until}" if one.locked_until else "")


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
    _enrolled(index, as_json=as_json)


@command.command("recover")
@click.argument("key_file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--proof", required=True, help="How the person's identity was proofed anew.")
@click.option("--reason", required=True, help="How the old key was lost.")
@person_option
@store_option
@json_option
def recover_key(
    key_file: Path, proof: str, reason: str, account: str | None, store: Path | None, *, as_json: bool
) -> None:
    """Replace a person's lost key by KEY_FILE: the old one is revoked at once, two others let the new one in."""
    with workplace(store) as place:
        by = act_as(place, account, ask_passphrase())
        found = recover(place, key_file, proof=proof, reason=reason, by=by)
    if as_json:
        show_json(found)
        return
    for one in found.revoked:
        say(f"revoked key {short(one)} of {found.email}")
    say(f"enrolment recorded  #{found.index}{', signed by you' if found.signed else ''}")
    say(f"  in force once two people other than {found.email} have signed it: clausework sign {found.index}")


@command.command("pipeline-key")
@click.argument("key_file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--name", required=True, help="What the key is to be known by, such as 'runners of site 2'.")
@person_option
@store_option
@json_option
def pipeline_key(
    key_file: Path, name: str, account: str | None, store: Path | None, *, as_json: bool
) -> None:
    """Enrol a further pipeline key, made in KEY_FILE where there is none; two people approve it by signing.

    To replace the present one, put the new file in its place once it is in force, and revoke the old key.
    """
    with workplace(store) as place:
        by = act_as(place, account, ask_passphrase())
        index = enrol_pipeline_key(place, key_file, name=name, by=by)
    _enrolled(index, as_json=as_json)


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
        _warn_of_few(place)
    if as_json:
        show_json({"index": index})
        return
    say(f"revoked  #{index}")


@command.command("close")
@click.argument("email")
@click.option("--reason", required=True, help="Why, such as that the person left.")
@person_option
@store_option
@json_option
def close_account(email: str, reason: str, account: str | None, store: Path | None, *, as_json: bool) -> None:
    """Close the account EMAIL for good: none of its keys signs from now on, and the address is never given again."""
    with workplace(store) as place:
        index = close(place, email, reason=reason, by=act_as(place, account, ask_passphrase()))
        _warn_of_few(place)
    if as_json:
        show_json({"index": index})
        return
    say(f"closed  #{index}")


@command.command("unlock")
@click.argument("email")
@click.option("--reason", required=True, help="How it is known that the person themselves tried.")
@person_option
@store_option
@json_option
def unlock(email: str, reason: str, account: str | None, store: Path | None, *, as_json: bool) -> None:
    """Let the locked account EMAIL sign again before its time; the signature of another person does it."""
    with workplace(store) as place:
        by = act_as(place, account, ask_passphrase())
        decided = decide(place, "unlock", email, {"reason": reason}, by)
    if as_json:
        show_json(decided)
        return
    say(f"unlock {decided.decision.matter.id}  #{decided.index}")
    for missing in decided.missing:
        say(f"  waits for {missing}: clausework sign {decided.index}")
    for signature in decided.signatures:
        say(f"  signed by {signature}")
    if not decided.missing:
        say("  signed; it has effect")


@command.command("session")
@person_option
@store_option
@json_option
def session(account: str | None, store: Path | None, *, as_json: bool) -> None:
    """Begin a series of signings: name yourself once, then give the passphrase alone at each signing.

    It ends by the plan's pause, and with 'clausework account logout'. Neither passphrase nor key is kept.
    """
    with workplace(store) as place:
        if not (account or place.environ.get("CLAUSEWORK_ACCOUNT")):
            raise NobodyActs("A session begins with both components (21 CFR 11.200(a)(1)).")
        person = act_as(place, account, ask_passphrase())
        begun = begin_session(place, person.email, person.signer)
        pause = place.standing(place.snapshot()).plan_in_force.plan.signing.pause
    if as_json:
        show_json({"email": begun.email, "began": begun.began, "pause": pause})
        return
    say(f"session of {person.name} <{begun.email}> begun {begun.began}")
    say(f"  over after {pause} minutes without a signing, or with 'clausework account logout'")


@command.command("logout")
@store_option
def logout(store: Path | None) -> None:
    """End your session on this ledger."""
    with workplace(store, reading=True) as place:
        ended = end_session(place)
    say("session ended" if ended else "there was no session")


def _enrolled(index: int, *, as_json: bool) -> None:
    if as_json:
        show_json({"index": index})
        return
    say(f"enrolment recorded  #{index}")
    say(f"  in force once two people have signed it: clausework sign {index}")


def _warn_of_few(place: Workplace) -> None:
    """Say so where too few are left to let a key in: then no lost key can be recovered any more."""
    left = letting_in(place.snapshot())
    if len(left) < 2:
        names = ", ".join(left) or "nobody"
        say(f"warning: only {names} can let keys in now, and each key needs two people", error=True)
