"""Test protocols as people take them up: the approved version, the empty form for a build, what a run is about."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from clausework.actions.components import newest_builds
from clausework.actions.evidence_target import EvidenceTarget, Level, evidence_target
from clausework.actions.items import item_of, read_site_items
from clausework.actions.workplace import Workplace
from clausework.core.errors import Refused, UsageFault
from clausework.evidence.manual_form import SCHEMA, FilledStep, Instrument, ManualForm, SoftwareUnderTest
from clausework.gates.manual_folding import approval_of
from clausework.items.model import Item, ItemType
from clausework.items.steps import equipment_of, software_items_of, steps_of
from clausework.ledger.ledger import Snapshot
from clausework.ledger.records.build import Build
from clausework.plan.model import software_item_of
from clausework.trace.builds import find_build, known_builds, outputs_of

LEVELS: dict[str, Level] = {"integration": "integration", "system": "system", "validation": "validation"}


class NotAProtocol(UsageFault):
    """An item is named that is no test protocol."""

    hint = "Name an item of the type test_protocol; 'clausework test list' shows them."


class ProtocolNotApproved(Refused):
    """A protocol is not approved at the version that the item files have."""


class NothingUnderTest(UsageFault):
    """There is no artefact that a protocol could be run on."""

    hint = "Run 'clausework build --artifact FILE' first, or name a build with --build."


class ListedProtocol(msgspec.Struct, frozen=True):
    """A protocol in a list: whether it is approved as it reads now, and the record of that, -1 for not."""

    id: str
    title: str
    level: str
    steps: int
    sha256: str
    approval: int


def protocol_named(workplace: Workplace, protocol_id: str) -> Item:
    """Return the test protocol of that ID as the item files have it; raises ``NotAProtocol``, ``ItemNotFound``."""
    item = item_of(read_site_items(workplace.site)[1].items, protocol_id)
    if item.type is not ItemType.TEST_PROTOCOL:
        raise NotAProtocol(f"{item.id} is a {item.type}, not a test_protocol.")
    return item


def list_protocols(workplace: Workplace) -> tuple[ListedProtocol, ...]:
    """Return every test protocol of the item files."""
    standing = workplace.standing(workplace.snapshot())
    found = []
    for item in read_site_items(workplace.site)[1].items:
        if item.type is ItemType.TEST_PROTOCOL:
            approval = approval_of(standing, item.id, item.content_hash)
            found.append(
                ListedProtocol(
                    item.id,
                    item.title,
                    item.says("level"),
                    len(steps_of(item)),
                    item.content_hash,
                    approval.since if approval else -1,
                )
            )
    return tuple(found)


def require_approved(workplace: Workplace, protocol: Item) -> None:
    """Raise ``ProtocolNotApproved`` unless the protocol was approved as the item files have it."""
    standing = workplace.standing(workplace.snapshot())
    if approval_of(standing, protocol.id, protocol.content_hash) is None:
        raise ProtocolNotApproved(
            f"{protocol.id} is not approved at version {protocol.content_hash[:12]}: a run of it would not count.",
            hint=f"Have it approved by another person than its author: clausework decide approve {protocol.id}.",
        )


def blank_form(workplace: Workplace, protocol: Item, build_id: str | None = None) -> ManualForm:
    """Return the empty form of ``protocol`` for the named build, else for the newest build of each software item.

    A protocol whose field ``software_items`` names some is about these alone. Raises ``NothingUnderTest``,
    ``BuildUnknown`` and ``NotInPlan``.
    """
    snapshot = workplace.snapshot()
    named = software_items_of(protocol)
    for one in named:
        software_item_of(workplace.plan, one)
    if build_id:
        builds: tuple[Build, ...] = (find_build(snapshot.records, build_id).body,)
    else:
        newest = newest_builds(workplace, snapshot)
        builds = tuple(build for build in newest if not named or build.software_item in named)
    software = tuple(
        dict.fromkeys(
            SoftwareUnderTest(output.artefact.name, output.artefact.sha256)
            for build in builds
            for output in outputs_of(snapshot.records, build.id)
        )
    )
    if not software:
        raise NothingUnderTest("No build of what is checked out has an artefact.")
    return ManualForm(
        SCHEMA,
        protocol.id,
        protocol.content_hash,
        protocol.says("level"),
        tuple(FilledStep(one.action, one.expected, one.tolerance) for one in steps_of(protocol)),
        title=protocol.title,
        preconditions=" ".join(protocol.says("preconditions").split()),
        software=software,
        equipment=tuple(Instrument(name) for name in equipment_of(protocol)),
    )


def target_of_run(workplace: Workplace, level: str, software: Sequence[str]) -> EvidenceTarget:
    """Return what a run on the artefacts ``software`` is about: the newest build that has all of them, else they alone.

    A device of several components is tested as a whole: its run is about the digests, and counts for the build of each.
    """
    if level not in LEVELS:
        raise NotAProtocol(f"'{level}' is no level at which protocols are run.")
    build = _build_with(workplace.snapshot(), frozenset(software))
    if build is None:
        return evidence_target(workplace, level=LEVELS[level], subjects=tuple(software))
    return evidence_target(workplace, level=LEVELS[level], build_id=build.id)


def _build_with(snapshot: Snapshot, digests: frozenset[str]) -> Build | None:
    items = dict.fromkeys(one.body.software_item for one in snapshot.records if isinstance(one.body, Build))
    found = [
        known
        for item in items
        for known in known_builds(snapshot.records, item)
        if digests and digests <= known.artefacts
    ]
    return max(found, key=lambda known: known.record.index).build if found else None
