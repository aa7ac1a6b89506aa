"""``clausework adopt``."""

from __future__ import annotations

from pathlib import Path

import click

from clausework.actions.adopt import adopt
from clausework.cli.options import (
    json_option,
    person_option,
    signatory,
    signing_options,
    store_option,
    workplace,
)
from clausework.cli.output import say, show_json
from clausework.release.adoption import DECLARED

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command("adopt")
@click.argument("version")
@click.option(
    "--artifact", "artefacts", type=_FILE, multiple=True, required=True, help="What is on the market."
)
@click.option(
    "--commit", required=True, help="The commit that it was made from; later ranges begin behind it."
)
@click.option(
    "--declared", required=True, metavar="TEXT", help="What is declared of it: when and how it was released."
)
@click.option("--gap-analysis", type=_FILE, required=True, help="The gap analysis that clause 4.4 asks for.")
@click.option(
    "--software-item", multiple=True, help="A software item that it consists of; default: all of the plan."
)
@signing_options
@person_option
@store_option
@json_option
def command(
    version: str,
    artefacts: tuple[Path, ...],
    commit: str,
    declared: str,
    gap_analysis: Path,
    software_item: tuple[str, ...],
    account: str | None,
    store: Path | None,
    *,
    passkey: bool,
    log_in: bool,
    as_json: bool,
) -> None:
    """Record a release from before the tool as declared, with its gap analysis (clause 4.4).

    It counts once quality and the release authority have signed it, and is never shown as verified.
    """
    with workplace(store) as place:
        adopted = adopt(
            place,
            version,
            signatory(place, account, passkey=passkey, log_in=log_in),
            artefacts=artefacts,
            commit=commit,
            declared=declared,
            gap_analysis=gap_analysis,
            software_item=software_item,
        )
    if as_json:
        show_json(adopted)
        return
    say(f"version {version}: {DECLARED}  #{adopted.index}")
    say(f"  commit        {adopted.body.commit}")
    for one in adopted.body.artefacts:
        say(f"  artefact      {one.name}  sha256:{one.sha256}")
    say(f"  gap analysis  {adopted.body.gap_analysis.name}  sha256:{adopted.body.gap_analysis.sha256}")
    for missing in adopted.missing:
        say(f"  waits for {missing}: clausework sign {adopted.decision}")
