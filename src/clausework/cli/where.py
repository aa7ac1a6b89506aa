"""``clausework where``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from clausework.actions.distribution import runs
from clausework.actions.where import AdoptedWhereabouts, Whereabouts, all_known, running_in
from clausework.cli.artefacts import artefact_options, meant
from clausework.cli.options import json_option, store_option, workplace
from clausework.cli.output import coloured, say, short, show_json, table
from clausework.release.who_runs import Holding


@click.command("where")
@artefact_options
@click.option("--environment", help="What runs there: admitted, and not replaced.")
@click.option("--version", help="Who runs this version: from deployments and distribution lists.")
@store_option
@json_option
def command(
    artifact: Path | None,
    image: str | None,
    digest: str | None,
    environment: str | None,
    version: str | None,
    store: Path | None,
    *,
    as_json: bool,
) -> None:
    """From a running artefact back to commit, dependencies, tests, risk file version and authorisation.

    With --version, the other way: everybody who was given it, and what is known to have taken its place.
    """
    if sum(one is not None for one in (artifact, image, digest, environment, version)) != 1:
        raise click.UsageError("Give one of --artifact, --image, --digest, --environment, --version.")
    if version is not None:
        _who_runs(version, store, as_json=as_json)
        return
    asked = meant(artifact, image, digest)
    with workplace(store, reading=True, alone=True) as place:
        digests = (asked.sha256,) if asked else running_in(place, environment or "")
        found = [one for sha256 in digests for one in all_known(place, sha256)]
    if as_json:
        show_json(found)
        return
    for one in found:
        if isinstance(one, AdoptedWhereabouts):
            _show_adopted(one)
        else:
            _show(one, _released_of(one.artefact, found))


def _released_of(artefact: str, found: Sequence[AdoptedWhereabouts | Whereabouts]) -> str:
    """Return the first version that was released with the artefact, with the build it took; nothing where none was."""
    released = (
        one for one in found if isinstance(one, Whereabouts) and one.index and one.artefact == artefact
    )
    return next((f"{one.version} took it of build {short(one.build.id)}" for one in released), "")


def _show_adopted(one: AdoptedWhereabouts) -> None:
    say(f"{one.name}  sha256:{one.artefact}")
    say(f"  adopted        {one.version}  #{one.record}: {one.standing}")
    say(f"  declared       {one.declared} ({one.declared_by})")
    say(f"  commit         {one.commit}")
    say(f"  gap analysis   {one.gap_analysis.name}  sha256:{one.gap_analysis.sha256}")
    for line in one.approved_by:
        say(f"  approved       {line}")
    for line in one.deployments:
        say(f"  deployment     {line}")


def _who_runs(version: str, store: Path | None, *, as_json: bool) -> None:
    with workplace(store, reading=True, alone=True) as place:
        found = runs(place, version)
    if as_json:
        show_json(found)
        return
    told = f"#{found.released}" if found.released >= 0 else "no release has this version"
    say(f"{version}  {told}: {found.running} still run it as far as is known, {found.replaced} were replaced")
    if found.withdrawn:
        say(f"  {coloured('withdrawn')}: {found.withdrawn}")
    rows: list[tuple[str, ...]] = [("where", "by", "device", "since", "count", "record", "")]
    rows += [_row(one) for one in found.holdings]
    if found.holdings:
        table(rows)
    say(f"  distribution lists: {', '.join(found.lists) or 'none recorded'}")


def _row(one: Holding) -> tuple[str, ...]:
    device = " ".join(filter(None, (one.serial, one.udi_pi))) or one.name or short(one.artefact)
    place = f"{one.site or '-'} ({one.source})"
    record = f"#{one.record}" + (f" line {one.line}" if one.line else "")
    state = f"replaced {one.replaced}" if one.replaced else one.remark
    return place, one.operator or "-", device or "-", one.date or "-", str(one.quantity), record, state


def _component(one: Whereabouts) -> str:
    """Return which component of the release the artefact is, with its own version."""
    built = one.index.build_manifest if one.index else ()
    own = next((component for component in built if component.build == one.build.id), None)
    if own is None or not own.version:
        return ""
    return f", as {own.software_item} {own.version}" + (f" of {own.reused_from}" if own.reused_from else "")


def _show(one: Whereabouts, released: str) -> None:
    say(f"{one.name}  sha256:{one.artefact}")
    for step in one.derivations:
        approved = "; ".join(step.approved_by) or coloured("refused") + ": nobody approved it who may"
        say(f"  derivation     {step}")
        say(f"                 approved by {approved}")
    say(
        f"  build          {one.build.id[:12]}  #{one.build_record}  {one.build.run.provider} {one.build.run.id}"
    )
    say(f"  commit         {one.build.commit} by {one.build.author}")
    say(
        f"  dependencies   {', '.join(f'{lock.name} sha256:{lock.sha256[:12]}' for lock in one.build.locks) or 'none'}"
    )
    say(f"  evidence       {', '.join(f'#{number}' for number in one.evidence) or 'none'}")
    if one.index is None:
        nowhere = "no signed release names this artefact"
        say(f"  release        none{f' of this build: {released}' if released else f': {nowhere}'}")
    else:
        say(f"  release        {one.version}  #{one.release_record}{_component(one)}")
        if one.withdrawn:
            say(f"  {coloured('withdrawn')}      {one.withdrawn}; it is no longer admitted")
        for other in one.other_releases:
            say(f"  also in        {other}")
        cases = sum(run.passed for run in one.index.test_runs)
        say(f"  tests          {cases} passed in {len(one.index.test_runs)} reports")
        say(f"  risk file      {one.risk_file}")
        say(f"  requirements   {one.index.requirements_baseline}")
        for given in one.index.authorisations:
            say(
                f"  authorised     {given.name} ({given.role.replace('_', ' ')}), {given.at}: {given.meaning}"
            )
            say(f"                 #{given.record}{f', by {given.means}' if given.means else ''}")
        say(f"  trusted time   {one.trusted_time}")
    for line in one.deployments:
        say(f"  deployment     {line}")
