"""``clausework init``."""

from __future__ import annotations

import os
from pathlib import Path

import click

from clausework.actions.establish import establish, write_starter
from clausework.cli.options import ask_passphrase, json_option, store_option
from clausework.cli.output import say, show_json


@click.command("init")
@click.option(
    "--establish", "establishing", is_flag=True, help="Make the ledger and its root, signed by two people."
)
@click.option(
    "--person", "people", multiple=True, metavar="EMAIL", help="With --establish: one of the two people."
)
@click.option(
    "--proof", default="", help="With --establish: how the two identities were proofed, and by whom."
)
@click.option("--device", help="The device's name; default: the folder's.")
@click.option("--manufacturer", default="Manufacturer", help="Who places the device on the market.")
@click.option("--software-item", default="controller", help="The software item's name.")
@click.option("--path", "paths", multiple=True, help="Its paths; default: src/**, or all without src.")
@click.option("--quality", default="quality@example.com", help="Who holds the role quality.")
@click.option("--release-authority", default="release@example.com", help="Who may authorise a release.")
@click.option("--safety-class", type=click.Choice(["A", "B", "C"]), default="C", help="Unassigned means C.")
@store_option
@json_option
def command(
    people: tuple[str, ...],
    proof: str,
    device: str | None,
    manufacturer: str,
    software_item: str,
    paths: tuple[str, ...],
    quality: str,
    release_authority: str,
    safety_class: str,
    store: Path | None,
    *,
    establishing: bool,
    as_json: bool,
) -> None:
    """Write a plan that passes lint; with --establish, make the ledger and its root (21 CFR 11.100).

    The root is signed by two people whose identities were proofed. Its digest goes to clausework.root beside the plan:
    commit it, and give it to whoever verifies the ledger.
    """
    if establishing:
        if not proof.strip():
            raise click.UsageError("Say with --proof how the two identities were proofed, and by whom.")
        made = establish(
            Path.cwd(), people, proof=proof, store=store, environ=os.environ, ask=ask_passphrase()
        )
        if as_json:
            show_json(made)
            return
        say(f"ledger established at {made.store}")
        for person in made.people:
            say(f"  {person.name} <{person.email}>: {', '.join(person.roles)}")
        say(f"  root {made.root_sha256}, pinned in {made.pinned.name}: commit that file")
        return
    written = write_starter(
        Path.cwd(),
        device=device or Path.cwd().name,
        manufacturer=manufacturer,
        software_item=software_item,
        paths=paths,
        quality=quality,
        release_authority=release_authority,
        safety_class=safety_class,
    )
    if as_json:
        show_json(written)
        return
    for path in written.written:
        say(f"wrote {path.relative_to(Path.cwd())}")
    say("next: say in clausework.yaml how the software is built; clausework lint; then")
    say("      clausework key new EMAIL --name NAME for two people, and")
    say("      clausework init --establish --person EMAIL --person EMAIL --proof TEXT")
