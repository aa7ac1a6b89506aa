"""``clausework quality``."""

from __future__ import annotations

from pathlib import Path

import click

from clausework.actions.quality import (
    QualityThen,
    only,
    quality_history,
    quality_now,
    quality_of_build,
    refuse_below,
)
from clausework.cli.options import build_options, json_option, store_option, workplace
from clausework.cli.output import say, short, show_json, styled, table
from clausework.items.quality.model import QualityFinding
from clausework.items.quality.score import Quality


@click.command("quality")
@click.argument("item", required=False)
@click.option("--at-least", type=click.IntRange(0, 100), help="Exit 1 when the score is below this.")
@click.option("--history", is_flag=True, help="Show the score of every recorded item baseline.")
@click.option(
    "--glossary",
    type=click.Path(path_type=Path),
    help="YAML: terms with their definitions, beside those of the items.",
)
@build_options
@store_option
@json_option
def command(
    item: str | None,
    at_least: int | None,
    glossary: Path | None,
    build_id: str | None,
    software_item: str | None,
    store: Path | None,
    *,
    history: bool,
    as_json: bool,
) -> None:
    """Show how well the requirements are worded, by the rules Q1 to Q20; with ITEM, that one alone.

    Without more the items of the work tree are judged, and with --build those that the build was made with, with the
    tests that are recorded about it, as its gates judge them. --history needs the ledger alone.
    """
    if history:
        if item or build_id or software_item or glossary or at_least is not None:
            raise click.UsageError("--history stands alone: it shows every recorded item baseline.")
        with workplace(store, reading=True) as place:
            then = quality_history(place)
        _show_history(then, as_json=as_json)
        return
    if build_id or software_item:
        with workplace(store, reading=True) as place:
            quality = quality_of_build(place, build_id, software_item, glossary)
    else:
        quality = quality_now(Path.cwd(), store, glossary)
    if item:
        quality = only(quality, item)
    if as_json:
        show_json(quality)
    else:
        _show(quality)
    if at_least is not None:
        refuse_below(quality, at_least)


def _show(quality: Quality) -> None:
    for finding in quality.findings:
        _show_finding(finding)
    for one in quality.excepted:
        say(f"{one.item} {one.rule}: excepted, {one.findings} times: {one.reason}")
    if len(quality.points) == 1:
        for name, patterns in quality.patterns.items():
            say(f"{name} follows the EARS pattern: {', '.join(patterns)}")
    for reason in quality.not_evaluated:
        say(styled(f"not evaluated: {reason}", "dim"))
    if quality.documents:
        rows = [("document", "requirements", "findings", "score")]
        rows += [
            (one.document, str(one.requirements), str(one.findings), str(one.score))
            for one in quality.documents
        ]
        table(rows)
    rules = ", ".join(f"{rule} {count}" for rule, count in quality.by_rule().items())
    score = "none: nothing was judged" if quality.score is None else f"{quality.score} of 100"
    say(f"{quality.requirements} requirements, {len(quality.findings)} findings{rules and f' ({rules})'}")
    say(styled(f"score {score}", "bold"))


def _show_finding(finding: QualityFinding) -> None:
    inside = f" (text, line {finding.line}, column {finding.column})" if finding.line else ""
    say(f"{finding.place}: {finding}{inside}")
    if finding.suggestion:
        say(f"    better: {finding.suggestion}")


def _show_history(history: tuple[QualityThen, ...], *, as_json: bool) -> None:
    if as_json:
        show_json(history)
        return
    rows = [("date", "revision", "requirements", "findings", "score", "record")]
    rows += [
        (
            one.at,
            short(one.revision) or "-",
            str(one.requirements),
            str(one.findings),
            "-" if one.score is None else str(one.score),
            f"#{one.record}",
        )
        for one in history
    ]
    table(rows)
