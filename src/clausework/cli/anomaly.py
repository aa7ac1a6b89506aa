"""``clausework anomaly``."""

from __future__ import annotations

from pathlib import Path

import click

from clausework.actions.anomaly import NOT_ASSESSED, ToldTest, draft_anomalies, failed_tests
from clausework.cli.options import build_options, json_option, store_option, workplace
from clausework.cli.output import say, show_json


@click.command("anomaly")
@click.argument("cases", nargs=-1, metavar="[CASE]...")
@click.option(
    "--severity",
    default=NOT_ASSESSED,
    show_default=True,
    help="How grave it is, in the words of your procedure.",
)
@click.option("--together", is_flag=True, help="One anomaly for all CASEs, which have one cause.")
@build_options
@store_option
@json_option
def command(
    cases: tuple[str, ...],
    severity: str,
    build_id: str | None,
    software_item: str | None,
    store: Path | None,
    *,
    together: bool,
    as_json: bool,
) -> None:
    """Draft an item file for each CASE that failed and that no open anomaly names; without CASE, list what failed.

    The file tells what failed, where and in which records. Mend its words, commit it, and have it evaluated.
    """
    with workplace(store, reading=True) as place:
        if cases:
            told = draft_anomalies(
                place,
                cases,
                severity=severity,
                together=together,
                build_id=build_id,
                software_item=software_item,
            )
        else:
            told = failed_tests(place, build_id=build_id, software_item=software_item)
    if as_json:
        show_json(told)
        return
    if not told:
        say("no test stands as failed")
    for one in told:
        _show(one)


def _show(one: ToldTest) -> None:
    records = ", ".join(f"#{index}" for index in one.records)
    say(f"{one.case}  {one.level or 'no level'}  {records}")
    if one.drafted:
        say(f"  drafted {one.anomaly} in {one.drafted}")
        say(f"  next: mend its words, commit it, then clausework decide evaluate {one.anomaly}")
    elif one.anomaly:
        say(f"  {one.anomaly} tells of it")
    else:
        say("  no open anomaly tells of it")
