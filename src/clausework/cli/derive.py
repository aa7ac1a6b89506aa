"""``clausework derive``."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import click

from clausework.actions.derive import KINDS, Given, derive
from clausework.cli.options import json_option, store_option, workplace
from clausework.cli.output import say, show_json
from clausework.core.digests import NotADigest, parse_sha256
from clausework.ledger.records.delivery import DerivationKind
from clausework.release.derivation import describe


@click.command("derive")
@click.option(
    "--from", "source", required=True, metavar="FILE|SHA256", help="What it was made of: a released artefact."
)
@click.option(
    "--to", "derived", required=True, type=click.Path(path_type=Path), help="The file that was made."
)
@click.option("--kind", required=True, type=click.Choice(KINDS), help="What was done to it.")
@click.option("--check", required=True, help="What was checked of it, and how, in a sentence.")
@click.option(
    "--evidence", type=click.Path(path_type=Path), help="A file that shows the check: a log, a report."
)
@click.option("--operator", default="", metavar="EMAIL", help="Who made it; default: the pipeline.")
@store_option
@json_option
def command(
    source: str,
    derived: Path,
    kind: str,
    check: str,
    evidence: Path | None,
    operator: str,
    store: Path | None,
    *,
    as_json: bool,
) -> None:
    """Record that an artefact was made of a released one by signing anew, encrypting, packing or a store (5.8.8).

    It is admitted once quality or the release authority, and not the operator, has approved the check. Zip files that
    were signed anew are compared by the program; other contents are refused.
    """
    given = Given(_source(source), derived, cast("DerivationKind", kind), check, evidence, operator)
    with workplace(store) as place:
        done = derive(place, given)
    if as_json:
        show_json(done)
        return
    body = done.derivation
    said = "recorded before" if done.existed else "recorded"
    say(f"{kind.replace('_', ' ')} {body.derived.name} {said}  #{done.index}")
    say(f"  from        {body.source}  (release {', '.join(done.versions)})")
    say(f"  to          {body.derived.sha256}")
    say(f"  checked     {body.check}")
    say(
        f"  by program  {describe(body.comparison) if body.comparison else 'nothing: no program can compare these'}"
    )
    say(f"  waits for an approval by quality or the release authority, not by {body.operator}:")
    say(f"    {done.approve}")


def _source(text: str) -> Path | str:
    """Return the digest that ``text`` is, or the path."""
    try:
        return parse_sha256(text)
    except NotADigest:
        return Path(text)
