"""distribution: keeps a list of who was given which version, and finds what in it no release has (clause 6.2.5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from clausework.actions.given_files import keep_file, written_name
from clausework.actions.given_texts import fit_text
from clausework.actions.trace import ReleaseUnknown
from clausework.actions.workplace import Workplace, software
from clausework.core.canonical import canonical_json
from clausework.core.errors import UsageFault
from clausework.core.printable import printable
from clausework.ledger.ledger import Draft, Snapshot
from clausework.ledger.records import Record, subject
from clausework.ledger.records.delivery import Distribution, VersionCount
from clausework.ledger.records.values import Descriptor
from clausework.release.distribution_list import HEADINGS, Delivery, DistributionList, ListUnreadable
from clausework.release.who_runs import Holding, Known, known_versions, newest_lists, who_runs
from clausework.release.withdrawal import withdrawal_of

SCHEMA = "urn:clausework:deliveries:v1"
_MOST_SHOWN = 200
_MOST_FINDINGS = 50
_MOST_VERSIONS = 10_000
_MOST_COMPARED = 200_000
"""Rows among which repetitions are looked for; memory does not grow with a longer list."""


class ColumnUnknown(UsageFault):
    """A column is named for something that no list says."""

    hint = f"Write WHAT=HEADING; what a list can say: {', '.join(HEADINGS)}."


class Recorded(msgspec.Struct, frozen=True):
    """A distribution list's record, and the version of each count that was withdrawn."""

    distribution: Distribution
    index: int
    existed: bool
    withdrawn: tuple[str, ...]


class Runs(msgspec.Struct, frozen=True):
    """Who runs a version. ``released`` is its record (-1: neither released nor adopted), ``lists`` what was read.

    ``running`` counts the devices that nothing is known to have replaced, ``replaced`` the others.
    """

    version: str
    released: int
    withdrawn: str
    lists: tuple[str, ...]
    running: int
    replaced: int
    holdings: tuple[Holding, ...]


def record_distribution(
    workplace: Workplace, path: Path, *, name: str = "", columns: Sequence[str] = ()
) -> Recorded:
    """Keep the list at ``path`` under ``name`` (default: the file's), where it takes the place of an earlier one.

    ``columns`` are written ``WHAT=HEADING``. Raises ``ListUnreadable``, ``FindingsInInput``, ``ColumnUnknown``,
    ``FileUnreadable``, ``TextUnfit``; nothing is recorded then.
    """
    named = _named(columns)
    name = fit_text("--name", name or path.name, longest=200)
    snapshot = workplace.snapshot()
    raw = keep_file(workplace.ledger, path, written_name(path, workplace.root), "text/csv")
    seen = _Seen(known_versions(snapshot.records, workplace.standing(snapshot)))
    detail, read = _keep_rows(workplace, raw, named, seen)
    body = Distribution(
        made=workplace.made(),
        name=name,
        raw=raw,
        detail=detail,
        rows=seen.rows,
        quantity=seen.quantity,
        columns=read,
        versions=seen.counts(),
        findings=tuple(seen.findings()[:_MOST_FINDINGS]),
        finding_count=len(seen.findings()),
    )
    known: list[Record] = []

    def decide(snapshot: Snapshot) -> list[Draft]:
        newest = newest_lists(snapshot.records).get(name)
        known[:] = [newest] if newest and msgspec.structs.replace(newest.body, made=body.made) == body else []
        return [] if known else [Draft((subject(f"distribution/{raw.name}", raw.sha256),), body)]

    receipts = workplace.ledger.append_if(decide)
    index = known[0].index if known else receipts[0].index
    return Recorded(body, index, bool(known), _withdrawn(workplace, [one.version for one in body.versions]))


def runs(workplace: Workplace, version: str) -> Runs:
    """Return who runs ``version``: from deployments and the newest distribution list of each name.

    Raises ``ReleaseUnknown`` for a version that was neither released nor adopted and that nobody was given.
    """
    snapshot = workplace.snapshot()
    standing = workplace.standing(snapshot)
    decisions = standing.decisions
    known = known_versions(snapshot.records, standing)
    holdings = who_runs(snapshot.records, workplace.ledger.open_blob, known, version)
    released = known.records.get(version)
    if released is None and not holdings:
        raise ReleaseUnknown(
            f"Version {printable(version)[:80]} was neither released nor adopted, and nobody was given it;"
            f" released or adopted: {', '.join(known.records) or 'none'}."
        )
    taken_back = withdrawal_of(decisions, released) if released else None
    return Runs(
        version=version,
        released=released.index if released else -1,
        withdrawn=str(taken_back) if taken_back else "",
        lists=tuple(
            f"{name} (#{one.index}, {one.body.made.at})"
            for name, one in newest_lists(snapshot.records).items()
        ),
        running=_devices(one for one in holdings if not one.replaced),
        replaced=_devices(one for one in holdings if one.replaced),
        holdings=holdings,
    )


def _devices(holdings: Iterable[Holding]) -> int:
    """Return how many devices ``holdings`` are; one that several rows name by its serial number counts once."""
    counted = {one.serial or f"#{one.record}:{one.line}": one.quantity for one in holdings}
    return sum(counted.values())


def _named(columns: Sequence[str]) -> dict[str, str]:
    named: dict[str, str] = {}
    for one in columns:
        what, separator, heading = one.partition("=")
        if not separator or what not in HEADINGS or what in named or not heading.strip():
            raise ColumnUnknown(f"'{one}' does not say which column is what.")
        named[what] = heading
    return named


def _keep_rows(
    workplace: Workplace, raw: Descriptor, named: Mapping[str, str], seen: _Seen
) -> tuple[Descriptor, dict[str, str]]:
    """Keep the rows as JSON Lines; return their descriptor and the columns that were read."""
    incoming = workplace.ledger.blobs.receive()
    try:
        with workplace.ledger.open_blob(raw.sha256) as stream:
            listed = DistributionList(stream, raw.name, named)
            header = {"schema": SCHEMA, "reader": software(), "raw": raw.sha256, "columns": listed.columns}
            incoming.write(canonical_json(header) + b"\n")
            for row in listed:
                seen.take(row)
                incoming.write(msgspec.json.encode(row) + b"\n")
        sha256, size = incoming.keep()
    except BaseException:
        incoming.discard()
        raise
    return Descriptor("deliveries.jsonl", sha256, size, "application/jsonl"), dict(listed.columns)


class _Seen:
    """Counts rows by version and collects what no release has, in memory that does not grow with the list."""

    def __init__(self, known: Known) -> None:
        self._known = known.records
        self._digests = known.digests
        self._counts: dict[str, tuple[int, int]] = {}
        self._found: dict[str, tuple[int, int]] = {}
        self._before: set[int] = set()
        self.rows = 0
        self.quantity = 0

    def take(self, row: Delivery) -> None:
        self.rows += 1
        self.quantity += row.quantity
        of_digest = self._digests.get(row.digest, "")
        version = row.version or of_digest
        rows, quantity = self._counts.get(version, (0, 0))
        self._counts[version] = rows + 1, quantity + row.quantity
        if row.version and row.version not in self._known:
            self._find(f"version {row.version} is of no release", row.line)
        if row.digest and not of_digest:
            self._find(f"digest {row.digest} is of no release", row.line)
        if row.digest and of_digest and row.version and row.version != of_digest:
            self._find(f"version {row.version} stands beside the digest of {of_digest}", row.line)
        self._find_repetition(row)
        if row.formula:
            self._find("a value looks like a formula; it is kept as text", row.line)
        if len(self._counts) > _MOST_VERSIONS or len(self._found) > _MOST_VERSIONS:
            raise ListUnreadable(
                f"The list names more than {_MOST_VERSIONS} versions: another column is meant.",
                hint="Say which it is: --column version=HEADING.",
            )

    def _find_repetition(self, row: Delivery) -> None:
        """Tell a device that stands in the list twice with one version, and a row that does word for word."""
        if len(self._before) == _MOST_COMPARED:
            return
        what = (row.serial, row.version, row.digest) if row.serial else msgspec.structs.replace(row, line=0)
        if hash(what) in self._before:
            said = "a serial number stands twice with one version, and counts once"
            self._find(said if row.serial else "a row stands twice word for word, and counts twice", row.line)
        self._before.add(hash(what))

    def counts(self) -> tuple[VersionCount, ...]:
        ordered = sorted(self._counts.items(), key=lambda one: (-one[1][1], one[0]))
        return tuple(VersionCount(version, *counted) for version, counted in ordered[:_MOST_SHOWN])

    def findings(self) -> list[str]:
        return [
            f"{said}: line {first}" + (f" and {count - 1} more" if count > 1 else "")
            for said, (first, count) in self._found.items()
        ]

    def _find(self, said: str, line: int) -> None:
        first, count = self._found.get(said, (line, 0))
        self._found[said] = first, count + 1


def _withdrawn(workplace: Workplace, versions: Sequence[str]) -> tuple[str, ...]:
    snapshot = workplace.snapshot()
    standing = workplace.standing(snapshot)
    decisions = standing.decisions
    known = known_versions(snapshot.records, standing).records
    return tuple(
        f"{version} was {taken_back}"
        for version in versions
        if version in known and (taken_back := withdrawal_of(decisions, known[version])) is not None
    )
