"""The form of a test that a person runs, empty or filled: what all its spellings (JSON, CSV, XLSX) hold.

The form names the protocol and the version of it that is run, what is under test, with which instruments, by whom, and
for each step what was expected and what was seen (clauses 5.6.7, 5.7.5, 9.8).
"""

from __future__ import annotations

import msgspec

from clausework.ledger.records.manual import ManualRun, ProtocolStep, UsedInstrument

SCHEMA = "urn:clausework:manual-test:v1"

OUTCOMES = {
    "pass": "passed",
    "passed": "passed",
    "fail": "failed",
    "failed": "failed",
    "blocked": "blocked",
}
"""How a tester may write what came of a step, and what it means."""


class NamedFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file that belongs to a step: its name, beside the form, and its SHA-256 where the form knows it."""

    name: str
    sha256: str = ""


class SoftwareUnderTest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An artefact that was under test: its name and SHA-256."""

    name: str
    sha256: str


class FilledStep(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A step with what was seen; ``outcome`` is one of ``OUTCOMES`` once it is filled."""

    action: str
    expected: str
    tolerance: str = ""
    actual: str = ""
    outcome: str = ""
    attachments: tuple[NamedFile, ...] = ()
    remark: str = ""


class Instrument(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An instrument: what it is, its own ID, the last day of its calibration."""

    name: str
    id: str = ""
    calibrated_until: str = ""


class ManualForm(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole form. What is blank in an empty one is for the tester to fill."""

    schema: str
    protocol: str
    protocol_sha256: str
    level: str
    steps: tuple[FilledStep, ...]
    title: str = ""
    preconditions: str = ""
    software: tuple[SoftwareUnderTest, ...] = ()
    serial: str = ""
    environment: str = ""
    tester: str = ""
    performed_at: str = ""
    equipment: tuple[Instrument, ...] = ()
    remarks: str = ""


class ManualRead(msgspec.Struct, frozen=True):
    """What a filled form comes to beside its counts: the run, its steps as shown, and the files that it names."""

    run: ManualRun
    level: str
    steps: tuple[ProtocolStep, ...]
    files: tuple[NamedFile, ...] = ()


def protocol_steps(form: ManualForm) -> tuple[ProtocolStep, ...]:
    """Return the steps as the form shows them, white space as the protocol has it."""
    return tuple(
        ProtocolStep(plain(one.action), plain(one.expected), plain(one.tolerance)) for one in form.steps
    )


def instruments(form: ManualForm) -> tuple[UsedInstrument, ...]:
    """Return the instruments as a record holds them."""
    return tuple(
        UsedInstrument(plain(one.name), plain(one.id), one.calibrated_until.strip()) for one in form.equipment
    )


def plain(text: str) -> str:
    """Return ``text`` with each run of white space as one blank: what a spreadsheet broke into lines reads the same."""
    return " ".join(text.split())
