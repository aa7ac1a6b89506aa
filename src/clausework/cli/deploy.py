"""``clausework deploy``."""

from __future__ import annotations

from pathlib import Path

import click

from clausework.actions.deploy import Asked, Deployed, decide_deployment
from clausework.cli.artefacts import artefact_options, meant
from clausework.cli.options import json_option, store_option, workplace
from clausework.cli.output import coloured, say, short, show_json


@click.command("deploy")
@click.argument("environment")
@artefact_options
@click.option("--operator", default="", help="Who deploys.")
@click.option("--site", default="", help="Where to: a site or device.")
@store_option
@json_option
def command(
    environment: str,
    artifact: Path | None,
    image: str | None,
    digest: str | None,
    operator: str,
    site: str,
    store: Path | None,
    *,
    as_json: bool,
) -> None:
    """Ask whether an artefact may run in ENVIRONMENT, and record the answer; exit 1 when it may not (5.8.8).

    Production admits only digests that a signed release names. The release is evaluated again before each admission.
    With --json the answer is a document in either case.
    """
    found = meant(artifact, image, digest)
    if found is None:
        raise click.UsageError("Give one of --artifact PATH, --image NAME@sha256:DIGEST, --digest SHA256.")
    asked = Asked(environment, found.sha256, found.name, operator, site, found.target)
    with workplace(store) as place:
        decided = decide_deployment(place, asked)
    if as_json:
        show_json(decided)
    decided.refuse_unless_admitted()
    if not as_json:
        _show(decided)


def _show(deployed: Deployed) -> None:
    version = f" as release {deployed.version}" if deployed.version else ""
    again = ", as before" if deployed.existed else ""
    say(
        f"{coloured('admitted')} to {deployed.environment}{version} on #{deployed.basis}{again}:"
        f" {short(deployed.artefact)}  #{deployed.index}"
    )
    if deployed.remark:
        say(f"  {deployed.remark}")
    for step in deployed.derivations:
        say(f"  {step}")
        say(f"  approved by {'; '.join(step.approved_by)}")
