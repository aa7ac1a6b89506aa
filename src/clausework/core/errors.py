"""Why Clausework stops, and what the person in front of it does next.

Seven families, one per exit code. A room adds a class per cause beneath one of them, beside the code that
raises it; the command line prints ``message`` and ``hint`` and leaves with ``exit_code``.
"""

from __future__ import annotations


class ClauseworkError(Exception):
    """A stop with a reason.

    ``message`` says what is wrong and where; ``hint`` says what to do next. Every concrete class has an
    ``exit_code`` from its family and a default ``hint``, which the raiser may make more precise.
    """

    exit_code: int = 70
    hint: str = "This is a defect in Clausework: please report it with the command that you ran."

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        if hint is not None:
            self.hint = hint


class Refused(ClauseworkError):
    """A gate, a lint or an admission says no (exit 1)."""

    exit_code = 1
    hint = "Add what is named as missing; there is no switch that skips a gate."


class UsageFault(ClauseworkError):
    """The command was not called as it can be (exit 2)."""

    exit_code = 2
    hint = "See 'clausework COMMAND --help'."


class InputRejected(ClauseworkError):
    """A file that was given cannot be accepted (exit 3)."""

    exit_code = 3
    hint = "Mend the file, or produce it again, and give it once more."


class IntegrityViolated(ClauseworkError):
    """Something that was recorded is not as it was recorded (exit 4)."""

    exit_code = 4
    hint = "Stop using this ledger, keep it as it is, and restore it from its last good copy."


class NotAllowed(ClauseworkError):
    """The person or key may not do this (exit 5)."""

    exit_code = 5
    hint = "Ask a person who holds the role that is named."


class Unavailable(ClauseworkError):
    """A store, a service or a tool cannot be reached (exit 6)."""

    exit_code = 6
    hint = "Make the named store, service or tool available and run the command again."


class Defect(ClauseworkError):
    """Clausework broke its own promise (exit 70)."""
