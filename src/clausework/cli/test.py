"""``clausework test``: protocols that people run."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from clausework.actions.manual_form_file import write_form
from clausework.actions.manual_import import Imported, import_form
from clausework.actions.manual_run import draft_waits, run_protocol
from clausework.actions.protocols import list_protocols
from clausework.actions.sign import Signed, sign
from clausework.cli.options import (
    json_option,
    person_option,
    signatory,
    signing_options,
    store_option,
    workplace,
)
from clausework.cli.output import say, short, show_json
from clausework.core.errors import UsageFault

build_option = click.option(
    "--build",
    "build_id",
    envvar="CLAUSEWORK_BUILD",
    show_envvar=True,
    help="The build under test; default: the newest of each software item.",
)


class NoTerminal(UsageFault):
    """A test is to be run step by step, and there is nobody to ask."""

    hint = (
        "Run it in a terminal, or fill a form: clausework test form PROTOCOL -o FORM.xlsx, then test import."
    )


@click.group("test")
def command() -> None:
    """Run test protocols by hand: in the terminal, or with a form that is filled elsewhere."""


@command.command("list")
@store_option
@json_option
def list_command(store: Path | None, *, as_json: bool) -> None:
    """Show the test protocols, and whether they are approved as they read now."""
    with workplace(store, reading=True) as place:
        found = list_protocols(place)
    if as_json:
        show_json(found)
        return
    for one in found:
        approved = f"approved #{one.approval}" if one.approval >= 0 else "not approved"
        say(f"{one.id} {one.title}  {one.level}, {one.steps} steps  version {short(one.sha256)}  {approved}")
    if not found:
        say("The items hold no test protocol.")


@command.command("form")
@click.argument("protocol")
@click.option(
    "-o", "--output", required=True, type=click.Path(path_type=Path), help="FILE.csv, .xlsx or .json."
)
@build_option
@store_option
def form_command(protocol: str, output: Path, build_id: str | None, store: Path | None) -> None:
    """Write the empty form of PROTOCOL at its approved version, for the newest builds."""
    with workplace(store, reading=True) as place:
        written = write_form(place, protocol, output, build_id)
    say(f"wrote {output}: {written.protocol} at version {short(written.sha256)}")
    say(f"  fill it, then: clausework test import {output}")


@command.command("import")
@click.argument("form", type=click.Path(path_type=Path))
@store_option
@json_option
def import_command(form: Path, store: Path | None, *, as_json: bool) -> None:
    """Record the filled FORM; its tester signs it afterwards. What is not filled or does not fit records nothing."""
    with workplace(store) as place:
        imported = import_form(place, form)
    if as_json:
        show_json(imported)
    else:
        _show(imported)


@command.command("run")
@click.argument("protocol")
@click.option("--resume", is_flag=True, help="Go on with a run that was interrupted.")
@click.option("--anew", is_flag=True, help="Leave the draft of an interrupted run and begin again.")
@build_option
@signing_options
@person_option
@store_option
def run_command(
    protocol: str,
    build_id: str | None,
    account: str | None,
    store: Path | None,
    *,
    resume: bool,
    anew: bool,
    passkey: bool,
    log_in: bool,
) -> None:
    """Run PROTOCOL step by step in this terminal, record it, and sign it as executed.

    Interrupt it with Ctrl-C: nothing is recorded, and --resume goes on at the same step.
    """
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise NoTerminal("This is no terminal, so nobody can be asked.")
    if resume and anew:
        raise click.UsageError("--resume and --anew exclude each other.")
    with workplace(store) as place:
        try:
            imported = run_protocol(
                place, protocol, account, _Asking(), build_id=build_id, resume=resume, anew=anew
            )
        except (click.Abort, KeyboardInterrupt):
            say(error=True)
            if draft_waits(place, protocol, account):
                say(f"Interrupted. Go on with: clausework test run {protocol} --resume", error=True)
            raise
        _show(imported)
        person = signatory(place, imported.tester, passkey=passkey, log_in=log_in)
        _show_signed(sign(place, person, f"#{imported.file.index}"))


def _show(imported: Imported) -> None:
    file = imported.file
    say(
        f"{'known' if file.existed else 'recorded'}  #{file.index}  {file.path}  {file.format}  {short(file.sha256)}"
    )
    say(f"    {imported.protocol}: {file.summary}")
    if not file.existed:
        say(f"    counts once {imported.tester} has signed it: clausework sign #{file.index}")


def _show_signed(signed: Signed) -> None:
    say(
        f"{signed.name} ({signed.role.replace('_', ' ')}) signed: {signed.meaning}, {signed.at}  #{signed.index}"
    )


class _Asking:
    """Asks in the terminal, on standard error, so that results stay apart."""

    def say(self, text: str = "") -> None:
        """Show a line."""
        say(text, error=True)

    def ask(self, question: str, default: str = "") -> str:
        """Ask for a line."""
        answer: str = click.prompt(question, default=default, show_default=bool(default), err=True)
        return answer

    def choose(self, question: str, options: Sequence[str]) -> str:
        """Ask for one of ``options``; the first letters of one are enough."""
        while True:
            answer = self.ask(f"{question} ({'/'.join(options)})").strip().lower()
            found = [one for one in options if answer and one.startswith(answer)]
            if len(found) == 1:
                return found[0]
            self.say(f"Answer with one of {', '.join(options)}.")
