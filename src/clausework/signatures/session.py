"""How the second component of a signature, the passphrase, reaches the program (21 CFR 11.200(a)(1)).

The first component is the person's e-mail address, which names the key. Both components are given each time, unless
a signing session remembers the first (see ``signing_session``); no passphrase or opened key outlives the process.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from clausework.core.errors import UsageFault

VARIABLE = "CLAUSEWORK_PASSPHRASE"
NEW_VARIABLE = "CLAUSEWORK_NEW_PASSPHRASE"
SECOND_VARIABLE = "CLAUSEWORK_SECOND_PASSPHRASE"
"""The second person's, where one command takes two people: nobody gives theirs in a variable that both share."""

Ask = Callable[[str], str]
"""Shows a question on the terminal and returns the line that was typed unseen."""


class NoPassphrase(UsageFault):
    """A signature is wanted and nobody can be asked for the passphrase."""

    hint = (
        f"Sign at a terminal, or set {VARIABLE} for this one command. A pipeline does not sign for a person."
    )


class PassphrasesDiffer(UsageFault):
    """A new passphrase was typed in two ways."""

    hint = "Run the command again and type the same passphrase twice."


def passphrase_of(email: str, environ: Mapping[str, str], ask: Ask | None, variable: str = VARIABLE) -> str:
    """Return the passphrase of the person's key, from ``variable`` or else by ``ask``.

    ``ask`` is None where nobody can be asked. Raises ``NoPassphrase``.
    """
    if given := environ.get(variable, ""):
        return given
    typed = ask(f"Passphrase of {email}: ") if ask is not None else ""
    if not typed:
        raise NoPassphrase(
            f"There is no passphrase for the key of {email}.",
            hint=NoPassphrase.hint.replace(VARIABLE, variable),
        )
    return typed


def new_passphrase_of(email: str, environ: Mapping[str, str], ask: Ask | None) -> str:
    """Return the passphrase for a new key; a typed one is asked for twice.

    Raises ``NoPassphrase``, ``PassphrasesDiffer``.
    """
    first = passphrase_of(email, environ, ask)
    if not environ.get(VARIABLE) and ask is not None and ask("The same once more: ") != first:
        raise PassphrasesDiffer("The two passphrases differ.")
    return first


def chosen_passphrase_of(email: str, environ: Mapping[str, str], ask: Ask | None) -> str:
    """Return the passphrase that is to take the place of the present one; a typed one is asked for twice.

    Raises ``NoPassphrase``, ``PassphrasesDiffer``.
    """
    if given := environ.get(NEW_VARIABLE, ""):
        return given
    first = ask(f"New passphrase of {email}: ") if ask is not None else ""
    if ask is None or not first:
        raise NoPassphrase(
            f"There is no new passphrase for the key of {email}.",
            hint=f"Run the command at a terminal, or set {NEW_VARIABLE} for this one command.",
        )
    if ask("The same once more: ") != first:
        raise PassphrasesDiffer("The two passphrases differ.")
    return first
