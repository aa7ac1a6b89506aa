"""test run: a tester goes through an approved protocol step by step; the run is recorded once it is whole.

What is noted waits in the tester's draft until then: an interrupted run leaves nothing in the ledger.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import msgspec

from clausework.actions.given_files import FileUnreadable, keep_file
from clausework.actions.manual_draft import Draft, DraftDamaged, DraftFile, DraftOutdated
from clausework.actions.manual_import import Imported, import_form
from clausework.actions.person import AccountUnknown, NobodyActs
from clausework.actions.protocols import blank_form, protocol_named, require_approved
from clausework.actions.workplace import Workplace
from clausework.core.errors import Refused, UsageFault
from clausework.core.identities import parse_email
from clausework.evidence.manual_form import FilledStep, Instrument, ManualForm, NamedFile
from clausework.evidence.manual_reading import calibration_fault
from clausework.items.model import Item
from clausework.ledger.ledger import Ledger
from clausework.ledger.records.manual import NO_CALIBRATION

OUTCOMES = ("pass", "fail", "blocked")


class RunNotConfirmed(Refused):
    """The tester did not confirm; nothing is recorded, and the draft is kept."""

    hint = "Go on with 'clausework test run PROTOCOL --resume'."


class FailureInDraft(Refused):
    """A run was interrupted after a step had failed: what failed is recorded before the protocol is run again."""

    hint = "Go on with 'clausework test run PROTOCOL --resume', note what cannot be done as blocked, and record it."


class NotUnderTest(UsageFault):
    """The device does not have the software that is to be tested."""

    hint = "Install the named artefacts, or name the build that is installed with --build."


class Tester(Protocol):
    """Shows texts to the tester and asks."""

    def say(self, text: str = "") -> None:
        """Show a line."""

    def ask(self, question: str, default: str = "") -> str:
        """Return what the tester answers; an empty answer is ``default``."""

    def choose(self, question: str, options: Sequence[str]) -> str:
        """Return one of ``options``."""


def tester_named(workplace: Workplace, account: str | None) -> str:
    """Return the account of who runs the test; raises ``NobodyActs`` and ``AccountUnknown``."""
    named = account or workplace.environ.get("CLAUSEWORK_ACCOUNT")
    if not named:
        raise NobodyActs("A test is run by a person.")
    email = parse_email(named)
    snapshot = workplace.snapshot()
    if snapshot.keyring.person(email, len(snapshot.records)) is None:
        raise AccountUnknown(f"Nobody is enrolled as {email}.")
    return email


def draft_waits(workplace: Workplace, protocol_id: str, account: str | None) -> bool:
    """Tell whether something of an interrupted run was noted that can be gone on with."""
    email = tester_named(workplace, account)
    return DraftFile(workplace, protocol_named(workplace, protocol_id), email).exists()


def run_protocol(
    workplace: Workplace,
    protocol_id: str,
    account: str | None,
    tester: Tester,
    *,
    build_id: str | None = None,
    resume: bool = False,
    anew: bool = False,
) -> Imported:
    """Go through the protocol with ``tester`` and record the run, which then waits for the tester's signature.

    With ``resume`` an interrupted run goes on, with ``anew`` its draft is left. Raises ``ProtocolNotApproved``,
    ``NothingUnderTest``, ``NotUnderTest``, ``FailureInDraft``, ``RunNotConfirmed``, and what the draft gives cause for.
    """
    email = tester_named(workplace, account)
    protocol = protocol_named(workplace, protocol_id)
    require_approved(workplace, protocol)
    file = DraftFile(workplace, protocol, email)
    draft = _draft(workplace, protocol, email, file, tester, build_id=build_id, resume=resume, anew=anew)
    tester.say(
        f"{protocol.id} {protocol.title}, version {protocol.content_hash[:12]}, {protocol.says('level')} test"
    )
    if draft.done < 0:
        draft = msgspec.structs.replace(draft, form=_head(draft.form, tester, _today(workplace)), done=0)
        file.save(draft)
    while draft.done < len(draft.form.steps):
        draft = _next_step(workplace, draft, tester)
        file.save(draft)
    _confirm(draft.form, tester)
    imported = _record(workplace, draft)
    file.remove()
    return imported


def _draft(
    workplace: Workplace,
    protocol: Item,
    email: str,
    file: DraftFile,
    tester: Tester,
    *,
    build_id: str | None,
    resume: bool,
    anew: bool,
) -> Draft:
    if file.exists() and not resume and not anew:
        resume = (
            tester.choose(f"A run of {protocol.id} was interrupted. Go on with it?", ("yes", "no")) == "yes"
        )
    if resume:
        draft = file.load()
        _tell_of_newer_build(workplace, protocol, build_id, draft.form, tester)
        return draft
    if file.exists():
        _leave(file, protocol, tester)
    form = blank_form(workplace, protocol, build_id)
    return Draft(file.root, msgspec.structs.replace(form, tester=email))


def _leave(file: DraftFile, protocol: Item, tester: Tester) -> None:
    """Make sure that no failed step is lost with the draft; one that cannot be gone on with is kept, and told."""
    try:
        if number := _failed(file.load()):
            raise FailureInDraft(f"Step {number} of {protocol.id} failed in the run that was interrupted.")
    except DraftOutdated:
        number = _failed(file.read())
        tester.say(f"What was noted of the earlier version is kept in '{file.set_aside()}'.")
        if number:
            tester.say(f"Step {number} of it failed, and is recorded nowhere: report it as an anomaly.")
    except DraftDamaged:
        tester.say(f"The draft that cannot be read is kept as '{file.set_aside()}'.")


def _failed(draft: Draft) -> int:
    """Return the number of the first step that failed, 0 for none."""
    return next((n for n, step in enumerate(draft.form.steps, start=1) if step.outcome == "fail"), 0)


def _tell_of_newer_build(
    workplace: Workplace, protocol: Item, build_id: str | None, form: ManualForm, tester: Tester
) -> None:
    """Tell where the run that is gone on with is of other software than one that was begun now."""
    with suppress(UsageFault):
        if set(blank_form(workplace, protocol, build_id).software) != set(form.software):
            tester.say(
                "This run was begun on other software than the newest build, and counts for this alone:"
            )
            for one in form.software:
                tester.say(f"  {one.name}  sha256 {one.sha256}")
            tester.say("Stop with Ctrl-C and begin with --anew to run the test on the newest build.")


def _head(form: ManualForm, tester: Tester, today: datetime) -> ManualForm:
    """Ask for all that the test is run on and with."""
    if form.preconditions:
        tester.say(f"Before you begin: {form.preconditions}")
    tester.say("The software under test:")
    for one in form.software:
        tester.say(f"  {one.name}  sha256 {one.sha256}")
    if tester.choose("Is exactly this installed?", ("yes", "no")) == "no":
        raise NotUnderTest("What is installed is not what was built.")
    serial = _needed(tester, "Serial number of the device")
    environment = _needed(tester, "Environment (place, temperature, what is connected)")
    equipment = [_instrument(tester, one.name, today) for one in form.equipment]
    while name := tester.ask("Another instrument that you use (empty: none)").strip():
        equipment.append(_instrument(tester, name, today))
    return msgspec.structs.replace(form, serial=serial, environment=environment, equipment=tuple(equipment))


def _instrument(tester: Tester, name: str, today: datetime) -> Instrument:
    """Ask which instrument is used, again until its calibration holds today."""
    while True:
        identity = _needed(tester, f"ID of the instrument '{name}'")
        if name.endswith(NO_CALIBRATION):
            return Instrument(name, identity)
        until = _needed(tester, f"'{identity}' is calibrated until (YYYY-MM-DD)").strip()
        fault = calibration_fault(name, until, today.date())
        if not fault:
            return Instrument(name, identity, until)
        tester.say(f"The instrument '{name}' {fault}. Nothing that it shows would count.")
        tester.say("Name another instrument, or correct the date.")


def _next_step(workplace: Workplace, draft: Draft, tester: Tester) -> Draft:
    """Ask for the next step; the run is dated by the last one, whenever it is confirmed and recorded."""
    steps = draft.form.steps
    step = steps[draft.done]
    tester.say()
    tester.say(f"Step {draft.done + 1} of {len(steps)}: {step.action}")
    tester.say(f"  expected: {step.expected}" + (f" ({step.tolerance})" if step.tolerance else ""))
    outcome = tester.choose("Outcome", OUTCOMES)
    actual = _needed(tester, "Why it is blocked" if outcome == "blocked" else "Actual (what you saw)")
    files = _attachments(workplace.ledger, tester)
    remark = tester.ask("Remark (empty: none)").strip()
    filled = FilledStep(
        *(step.action, step.expected, step.tolerance, actual, outcome, files, remark),
    )
    form = msgspec.structs.replace(
        draft.form,
        steps=(*steps[: draft.done], filled, *steps[draft.done + 1 :]),
        performed_at=workplace.now(),
    )
    return msgspec.structs.replace(draft, form=form, done=draft.done + 1)


def _attachments(ledger: Ledger, tester: Tester) -> tuple[NamedFile, ...]:
    """Keep the files of a step as they are now: what is deleted or replaced later is not lost."""
    files: list[NamedFile] = []
    while name := tester.ask("Attach a file, such as a photo or a log (empty: none)").strip():
        path = Path(name).expanduser().absolute()
        try:
            kept = keep_file(ledger, path, path.name, "application/octet-stream")
        except FileUnreadable as error:
            tester.say(error.message)
            continue
        files.append(NamedFile(path.name, kept.sha256))
    return tuple(files)


def _confirm(form: ManualForm, tester: Tester) -> None:
    tester.say()
    tester.say(f"{form.protocol} on {form.serial}, {form.environment}")
    for one in form.equipment:
        until = f", calibrated until {one.calibrated_until}" if one.calibrated_until else ""
        tester.say(f"  {one.name}: {one.id}{until}")
    for number, step in enumerate(form.steps, start=1):
        files = f" [{', '.join(file.name for file in step.attachments)}]" if step.attachments else ""
        tester.say(f"  {step.outcome:7}  {number}. {step.action}: {step.actual}{files}")
    if tester.choose("Record this run, to be signed by you as executed?", ("yes", "no")) == "no":
        raise RunNotConfirmed(f"The run of {form.protocol} is not recorded.")


def _record(workplace: Workplace, draft: Draft) -> Imported:
    form = draft.form
    stamp = workplace.now()[:19].replace(":", "").replace("-", "")
    with tempfile.TemporaryDirectory(prefix="clausework-run-") as folder:
        path = Path(folder) / f"{form.protocol}.json"
        path.write_bytes(msgspec.json.format(msgspec.json.encode(form), indent=2) + b"\n")
        return import_form(workplace, path, f"manual/{form.protocol}-{stamp}Z.json")


def _needed(tester: Tester, question: str) -> str:
    while not (answer := tester.ask(question).strip()):
        tester.say("An answer is needed here.")
    return answer


def _today(workplace: Workplace) -> datetime:
    return workplace.clock().astimezone(UTC)
