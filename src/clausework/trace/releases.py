"""The releases that the log holds, and which of them a build comes after (clauses 5.6.6, 5.7.3, 6.3.2, 8.1).

A release record whose references lead nowhere is none: whoever wrote it, it makes no other release unreadable.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from clausework.ledger.records import Record
from clausework.ledger.records.build import Build
from clausework.ledger.records.release import Candidate, Release


class Released(msgspec.Struct, frozen=True):
    """A release: its record, the candidate that it was made of, and the builds of that by software item."""

    record: Record
    candidate: Candidate
    builds: dict[str, Build]

    @property
    def version(self) -> str:
        """The version that was released."""
        return str(self.record.body.version)

    @property
    def line(self) -> str:
        """The release line that it is of."""
        return str(self.record.body.line)


def releases(records: Sequence[Record]) -> tuple[Released, ...]:
    """Return the releases in log order."""
    return tuple(_releases(records))


def _releases(records: Sequence[Record]) -> Iterator[Released]:
    by_id: dict[str, Build] = {}
    candidates: dict[str, Candidate] = {}
    for record in records:
        body = record.body
        if isinstance(body, Build):
            by_id[body.id] = body
        elif isinstance(body, Candidate):
            candidates[record.sha256] = body
        elif isinstance(body, Release):
            candidate = candidates.get(body.candidate.sha256)
            if candidate is not None and all(one in by_id for one in candidate.builds):
                builds = (by_id[one] for one in candidate.builds)
                yield Released(record, candidate, {one.software_item: one for one in builds})


def predecessors(
    records: Sequence[Record], build: Build, version: str, line: str, left: str
) -> tuple[Released, ...]:
    """Return the releases of the build's software item that ``version`` comes after on ``line``, newest first.

    On a line that released nothing yet, they are those of the line that it ``left``, up to the release that the build
    is of or begins behind; where it begins behind none that is known, up to the newest.
    """
    found = [one for one in releases(records) if build.software_item in one.builds]
    own = next((one for one in found if one.version == version), None)
    before = [one for one in found if own is None or one.record.index < own.record.index]
    on_line = [one for one in before if one.line == line]
    if on_line or not left:
        return tuple(reversed(on_line))
    return tuple(reversed(_up_to(build, [one for one in before if one.line == left])))


def _up_to(build: Build, found: list[Released]) -> list[Released]:
    commits = {build.commit, build.range_from} - {""}
    ends = [number for number, one in enumerate(found) if one.builds[build.software_item].commit in commits]
    if ends:
        return found[: ends[-1] + 1]
    return [] if build.range_from else found  # a range that begins elsewhere does so at an adopted release
