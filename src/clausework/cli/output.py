"""How results look: coloured in a terminal, plain in CI, JSON where asked; results on stdout, the rest on stderr.

Nothing that comes from a file reaches the terminal as a control character: every line is made printable, and
only the marks that this module sets become colours.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from clausework.core.errors import Unavailable
from clausework.core.printable import printable

if TYPE_CHECKING:  # '--help' need not wait for it
    from clausework.ledger.records.gates import CheckVerdict, Reason

COLOURS = {
    "pass": "green",
    "identical": "green",
    "verified": "green",
    "passed": "green",
    "admitted": "green",
    "fail": "red",
    "failed": "red",
    "red": "red",
    "refused": "red",
    "withdrawn": "red",
    "gap": "red",
    "overdue": "red",
    "locked": "red",
    "different": "red",
    "not_evaluated": "yellow",
    "not_verified": "yellow",
    "verified_elsewhere": "yellow",
    "skipped": "yellow",
    "not run": "yellow",
    "not_applicable": "bright_black",
    "deviation": "magenta",
}

_MARK = os.urandom(8).hex()  # so that no file can hold a mark
_MARKS = re.compile(f"\x00{_MARK}:([a-z_]*)\x00")
_COLOUR_CODES = re.compile(r"(\x1b\[[0-9;]*m)")
_UNSAFE_IN_JSON = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


class OutputLost(Unavailable):
    """What is to be shown cannot be written."""

    hint = "What was recorded stays recorded. Give the output a place with space and run the command again."


def say(line: str = "", *, error: bool = False) -> None:
    """Write a line of the result; raises ``OutputLost``."""
    _write(_rendered(line), error=error)


def say_again(line: str) -> None:
    """Write a line that a command wrote: its colours stay, and nothing else that steers a terminal."""
    parts = _COLOUR_CODES.split(line)
    _write("".join(part if at % 2 else printable(part) for at, part in enumerate(parts)), error=False)


def show_json(value: Any) -> None:
    """Write ``value`` as JSON, for programs."""
    import msgspec

    data = msgspec.json.encode(value, order="sorted", enc_hook=_path_text)
    text = msgspec.json.format(data, indent=2).decode()
    _write(_UNSAFE_IN_JSON.sub(lambda found: f"\\u{ord(found.group()):04x}", text), error=False)


def show_error(message: str, hint: str) -> None:
    """Write what is wrong and what to do next, on stderr. Further lines of a message are set in."""
    first, *more = message.split("\n")
    say(styled("clausework: ", "red", "bold") + first, error=True)
    for line in more:
        say(line if line.startswith("  ") else f"  {line}", error=True)
    if hint:
        say(styled("  next: ", "bold") + hint, error=True)


def coloured(word: str, width: int = 0) -> str:
    """Return an outcome as words, in its colour, padded to ``width``."""
    return styled(word.replace("_", " ").ljust(width), COLOURS.get(word, ""))


def styled(text: str, *styles: str) -> str:
    """Return ``text`` marked to be shown in the styles: a colour, ``bold``, ``dim``."""
    marks = "".join(f"\x00{_MARK}:{style}\x00" for style in styles if style)
    return f"{marks}{text}\x00{_MARK}:\x00" if marks else text


def short(digest: str) -> str:
    """Return the first twelve digits of a digest."""
    return digest[:12]


def table(rows: Iterable[Sequence[str]], *, indent: int = 2) -> None:
    """Write rows in columns as wide as their widest cell; colours do not count."""
    kept = [list(row) for row in rows]
    if not kept:
        return
    widths = [max(_width(row[column]) for row in kept) for column in range(len(kept[0]))]
    for row in kept:
        cells = [cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)]
        say((" " * indent + "  ".join(cells)).rstrip())


def show_checks(checks: Sequence[CheckVerdict], *, every_reason: bool = False) -> None:
    """Write checks or conditions with their outcome, clauses, and the reasons: what, who mends it, how."""
    for check in checks:
        clauses = styled(f"[{', '.join(check.clauses)}]", "dim")
        say(f"  {coloured(check.outcome, 14)} {check.check} {clauses}")
        if check.outcome == "not_applicable":
            say(f"                 {check.rationale}")
        shown = check.reasons if every_reason else check.reasons[:5]
        for reason, following in zip(shown, (*shown[1:], None), strict=False):
            unnamed = [item for item in reason.items if item not in reason.message]
            about = f" ({', '.join(unnamed)})" if check.outcome != "pass" and unnamed else ""
            say(f"                 {reason.message}{about}")
            again = following is not None and _mended_by(following) == _mended_by(reason)
            if check.outcome != "pass" and reason.command and not again:
                who = f"{reason.who}: " if reason.who else ""
                say(styled(f"                   -> {who}{reason.command}", "bold"))
                show_ways(reason.ways)
        if check.reason_count > len(shown):
            say(f"                 and {check.reason_count - len(shown)} more")


def show_ways(ways: Sequence[str]) -> None:
    """Write the further ways out of a refusal, each on a line of its own under what mends it."""
    for way in ways:
        say(f"                      or, {way}")


def _mended_by(reason: Reason) -> tuple[str, tuple[str, ...]]:
    return reason.command, reason.ways


def progress(what: str, number: int, count: int) -> None:
    """Write how far long work is, on stderr, in a terminal only."""
    if sys.stderr.isatty() and count > 1:
        click.echo(f"\r\x1b[K{number + 1}/{count} {printable(what)}", err=True, nl=number + 1 == count)


def _path_text(value: object) -> str:
    if isinstance(value, Path):
        return printable(str(value))
    raise NotImplementedError(f"{type(value).__name__} has no JSON.")


def _rendered(line: str) -> str:
    """Return ``line`` with our marks as colours and everything else printable."""
    text, *marked = _MARKS.split(line)
    parts = [printable(text)]
    for style, after in zip(marked[::2], marked[1::2], strict=True):
        parts += [_code(style), printable(after)]
    return "".join(parts)


def _code(style: str) -> str:
    """Return the sequence that begins a style; the empty one ends all."""
    if style in {"bold", "dim"}:
        return click.style("", bold=style == "bold" or None, dim=style == "dim" or None, reset=False)
    return click.style("", fg=style or None, reset=not style)


def _width(cell: str) -> int:
    return len(printable(_MARKS.sub("", cell)))


def _write(text: str, *, error: bool) -> None:
    """Write a line. A reader that went away hears no more; the exit code still says how it ended."""
    try:
        click.echo(text, err=error)
    except BrokenPipeError:
        _let_go(error=error)
    except OSError as failure:
        _let_go(error=error)
        if error:
            return  # there is nowhere left to say so; the exit code tells
        raise OutputLost(f"The result cannot be written: {failure.strerror}.") from failure


def _let_go(*, error: bool) -> None:
    """Send what is still to be written nowhere, so that nothing fails again when the process ends."""
    stream = sys.stderr if error else sys.stdout
    with open(os.devnull, "wb") as nowhere:  # noqa: PTH123
        os.dup2(nowhere.fileno(), stream.fileno())
