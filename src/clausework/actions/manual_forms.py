"""Holds a filled form against what the ledger knows: the approved protocol, builds, people, and the files beside it.

What the form itself cannot tell is asked here, before anything is recorded, so that nobody's test is in vain: the gate
asks it all again.
"""

from __future__ import annotations

import mimetypes
import os
from collections.abc import Iterator
from pathlib import Path

import msgspec

from clausework.actions.evidence_target import EvidenceTarget
from clausework.actions.given_files import FileUnreadable, keep_file
from clausework.actions.items import ItemNotFound, item_of, read_site_items
from clausework.actions.workplace import Workplace
from clausework.core.clock import parse_timestamp, timestamp
from clausework.core.errors import ClauseworkError
from clausework.core.printable import printable
from clausework.evidence.format import TestsRead
from clausework.evidence.manual_form import ManualRead, NamedFile
from clausework.evidence.manual_reading import day_of
from clausework.evidence.reading import Accepted, Quarantined
from clausework.gates.manual_folding import approval_of, approved_late, missing_equipment
from clausework.items.model import Item, ItemType
from clausework.items.steps import software_items_of, steps_of
from clausework.ledger.ledger import Snapshot
from clausework.ledger.records.build import BuildOutputs
from clausework.ledger.records.manual import ManualRun, ProtocolStep
from clausework.ledger.records.values import Descriptor

_MOST_FAULTS = 12


def held_against_protocol(
    workplace: Workplace, outcome: Accepted | Quarantined, target: EvidenceTarget, path: Path
) -> Accepted | Quarantined:
    """Return a filled form with its attachments kept, or quarantined where it does not fit; any other file as it is."""
    if not isinstance(outcome, Accepted) or not isinstance(outcome.result, TestsRead):
        return outcome
    manual = outcome.result.manual
    if manual is None:
        return outcome
    faults = list(faults_of_run(workplace, manual, target))
    attachments: list[Descriptor] = []
    for file in dict.fromkeys(manual.files):
        kept = _kept(workplace, file, path)
        if isinstance(kept, str):
            faults.append(kept)
        else:
            attachments.append(kept)
    if faults:
        reading = outcome.reading
        return Quarantined(reading.raw, outcome.format.name, reading.reader, "; ".join(faults[:_MOST_FAULTS]))
    run = msgspec.structs.replace(manual.run, attachments=tuple(attachments))
    result = msgspec.structs.replace(outcome.result, manual=msgspec.structs.replace(manual, run=run))
    return msgspec.structs.replace(outcome, result=result)


def faults_of_run(workplace: Workplace, manual: ManualRead, target: EvidenceTarget) -> Iterator[str]:
    """Yield what keeps the form from being a run of an approved protocol on a recorded build, in words."""
    snapshot = workplace.snapshot()
    run = manual.run
    try:
        protocol = item_of(read_site_items(workplace.site)[1].items, run.protocol)
    except ItemNotFound as error:
        yield error.message.rstrip(".")
    else:
        yield from _of_protocol(workplace, snapshot, protocol, manual, target)
    yield from _of_software(snapshot, run, target)
    if snapshot.keyring.person(run.tester, len(snapshot.records)) is None:
        yield f"nobody is enrolled as the tester {run.tester}"
    now = workplace.clock()
    if parse_timestamp(run.performed_at) > now and day_of(run.performed_at) > now.date():
        yield f"it says to be performed on {run.performed_at}, and now it is {timestamp(now)}"


def _of_protocol(
    workplace: Workplace, snapshot: Snapshot, protocol: Item, manual: ManualRead, target: EvidenceTarget
) -> Iterator[str]:
    run = manual.run
    if protocol.type is not ItemType.TEST_PROTOCOL:
        yield f"{protocol.id} is a {protocol.type}, not a test_protocol"
        return
    level = protocol.says("level")
    if manual.level != level or target.origin.level != level:
        said = target.origin.level or "none"
        yield f"{protocol.id} is run at level '{level}'; the form says '{manual.level}', --level '{said}'"
    if run.protocol_sha256 != protocol.content_hash:
        yield (
            f"version {run.protocol_sha256[:12]} of {protocol.id} was run, and it reads otherwise now"
            f" ({protocol.content_hash[:12]}); take a new form: clausework test form {protocol.id}"
        )
        return
    approval = approval_of(workplace.standing(snapshot), protocol.id, run.protocol_sha256)
    if approval is None:
        yield (
            f"{protocol.id} is not approved at version {run.protocol_sha256[:12]}:"
            f" clausework decide approve {protocol.id}"
        )
    elif late := approved_late(approval, run.performed_at):
        yield f"{protocol.id} {late}; run it again"
    yield from _of_steps(steps_of(protocol), manual.steps)
    yield from _of_software_items(snapshot, protocol, run)
    for needed in missing_equipment(protocol, run):
        yield f"the instrument '{needed}' that {protocol.id} needs is not named"


def _of_software_items(snapshot: Snapshot, protocol: Item, run: ManualRun) -> Iterator[str]:
    tested = {
        record.body.software_item
        for record in snapshot.records
        if isinstance(record.body, BuildOutputs)
        and any(output.artefact.sha256 in run.software for output in record.body.outputs)
    }
    for one in software_items_of(protocol):
        if one not in tested:
            yield f"nothing that was under test is of the software item {one}, which {protocol.id} is about"


def _of_steps(wanted: tuple[ProtocolStep, ...], filled: tuple[ProtocolStep, ...]) -> Iterator[str]:
    for step in wanted:
        if step not in filled:
            yield f"the step '{step.action[:60]}' of the protocol is missing, or was changed"
    for step in filled:
        if step not in wanted:
            yield f"the step '{step.action[:60]}' is none of the protocol's"
    if wanted != filled and set(wanted) == set(filled):
        yield "the steps are in another order than the protocol's, or some are there twice"


def _of_software(snapshot: Snapshot, run: ManualRun, target: EvidenceTarget) -> Iterator[str]:
    of_builds: dict[str, set[str]] = {}
    for record in snapshot.records:
        if isinstance(record.body, BuildOutputs):
            for output in record.body.outputs:
                of_builds.setdefault(output.artefact.sha256, set()).add(record.body.build)
    for digest in run.software:
        if digest not in of_builds:
            yield f"the software under test, {digest[:12]}, is no artefact of a recorded build"
    build = target.origin.build
    if build and not any(build in of_builds.get(digest, ()) for digest in run.software):
        yield f"nothing that was under test is an artefact of build {build[:12]}, which it is recorded about"


def _kept(workplace: Workplace, file: NamedFile, path: Path) -> Descriptor | str:
    """Return the attachment as it is kept, from beside the form or already in the ledger; else why it is not."""
    name = printable(file.name)
    if not file.name or os.path.basename(file.name) != file.name:  # noqa: PTH119 - a name, never a path
        return f"the attachment '{name}' is not the name of a file beside the form"
    beside = path.parent / file.name
    if file.sha256 and not beside.exists() and workplace.ledger.blobs.holds(file.sha256):
        with workplace.ledger.open_blob(file.sha256) as stream:
            size = sum(len(chunk) for chunk in iter(lambda: stream.read(1 << 18), b""))
        return Descriptor(name, file.sha256, size, _media_type(file.name))
    try:
        kept = keep_file(workplace.ledger, beside, name, _media_type(file.name))
    except (FileUnreadable, OSError) as error:
        reason = error.message if isinstance(error, ClauseworkError) else error
        return f"the attachment '{name}' cannot be kept: {reason}"
    if file.sha256 and kept.sha256 != file.sha256:
        return f"the attachment '{name}' is not the file that the form names by its digest"
    return kept


def _media_type(name: str) -> str:
    return mimetypes.guess_type(name)[0] or "application/octet-stream"
