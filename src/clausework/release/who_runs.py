"""Who runs a version: what was deployed and what the newest distribution lists say, and what took its place since.

Whatever is not shown to be replaced counts as still running: those who must be told of a defect are rather told once
too often (clause 6.2.5).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import BinaryIO

import msgspec

from clausework.core.clock import parse_timestamp
from clausework.ledger.records import Record
from clausework.ledger.records.delivery import Derivation, Distribution
from clausework.release.adoption import adopted_releases
from clausework.release.distribution_list import Delivery
from clausework.release.placements import Placement, placements
from clausework.trace.releases import releases
from clausework.trace.standing import Standing

OpenBlob = Callable[[str], BinaryIO]


class Holding(msgspec.Struct, frozen=True):
    """Somebody who was given the version: where, by whom, when, and what is known to have taken its place.

    ``source`` names the deployment's environment or the distribution list; ``record`` is that of either, ``line`` the
    list's. ``replaced`` is empty for what still runs; ``remark`` says what is not certain about that.
    """

    source: str
    site: str
    operator: str
    artefact: str
    name: str
    serial: str
    udi_pi: str
    date: str
    quantity: int
    record: int
    line: int = 0
    replaced: str = ""
    remark: str = ""


class Known(msgspec.Struct, frozen=True):
    """The versions that were released, or adopted with people's signatures, and those that name each artefact.

    ``records`` gives the record of a version. A derived artefact has the version of its source.
    """

    records: dict[str, Record]
    digests: dict[str, str]


def known_versions(records: Sequence[Record], standing: Standing) -> Known:
    """Return what is known of versions; of several that name one artefact the newest counts."""
    found: dict[str, Record] = {}
    digests: dict[str, str] = {}
    for one in adopted_releases(records, standing.decisions):
        if one.counts:
            found[one.body.version] = one.record
            digests.update(dict.fromkeys((each.sha256 for each in one.body.artefacts), one.body.version))
    for released in releases(records, standing):
        found[released.version] = released.record
        digests.update(dict.fromkeys(released.record.body.artefacts, released.version))
    return Known(found, digests | _derived(records, digests))


def _derived(records: Iterable[Record], digests: Mapping[str, str]) -> dict[str, str]:
    sources: dict[str, str] = {}
    for record in records:
        if isinstance(record.body, Derivation):
            sources.setdefault(record.body.derived.sha256, record.body.source)
    found = {}
    for derived, source in sources.items():
        passed = {derived}
        while source not in digests and source in sources and source not in passed:
            passed.add(source)
            source = sources[source]
        if source in digests and derived not in digests:
            found[derived] = digests[source]
    return found


def newest_lists(records: Iterable[Record]) -> dict[str, Record]:
    """Return the newest distribution list of each name."""
    return {one.body.name: one for one in records if isinstance(one.body, Distribution)}


def who_runs(
    records: Sequence[Record], open_blob: OpenBlob, known: Known, version: str
) -> tuple[Holding, ...]:
    """Return everybody who was given ``version``, in the order of the log and of the lists."""
    deployed = [_deployed(one) for one in placements(records) if one.deployment.version == version]
    return (*deployed, *_distributed(records, open_blob, known.digests, version))


def read_deliveries(stream: BinaryIO) -> Iterator[Delivery]:
    """Yield the rows that a distribution list's detail blob holds."""
    decoder = msgspec.json.Decoder(Delivery)
    next(stream, None)  # the header
    for line in stream:
        yield decoder.decode(line)


def _deployed(one: Placement) -> Holding:
    body, later = one.deployment, one.replaced_by
    replaced = ""
    if later is not None:
        with_what = later.version or later.artefact[:12]
        same = " again" if later.artefact == body.artefact else ""
        replaced = f"by {with_what}{same} on {later.made.at} (#{one.replaced_at})"
    return Holding(
        source=f"deployment to {body.environment}",
        site=body.site,
        operator=body.operator,
        artefact=body.artefact,
        name=one.name,
        serial="",
        udi_pi="",
        date=body.made.at,
        quantity=1,
        record=one.record,
        replaced=replaced,
    )


def _distributed(
    records: Sequence[Record], open_blob: OpenBlob, digests: Mapping[str, str], version: str
) -> list[Holding]:
    lists = newest_lists(records)
    found: list[Holding] = []
    for name, record in lists.items():
        rows = (row for row in _rows(record, open_blob) if version in _versions(row, digests))
        found.extend(_holding(name, record, row) for row in rows)
    later = _Later(found)
    for record in lists.values():
        for row in _rows(record, open_blob):
            others = _versions(row, digests)
            if version not in others:
                later.take(row, " ".join(sorted(others)), record.index)
    return later.told()


def _rows(record: Record, open_blob: OpenBlob) -> Iterator[Delivery]:
    with open_blob(record.body.detail.sha256) as stream:
        yield from read_deliveries(stream)


def _versions(row: Delivery, digests: Mapping[str, str]) -> set[str]:
    """Return the version that a row names, and that which its digest is of: they may not agree."""
    return {row.version, digests.get(row.digest, "")} - {""}


def _holding(name: str, record: Record, row: Delivery) -> Holding:
    return Holding(
        source=f"distribution list {name}",
        site=row.site,
        operator=row.operator,
        artefact=row.digest,
        name="",
        serial=row.serial,
        udi_pi=row.udi_pi,
        date=row.date,
        quantity=row.quantity,
        record=record.index,
        line=row.line,
    )


class _Later(msgspec.Struct):
    """Works out which of ``holdings`` a later row replaces: by the device's serial number, and by nothing else."""

    holdings: list[Holding]
    by_serial: dict[str, list[int]] = {}
    by_site: dict[str, list[int]] = {}

    def __post_init__(self) -> None:
        for number, one in enumerate(self.holdings):
            index = self.by_serial if one.serial else self.by_site
            index.setdefault(one.serial or one.site, []).append(number)

    def take(self, row: Delivery, version: str, record: int) -> None:
        """Look at a row of another version."""
        said = (
            f"{version or row.digest[:12]}{f' on {row.date}' if row.date else ''} (#{record} line {row.line})"
        )
        for number in self.by_serial.get(row.serial, ()) if row.serial else ():
            one = self.holdings[number]
            if _is_later(row.date, one.date):
                self.holdings[number] = msgspec.structs.replace(one, replaced=f"by {said}", remark="")
            elif not one.replaced and not _is_later(one.date, row.date):
                remark = f"also listed with {said}; the dates do not tell which came later"
                self.holdings[number] = msgspec.structs.replace(one, remark=remark)
        for number in self.by_site.get(row.site, ()):
            one = self.holdings[number]
            if not _is_later(one.date, row.date):
                remark = f"the site was given {said} too; without serial numbers nothing tells whether it replaced this"
                self.holdings[number] = msgspec.structs.replace(one, remark=remark)

    def told(self) -> list[Holding]:
        """Return the holdings."""
        return self.holdings


def _is_later(date: str, than: str) -> bool:
    return bool(date and than) and parse_timestamp(date) > parse_timestamp(than)
