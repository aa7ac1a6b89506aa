"""What runs where: which admitted artefact takes the place of which, by environment, site and part of the device."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from clausework.ledger.records import Record
from clausework.ledger.records.build import BuildOutputs
from clausework.ledger.records.delivery import Derivation
from clausework.ledger.records.release import Deployment


class Slot(msgspec.Struct, frozen=True):
    """A place that one artefact holds at a time: environment, site, software item, the artefact's name without version.

    An artefact that no build made stands under its own name, or its digest.
    """

    environment: str
    site: str
    software_item: str
    name: str


class Placement(msgspec.Struct, frozen=True):
    """An admitted deployment, its artefact's name, and the later one that took its slot (``None``: it still runs)."""

    record: int
    deployment: Deployment
    name: str
    replaced_by: Deployment | None = None
    replaced_at: int = -1


class _Made(msgspec.Struct, frozen=True):
    software_item: str
    name: str
    version: str


class Slots:
    """Tells the slot of a deployment, by what the builds and derivations among ``records`` say of its artefact."""

    def __init__(self, records: Iterable[Record]) -> None:
        self._outputs: dict[str, _Made] = {}
        self._sources: dict[str, str] = {}
        for record in records:
            body = record.body
            if isinstance(body, BuildOutputs):
                for one in body.outputs:
                    made = _Made(body.software_item, one.artefact.name, one.reported_version)
                    self._outputs.setdefault(one.artefact.sha256, made)
            elif isinstance(body, Derivation):
                self._sources.setdefault(body.derived.sha256, body.source)

    def of(self, body: Deployment) -> Slot:
        """Return the slot that the artefact of ``body`` takes, or would take."""
        made = self._made(body.artefact)
        if made is None:
            return Slot(body.environment, body.site, "", body.name or body.artefact)
        name = made.name
        for version in (made.version, body.version):
            name = name.replace(version, "*") if version else name
        return Slot(body.environment, body.site, made.software_item, name)

    def name_of(self, body: Deployment) -> str:
        """Return the artefact's name: as deployed, else as built."""
        made = self._made(body.artefact)
        return body.name or (made.name if made else "")

    def _made(self, sha256: str) -> _Made | None:
        passed: set[str] = set()
        while sha256 not in self._outputs and sha256 in self._sources and sha256 not in passed:
            passed.add(sha256)
            sha256 = self._sources[sha256]
        return self._outputs.get(sha256)


def placements(records: Sequence[Record]) -> tuple[Placement, ...]:
    """Return every admitted deployment, oldest first, with what took its slot later; the same again took nothing."""
    slots = Slots(records)
    found: list[Placement] = []
    newest: dict[Slot, int] = {}
    for record in records:
        body = record.body
        if not isinstance(body, Deployment) or body.outcome != "admitted":
            continue
        slot = slots.of(body)
        held = newest.get(slot)
        if held is not None:
            before = found[held]
            found[held] = msgspec.structs.replace(before, replaced_by=body, replaced_at=record.index)
        newest[slot] = len(found)
        found.append(Placement(record.index, body, slots.name_of(body)))
    return tuple(found)


def running_in(records: Sequence[Record], environment: str) -> tuple[Placement, ...]:
    """Return what was admitted to ``environment`` and not replaced there."""
    return tuple(
        one
        for one in placements(records)
        if one.deployment.environment == environment and one.replaced_by is None
    )


def told_before(records: Sequence[Record], body: Deployment) -> Record | None:
    """Return the newest record of the slot of ``body`` that gives the same answer, unless another was admitted since.

    An admission after a roll-back is thus a new one; the same question asked again is not.
    """
    slots = Slots(records)
    slot = slots.of(body)
    for record in reversed(records):
        before = record.body
        if isinstance(before, Deployment) and slots.of(before) == slot:
            if msgspec.structs.replace(before, made=body.made) == body:
                return record
            if before.artefact == body.artefact or before.outcome == "admitted":
                return None
    return None
