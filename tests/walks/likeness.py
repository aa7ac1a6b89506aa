"""Whether a command printed what a page shows, although digests, record numbers and times are those of another run.

Digests and record numbers of the page stand for those of this run one to one, from the first line of the page to the
last: a page on which one digest is written where another was printed is stale. A short digest stands for the beginning
of the long one. Times, days and durations stand for any of their shape.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_DIGEST = r"(?<![0-9A-Za-z])(?:[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{12}|[0-9a-f]{8})(?![0-9A-Za-z])"
_NUMBER = r"(?<=#)\d+(?!\w)|(?<=clausework sign )\d+(?!\w)"
_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z"
_DAY = r"(?<![\w-])\d{4}-\d\d-\d\d(?![\w-])"
_LASTED = r"(?<![\w.])\d+\.\d+ ?s\b"
_HASH = r"(?<![0-9A-Za-z+/])[0-9A-Za-z+/]{43}="
_VARIABLE = re.compile(
    f"(?P<time>{_TIME})|(?P<day>{_DAY})|(?P<lasted>{_LASTED})|(?P<hash>{_HASH})"
    f"|(?P<number>{_NUMBER})|(?P<digest>{_DIGEST})"
)
_SHAPES = {"time": _TIME, "day": _DAY, "lasted": _LASTED, "hash": _HASH, "number": r"\d+"}
_OMITTED = "..."


class Stands:
    """What of the page stands for what of this run."""

    def __init__(self) -> None:
        self._digests: dict[str, str] = {}
        self._numbers: dict[str, str] = {}

    def in_words_of_this_run(self, command: str) -> str:
        """Return the page's command with the digests and record numbers of this run."""

        def put(found: re.Match[str]) -> str:
            text = found.group()
            known = self._numbers if found.lastgroup == "number" else self._digests
            return known.get(text, text)

        return _VARIABLE.sub(put, command)

    def take(self, shown: str, printed: str) -> bool:
        """Say whether the printed line is the page's; if it is, what stands for what is known from then on."""
        names, pattern = _pattern(shown)
        found = re.fullmatch(pattern, printed)
        if found is None:
            return False
        pairs = [(kind, text, found[name]) for name, (kind, text) in names.items()]
        if not all(self._may_stand(kind, text, other) for kind, text, other in pairs):
            return False
        for kind, text, other in pairs:
            if kind in ("digest", "number"):
                (self._numbers if kind == "number" else self._digests)[text] = other
        return True

    def _may_stand(self, kind: str, text: str, other: str) -> bool:
        if kind == "number":
            return all((text == one) == (other == its) for one, its in self._numbers.items())
        if kind == "digest":
            return all(_alike(text, one) == _alike(other, its) for one, its in self._digests.items())
        return True


def _alike(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _pattern(shown: str) -> tuple[dict[str, tuple[str, str]], str]:
    """Return a regular expression for a line of the page, and by group what kind of variable it is, and its text."""
    names: dict[str, tuple[str, str]] = {}
    parts: list[str] = []
    end = 0
    for found in _VARIABLE.finditer(shown):
        kind = found.lastgroup or ""
        name = f"v{len(names)}"
        names[name] = (kind, found.group())
        shape = f"[0-9a-f]{{{len(found.group())}}}" if kind == "digest" else _SHAPES[kind]
        parts += [_literal(shown[end : found.start()]), f"(?P<{name}>{shape})"]
        end = found.end()
    return names, "".join([*parts, _literal(shown[end:])])


def _literal(text: str) -> str:
    return ".*".join(re.escape(part) for part in text.split(_OMITTED))


def missing_line(shown: Sequence[str], printed: Sequence[str], stands: Stands) -> str | None:
    """Return the first line of the page that this run did not print in its place; ``None`` when it printed all.

    Without a line ``...`` nothing else may stand between, before or behind.
    """
    rest = iter(printed)
    skipping = False
    for line in shown:
        if line.strip() == _OMITTED:
            skipping = True
        elif not _found(line, rest, stands, skipping=skipping):
            return line
        else:
            skipping = False
    if not skipping:
        more = next(rest, None)
        if more is not None:
            return f"(nothing more, and not '{more}')"
    return None


def _found(line: str, rest: Iterator[str], stands: Stands, *, skipping: bool) -> bool:
    for printed in rest:
        if stands.take(line, printed):
            return True
        if not skipping:
            return False
    return False
