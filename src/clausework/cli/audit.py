"""``clausework audit``."""

from __future__ import annotations

from pathlib import Path

import click

from clausework.actions.audit import audit
from clausework.cli.options import json_option, store_option, workplace
from clausework.cli.output import say, show_json, styled
from clausework.release.audit.answer import Answer


@click.command("audit")
@click.argument("version")
@click.argument("questions", nargs=-1)
@click.option("--read-out", is_flag=True, help="One line for each answer, to be read out.")
@store_option
@json_option
def command(
    version: str, questions: tuple[str, ...], store: Path | None, *, read_out: bool, as_json: bool
) -> None:
    """Answer an auditor's QUESTIONS (all, or their marks such as R6 and Q2) about the released VERSION.

    It needs the ledger alone: where there is no repository, name it with --store.

    R1 to R8 ask whether the pipeline is the evidence and holds the release boundary; Q1 to Q15 go from the class to a
    complaint's way back. Exit 1 when something is missing.
    """
    with workplace(store, reading=True, alone=True) as place:
        found = audit(place, version, questions)
    if as_json:
        show_json(found)
    elif read_out:
        for answer in found.answers:
            say(f"{answer.mark}: {answer.line}")
    else:
        say(f"{version}, released {found.released_at}  #{found.release}, checkpoint {found.checkpoint}")
        trust = "pinned here" if found.pinned else "not pinned here: compare it with what you were given"
        say(f"  root {found.root}, {trust}")
        if found.withdrawn:
            say(f"  {styled(found.withdrawn, 'red')}")
        for answer in found.answers:
            _show(answer)
    found.refuse_unless_whole()


def _show(answer: Answer) -> None:
    clauses = styled(f"[{', '.join(answer.clauses)}]", "dim")
    mark = styled(answer.mark.ljust(3), "green" if answer.is_whole else "red")
    say(f"{mark}  {styled(answer.asks, 'bold')} {clauses}")
    say(f"     {answer.line}")
    for shown in answer.shown:
        where = f"  #{shown.record}" if shown.record >= 0 else ""
        by = f", {shown.by}" if shown.by else ""
        at = f", {shown.at}" if shown.at and shown.at not in by else ""
        say(f"       {shown.what}{where}{by}{at}")
    for missing in answer.missing:
        say(f"       {styled('missing', 'red')}: {missing}")
