"""``clausework archive``."""

from __future__ import annotations

from pathlib import Path

import click

from clausework.actions.archive import Archived, archive_version
from clausework.actions.archive_check import CheckedArchive, check_archive, restore_archive
from clausework.actions.archive_file import write_archive_file
from clausework.actions.archive_result import outcome_of_archive
from clausework.actions.workplace import pinned_root
from clausework.cli.options import json_option, store_option, workplace
from clausework.cli.output import coloured, say, show_json
from clausework.core.digests import parse_sha256
from clausework.release.archive_facts import WITHOUT_HASH, missing_text

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)


@click.command("archive")
@click.argument("version", required=False)
@click.option(
    "--from", "places", type=_FOLDER, multiple=True, help="A further folder with files that locks name."
)
@click.option(
    "--repository", type=_FOLDER, multiple=True, help="A clone of a further repository of the version."
)
@click.option("--to", type=click.Path(path_type=Path), help="Write the archive to this new file (.tar.zst).")
@click.option("--check", type=_FILE, metavar="FILE", help="Check an archive's file, offline.")
@click.option(
    "--restore",
    type=(_FILE, click.Path(path_type=Path)),
    metavar="FILE FOLDER",
    help="Check it and unpack it.",
)
@click.option("--root", help="The root's digest, as you know it; for --check and --restore.")
@store_option
@json_option
def command(
    version: str | None,
    places: tuple[Path, ...],
    repository: tuple[Path, ...],
    to: Path | None,
    check: Path | None,
    restore: tuple[Path, Path] | None,
    root: str | None,
    store: Path | None,
    *,
    as_json: bool,
) -> None:
    """Keep what VERSION was made from and by, restore it to a scratch place and compare every digest (5.8.7).

    Class C is built again from what was restored, without a network. Each call is a restore test and is recorded;
    exit 1 when the archive does not hold what clause 5.8.7 asks. --check and --restore need no ledger.
    """
    if sum(one is not None for one in (version, check, restore)) != 1:
        raise click.UsageError("Give one of VERSION, --check FILE, --restore FILE FOLDER.")
    if version is None:
        if to or places or repository or store:
            raise click.UsageError("--from, --repository, --to and --store belong to a VERSION.")
        _show_checked(
            _checked(check, restore, parse_sha256(root) if root else pinned_root(Path.cwd())), as_json
        )
        return
    if root:
        raise click.UsageError("--root belongs to --check and --restore.")
    with workplace(store) as place:
        archived = archive_version(place, version, places=places, repositories=repository)
        outcome = outcome_of_archive(place, archived)
        written = write_archive_file(place, archived, to) if to else None
    if as_json:
        show_json({"archive": archived, "condition": outcome.verdict, "file": written})
    else:
        _show(archived)
        if written:
            say(f"  written to {written.path}  {written.files} files, {written.size} bytes")
            say(f"  sha256:{written.sha256}")
    outcome.refuse_unless_passing()


def _checked(check: Path | None, restore: tuple[Path, Path] | None, root: str | None) -> CheckedArchive:
    if restore is not None:
        return restore_archive(*restore, root=root)
    if check is None:
        raise click.UsageError("Give one of VERSION, --check FILE, --restore FILE FOLDER.")
    return check_archive(check, root=root)


def _show(archived: Archived) -> None:
    body = archived.body
    state = coloured("fail") if body.problem else "restored, every digest the same"
    say(f"archive of {archived.version}  #{archived.index}: {state}")
    if body.problem:
        say(f"  {body.problem}")
    found = body.dependencies - sum(one.kind == "dependency" for one in body.missing)
    say(
        f"  {len(archived.files)} files, {found} of {body.dependencies} dependencies, {body.evidence} of evidence whole"
    )
    for missing in body.missing:
        say(f"  lacks {missing_text(missing.kind, missing.name, missing.version, missing.named_by)}")
    if by_name := sum(one.name.startswith(WITHOUT_HASH) for one in archived.files):
        say(f"  {by_name} files taken by their names, for no lock has a hash of them: {WITHOUT_HASH}")
    if body.lacking > len(body.missing):
        say(f"  and {body.lacking - len(body.missing)} more")
    for one in archived.rebuilt:
        how = "offline" if one.isolated else "with a network within reach"
        say(f"  {one.software_item} built again from it, {how}: {coloured(one.outcome)}")
        if one.problem:
            say(f"    {one.problem}")
    for note in body.notes:
        say(f"  {note}")


def _show_checked(checked: CheckedArchive, as_json: bool) -> None:  # noqa: FBT001 - from the option alone
    if as_json:
        show_json(checked)
        return
    state = "released" if checked.released else "not released"
    say(f"{coloured('verified')}: {checked.product} {checked.version} ({state})  sha256:{checked.sha256}")
    say(f"  {checked.files} files and {checked.entries} records; every digest and signature holds")
    if not checked.trusted:
        say(f"  its root was taken on trust: compare {checked.root} with what you were given")
    for lacking in checked.missing:
        say(f"  made without {lacking}")
    for remark in checked.remarks:
        say(f"  {remark}")
    if checked.folder:
        say(f"  restored to {checked.folder}")
