"""``clausework where``."""

from __future__ import annotations

from pathlib import Path

import click

from clausework.actions.given_files import digest_of_given
from clausework.actions.where import Whereabouts, running_in, where
from clausework.cli.options import json_option, store_option, workplace
from clausework.cli.output import say, show_json
from clausework.core.digests import parse_sha256


@click.command("where")
@click.option(
    "--artifact", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="A file that runs."
)
@click.option("--digest", help="Its SHA-256.")
@click.option("--environment", help="What was admitted there last.")
@store_option
@json_option
def command(
    artifact: Path | None, digest: str | None, environment: str | None, store: Path | None, *, as_json: bool
) -> None:
    """From a running artefact back to commit, dependencies, tests, risk file version and authorisation."""
    if sum(one is not None for one in (artifact, digest, environment)) != 1:
        raise click.UsageError("Give one of --artifact FILE, --digest SHA256, --environment NAME.")
    with workplace(store, reading=True) as place:
        if environment:
            digests = running_in(place, environment)
        else:
            digests = (digest_of_given(artifact) if artifact else parse_sha256(digest or ""),)
        found = [one for sha256 in digests for one in where(place, sha256)]
    if as_json:
        show_json(found)
        return
    for one in found:
        _show(one)


def _show(one: Whereabouts) -> None:
    say(f"{one.name}  sha256:{one.artefact}")
    say(
        f"  build          {one.build.id[:12]}  #{one.build_record}  {one.build.run.provider} {one.build.run.id}"
    )
    say(f"  commit         {one.build.commit} by {one.build.author}")
    say(
        f"  dependencies   {', '.join(f'{lock.name} sha256:{lock.sha256[:12]}' for lock in one.build.locks) or 'none'}"
    )
    say(f"  evidence       {', '.join(f'#{number}' for number in one.evidence) or 'none'}")
    if one.index is None:
        say("  release        none: no signed release names this artefact")
    else:
        say(f"  release        {one.version}  #{one.release_record}")
        cases = sum(run.passed for run in one.index.test_runs)
        say(f"  tests          {cases} passed in {len(one.index.test_runs)} reports")
        say(f"  risk file      {one.risk_file}")
        say(f"  requirements   {one.index.requirements_baseline}")
        for given in one.index.authorisations:
            say(
                f"  authorised     {given.name} ({given.role.replace('_', ' ')}), {given.at}: {given.meaning}"
            )
    for line in one.deployments:
        say(f"  deployment     {line}")
