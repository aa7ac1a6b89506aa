"""``clausework trace``."""

from __future__ import annotations

from pathlib import Path

import click

from clausework.actions.trace import Traced, trace
from clausework.cli.options import build_options, json_option, store_option, workplace
from clausework.cli.output import coloured, say, short, show_json, table


@click.command("trace")
@click.argument("item", required=False)
@click.option("--release", "version", help="A released version.")
@build_options
@store_option
@json_option
def command(
    item: str | None,
    version: str | None,
    build_id: str | None,
    software_item: str | None,
    store: Path | None,
    *,
    as_json: bool,
) -> None:
    """Show what verifies ITEM in a release or build, with runs, digests and proof; without ITEM, the whole matrix."""
    with workplace(store, reading=True) as place:
        traced = trace(place, item=item, version=version, build_id=build_id, software_item=software_item)
    if as_json:
        show_json(traced)
        return
    for one in traced:
        name = f"release {one.version}" if one.version else f"build {short(one.build)}"
        say(f"{name}, {one.software_item}, commit {one.commit[:12]}")
        if item:
            _show_item(one)
        else:
            _show_matrix(one)


def _show_matrix(traced: Traced) -> None:
    rows = [("item", "title", "from", "units", "tests passed", "outcome")]
    for row in traced.rows:
        passed = sum(test.outcome == "passed" for test in row.tests)
        units = ", ".join(row.units) or ", ".join(row.architecture)
        rows.append(
            (
                row.id,
                row.title[:44],
                ", ".join(row.sources),
                units,
                f"{passed}/{len(row.tests)}" + (f" +{len(row.reviews)} reviews" if row.reviews else ""),
                coloured(row.outcome),
            )
        )
    table(rows)
    verified = sum(row.outcome == "verified" for row in traced.rows)
    say(f"{verified} of {len(traced.rows)} verified")


def _show_item(traced: Traced) -> None:
    for row in traced.rows:
        say(f"{row.id} {row.title}: {coloured(row.outcome)}")
        say(f"  text        {row.sha256}")
        for label, linked in (
            ("from", row.sources),
            ("allocated", row.architecture),
            ("units", row.units),
            ("controls", row.controls),
        ):
            if linked:
                say(f"  {label.ljust(11)} {', '.join(linked)}")
        for test in row.tests:
            records = ", ".join(f"#{number}" for number in test.records)
            role = "" if test.role == "verifies" else f" ({test.role.replace('_', ' ')})"
            say(f"  {coloured(test.outcome, 7)} {test.level}: {test.case}{role}  {records}")
        for number in row.reviews:
            say(f"  reviewed    #{number}")
    for record in traced.records:
        raw = f"{record.raw_name} sha256:{record.raw_sha256}" if record.raw_sha256 else f"by {record.by}"
        say(f"  #{record.index} {record.kind} {record.at} run {record.run or '-'}")
        say(f"      {raw}")
        say(
            f"      statement sha256:{record.statement_sha256}, inclusion proof of {len(record.proof)} hashes"
        )
    say("  under the signed checkpoint:")
    for line in traced.checkpoint.splitlines()[:3]:
        say(f"      {line}")
