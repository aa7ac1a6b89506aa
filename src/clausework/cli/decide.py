"""``clausework decide``: one subcommand per form, made from the form itself."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

import click

from clausework.actions.decide import Decided, decide_each
from clausework.actions.significance import asked_significance
from clausework.cli.options import (
    ask_passphrase,
    json_option,
    person_option,
    signatory,
    signing_options,
    store_option,
    workplace,
)
from clausework.cli.output import say, show_json
from clausework.cli.pipeline_output import show_change
from clausework.cli.significance_output import show_significance
from clausework.decisions.dispose import FINDINGS
from clausework.decisions.form import MATTER, Form
from clausework.decisions.forms import FORMS

_SIGNIFICANCE = "significance"

_BEFORE = {"plan": "approved", "pipeline": "reviewed"}
"""What the earlier state of a matter was, which the present one is shown to differ from."""


@click.group("decide")
def command() -> None:
    """Record a decision about an item version, a record, a plan or a version. It makes no commit and no build."""


def _subcommand(form: Form) -> click.Command:
    def callback(
        subjects: tuple[str, ...],
        version: str,
        account: str | None,
        store: Path | None,
        *,
        passkey: bool,
        log_in: bool,
        as_json: bool,
        **fields: Any,
    ) -> None:
        given = {name: value for name, value in fields.items() if value}
        if form.name == _SIGNIFICANCE and not given.get("answers"):
            _show_questions(store, subjects[0], as_json=as_json)
        with workplace(store) as place:
            person = signatory(place, account, passkey=passkey, log_in=log_in)
            decided = decide_each(
                place, form.name, subjects, given, person, version=version, ask=ask_passphrase()
            )
        if as_json:
            show_json(decided if len(decided) > 1 else decided[0])
        else:
            for one in decided:
                _show(one)
            _show_waiting(decided)

    shown = "SUBJECT..." if form.several else "SUBJECT"
    parameters: list[click.Parameter] = [click.Argument(["subjects"], nargs=-1, required=True, metavar=shown)]
    for field in (one for one in form.fields if one.by_hand):
        choices = click.Choice(field.choices) if field.choices else None
        parameters.append(
            click.Option(
                [f"--{field.name.replace('_', '-')}", field.name],
                help=field.meaning[:1].upper() + field.meaning[1:] + ".",
                multiple=field.kind == "list",
                type=choices,
            )
        )
    parameters.append(click.Option(["--version"], default="", help="The version that the decision is for."))
    made = click.Command(form.name, params=parameters, callback=callback, help=_help(form))
    for add in (signing_options, person_option, store_option, json_option):
        made = add(made)
    return made


def _show_questions(store: Path | None, version: str, *, as_json: bool) -> NoReturn:
    """Write what is asked and the case that it is about, and raise: nothing is decided by asking."""
    with workplace(store, reading=True) as place:
        asked = asked_significance(place, version)
    if as_json:
        show_json(asked)
    else:
        show_significance(asked)
    asked.refuse()


def _help(form: Form) -> str:
    matters = ", ".join(matter.replace("_", " ") for matter in form.matters)
    signers = "; ".join(
        f"'{rule.meaning}' by {' or '.join(map(_role, rule.roles))}{', not the author' if rule.independent else ''}"
        f"{f' (for {rule.only_for})' if rule.only_for else ''}"
        for rule in form.signatures
    )
    return f"{form.title} ({', '.join(form.clauses)}) of: {matters}.\n\nHas effect once signed: {signers}."


def _role(role: str) -> str:
    return "a holder of the role itself" if role == MATTER else role


def _show(decided: Decided) -> None:
    matter = decided.decision.matter
    say(f"{decided.decision.form} {matter.kind.replace('_', ' ')} {matter.id}  #{decided.index}")
    say(f"  at {matter.sha256}")
    for member in decided.decision.fields.get(FINDINGS, ()):
        say(f"  of {member}")
    if decided.changed:
        show_change(f"  the {matter.kind}", decided.changed, _BEFORE[matter.kind])
    for line in decided.impact:
        say(f"  {line}")
    for signature in decided.signatures:
        say(f"  signed by {signature}")
    if not decided.missing:
        say("  signed; it has effect")


def _show_waiting(decided: Sequence[Decided]) -> None:
    """Write who is to sign next, once for decisions that wait for the same people."""
    waiting: dict[str, list[str]] = {}
    for one in decided:
        for missing in one.missing:
            waiting.setdefault(missing, []).append(str(one.index))
    for missing, indexes in waiting.items():
        say(f"  waits for {missing}: clausework sign {' '.join(indexes)}")
    for one in decided:
        if one.vain:
            say(f"  {one.vain}; to give it up: clausework decide drop '#{one.index}'")


for _form in FORMS:
    command.add_command(_subcommand(_form))
