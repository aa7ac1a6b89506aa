"""Where in a file something stands, and what is wrong there."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from clausework.core.errors import InputRejected


class Place(msgspec.Struct, frozen=True, order=True):
    """A position in a file: its path as the user wrote it, line and column counted from 1 (0: not known)."""

    path: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        if not self.line:
            return self.path
        return f"{self.path}:{self.line}:{self.column}" if self.column else f"{self.path}:{self.line}"


class Finding(msgspec.Struct, frozen=True):
    """One thing found wrong: the rule's name, a sentence, its place, the clauses behind it, the next step."""

    rule: str
    message: str
    place: Place
    clauses: tuple[str, ...] = ()
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.rule}: {self.message}"


class FindingsInInput(InputRejected):
    """A plan or an item file has errors; all that were found are told at once, each with its place."""

    hint = "Mend each place that is named, then run the command again."

    def __init__(self, what: str, findings: Sequence[Finding]) -> None:
        listing = "\n".join(f"  {finding}" for finding in findings)
        count = "1 error" if len(findings) == 1 else f"{len(findings)} errors"
        super().__init__(f"{what} has {count}:\n{listing}")
        self.findings = tuple(findings)
