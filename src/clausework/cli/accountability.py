"""``clausework account accept-policy`` and ``clausework account training``."""

from __future__ import annotations

from pathlib import Path

import click

from clausework.actions.accountability import accept_policy as accept
from clausework.actions.accountability import digest_of, link_training
from clausework.cli.options import (
    json_option,
    person_option,
    signatory,
    signing_options,
    store_option,
    workplace,
)
from clausework.cli.output import say, show_json
from clausework.core.digests import parse_sha256

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command("accept-policy")
@click.argument("policy", type=_FILE, metavar="FILE")
@signing_options
@person_option
@store_option
@json_option
def accept_policy(
    policy: Path, account: str | None, store: Path | None, *, passkey: bool, log_in: bool, as_json: bool
) -> None:
    """Sign that you have read the accountability policy in FILE and stand by it (21 CFR 11.10(j)).

    FILE is the text that the plan in force names by its digest; it is kept in the ledger.
    """
    with workplace(store) as place:
        signed = accept(place, policy, signatory(place, account, passkey=passkey, log_in=log_in))
    if as_json:
        show_json(signed)
        return
    say(f"{signed.email} accepted '{signed.of}'  #{signed.index}")


@click.command("training")
@click.argument("email")
@click.argument("training")
@click.option("--document", required=True, help="The ID of the training record, where it is kept.")
@click.option("--file", "path", type=_FILE, help="The training record; only its digest is recorded.")
@click.option("--digest", help="Its SHA-256, where the file is not at hand.")
@click.option("--completed", required=True, metavar="DAY", help="When the training was completed.")
@click.option("--expires", default="", metavar="DAY", help="From when on it is no longer good.")
@signing_options
@person_option
@store_option
@json_option
def training(
    email: str,
    training: str,
    document: str,
    path: Path | None,
    digest: str | None,
    completed: str,
    expires: str,
    account: str | None,
    store: Path | None,
    *,
    passkey: bool,
    log_in: bool,
    as_json: bool,
) -> None:
    """Sign that EMAIL was trained in TRAINING, by a record that you saw (21 CFR 11.10(i)).

    Its ID and digest are recorded. Another person than EMAIL signs, as quality or release authority.
    """
    if (path is None) == (digest is None):
        raise click.UsageError("Give one of --file and --digest.")
    sha256 = digest_of(path) if path is not None else parse_sha256(digest or "")
    with workplace(store) as place:
        person = signatory(place, account, passkey=passkey, log_in=log_in)
        signed = link_training(
            place,
            email,
            training,
            person,
            document=document,
            sha256=sha256,
            completed=completed,
            expires=expires,
        )
    if as_json:
        show_json(signed)
        return
    say(f"training of {signed.email} in {signed.of} linked  #{signed.index}")
