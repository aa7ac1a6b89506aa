"""``clausework deploy``."""

from __future__ import annotations

from pathlib import Path

import click

from clausework.actions.deploy import deploy
from clausework.actions.given_files import digest_of_given
from clausework.cli.options import json_option, store_option, workplace
from clausework.cli.output import coloured, say, short, show_json
from clausework.core.digests import parse_sha256
from clausework.core.printable import printable


@click.command("deploy")
@click.argument("environment")
@click.option(
    "--artifact", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="The file to deploy."
)
@click.option("--digest", help="Its SHA-256, where the file is not at hand.")
@click.option("--operator", default="", help="Who deploys.")
@click.option("--site", default="", help="Where to: a site or device.")
@store_option
@json_option
def command(
    environment: str,
    artifact: Path | None,
    digest: str | None,
    operator: str,
    site: str,
    store: Path | None,
    *,
    as_json: bool,
) -> None:
    """Ask whether an artefact may run in ENVIRONMENT, and record the answer; exit 1 when it may not (5.8.8).

    Production admits only digests that a signed release names. The release is evaluated again before each admission.
    """
    if (artifact is None) == (digest is None):
        raise click.UsageError("Give either --artifact FILE or --digest SHA256.")
    sha256 = digest_of_given(artifact) if artifact else parse_sha256(digest or "")
    with workplace(store) as place:
        deployed = deploy(
            place,
            environment,
            sha256,
            name=printable(artifact.name) if artifact else "",
            operator=operator,
            site=site,
        )
    if as_json:
        show_json(deployed)
        return
    version = f" as release {deployed.version}" if deployed.version else ""
    say(
        f"{coloured('admitted')} to {environment}{version} on #{deployed.basis}: {short(sha256)}  #{deployed.index}"
    )
