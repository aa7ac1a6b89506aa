"""Options that several verbs share."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
import msgspec

from clausework.actions.workplace import Workplace, open_workplace
from clausework.cli.output import say
from clausework.signatures.session import Ask

if TYPE_CHECKING:
    from clausework.actions.person import Signatory

Function = TypeVar("Function", bound=Callable[..., Any])


def store_option(function: Function) -> Function:
    """Add ``--store``."""
    return click.option(
        "--store",
        envvar="CLAUSEWORK_STORE",
        show_envvar=True,
        type=click.Path(path_type=Path),
        help="The ledger; default: .clausework beside the plan.",
    )(function)


def json_option(function: Function) -> Function:
    """Add ``--json``."""
    return click.option(
        "--json",
        "as_json",
        is_flag=True,
        envvar="CLAUSEWORK_JSON",
        show_envvar=True,
        help="Print the result as JSON.",
    )(function)


def build_options(function: Function) -> Function:
    """Add ``--build`` and ``--software-item``."""
    return click.option(
        "--build",
        "build_id",
        envvar="CLAUSEWORK_BUILD",
        show_envvar=True,
        help="The build; default: the newest of the checked-out commit.",
    )(software_item_option(function))


def software_item_option(function: Function) -> Function:
    """Add ``--software-item``."""
    return click.option(
        "--software-item",
        envvar="CLAUSEWORK_SOFTWARE_ITEM",
        show_envvar=True,
        help="The software item; default: the plan's only one.",
    )(function)


def all_items_option(function: Function) -> Function:
    """Add ``--all-items``."""
    return click.option(
        "--all-items",
        is_flag=True,
        help="Each software item of this repository; one that did not change is taken as it was built.",
    )(function)


def person_option(function: Function) -> Function:
    """Add ``--as``: who acts."""
    return click.option(
        "--as",
        "account",
        envvar="CLAUSEWORK_ACCOUNT",
        show_envvar=True,
        metavar="EMAIL",
        help="Who you are.",
    )(function)


def signing_options(function: Function) -> Function:
    """Add ``--passkey`` and ``--log-in``: how the person signs."""
    passkey = click.option(
        "--passkey", is_flag=True, help="Sign with a passkey, in a browser on this machine."
    )
    log_in = click.option(
        "--log-in",
        is_flag=True,
        help="Log in at the identity provider beside it, though the plan does not ask.",
    )
    return passkey(log_in(function))


def signatory(place: Workplace, account: str | None, *, passkey: bool, log_in: bool) -> Signatory:
    """Return who acts and signs: by a passkey, or by the sealed key that their passphrase opens."""
    from clausework.actions.passkey import act_with_passkey
    from clausework.actions.person import act_as

    if passkey:
        return act_with_passkey(place, account, log_in=log_in)
    return msgspec.structs.replace(act_as(place, account, ask_passphrase()), log_in=log_in)


@contextmanager
def workplace(store: Path | None, *, reading: bool = False, alone: bool = False) -> Iterator[Workplace]:
    """Open the workplace at the current folder; ``alone`` takes a ledger without a repository for reading."""
    with open_workplace(Path.cwd(), store, reading=reading, alone=alone, tell=_show_address) as opened:
        yield opened


def _show_address(address: str) -> None:
    say("Open this in a browser on this machine, within five minutes:", error=True)
    say(f"  {address}", error=True)


def ask_passphrase() -> Ask | None:
    """Return how to ask for a passphrase unseen; nobody can be asked where there is no terminal."""
    if not os.isatty(0):
        return None

    def ask(question: str) -> str:
        answer: str = click.prompt(question.removesuffix(": "), hide_input=True, err=True)
        return answer

    return ask
