"""Which test cases the ``verifies`` markers in comments speak for (clauses 5.1.1 c, 5.7.4, 7.3.3).

A marker speaks for the case that begins on its own line, or on the first line of code under the comment that it stands
in. Nothing is guessed: a report that does not tell file and line of its cases gets no link from a marker, and a marker
within a test's body is no link either, for the next case in the file may be another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from clausework.evidence.detail import Case
from clausework.trace.source_markers import Marker

Link = tuple[str, str]
"""A role, and the ID of the item that is verified in it."""

MARKERS_SCHEMA = "urn:clausework:markers:v1"

ROLES = frozenset({"verifies", "verifies_implementation", "verifies_effectiveness", "verifies_under_fault"})

_COMMENT_ONLY = re.compile(rb"\s*(?:#(?!\[)|//|/\*|\*|--|;|%|\"\"\"|'''|<!--|\.\.|$)")


class RecordedMarker(msgspec.Struct, frozen=True, omit_defaults=True):
    """A marker as a build records it; ``code`` is the line of code on or under which it stands, 0 for none."""

    path: str
    line: int
    word: str
    item: str
    code: int = 0


def recorded_markers(markers: Sequence[Marker], sources: Mapping[str, bytes]) -> tuple[RecordedMarker, ...]:
    """Return ``markers`` with the line of code that each stands above, as far as ``sources`` holds their files."""
    lines = {path: data.split(b"\n") for path, data in sources.items()}
    return tuple(
        RecordedMarker(one.path, one.line, one.word, one.item, _code_at(lines.get(one.path, []), one.line))
        for one in markers
    )


def _code_at(lines: Sequence[bytes], line: int) -> int:
    """Return the number of the first line from ``line`` on that is more than a comment; 0 where there is none."""
    for number in range(line - 1, len(lines)):
        if not _COMMENT_ONLY.match(lines[number]):
            return number + 1
    return 0


def read_markers(data: bytes) -> tuple[RecordedMarker, ...]:
    """Return the markers of a build's blob, behind its header."""
    return tuple(msgspec.json.decode(line, type=RecordedMarker) for line in data.splitlines()[1:])


class MarkedCases:
    """Finds the links that markers give to cases."""

    def __init__(self, markers: Iterable[RecordedMarker], folder: str = "") -> None:
        """Take a build's markers, their paths from the repository's top, and the plan's ``folder`` in it."""
        self._folder = folder
        self._at: dict[tuple[str, int], list[Link]] = {}
        for marker in markers:
            if marker.word in ROLES and marker.code:
                self._at.setdefault((marker.path, marker.code), []).append((marker.word, marker.item))

    def links_of(self, case: Case) -> Iterator[Link]:
        """Yield what the markers say that ``case`` verifies.

        Reports count lines from 1, but for pytest's own, whose suite it calls ``pytest``: they count from 0.
        """
        if not self._at or not case.file:
            return
        line = case.line + 1 if case.suite.partition(" > ")[0] == "pytest" else case.line
        for path in dict.fromkeys((self._folder + case.file, case.file)):
            yield from self._at.get((path, line), ())


def with_markers(case: Case, marked: MarkedCases) -> Case:
    """Return ``case`` with the links that markers give it beside its own."""
    links = tuple(marked.links_of(case)) if case.file else ()
    return msgspec.structs.replace(case, links=(*case.links, *links)) if links else case
