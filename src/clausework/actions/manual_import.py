"""test import: takes in the filled form of a manual test, whole or not at all (clauses 5.6.7, 5.7.5, 9.8)."""

from __future__ import annotations

from pathlib import Path

import msgspec

from clausework.actions.given_files import open_given, written_name
from clausework.actions.items import present_items
from clausework.actions.manual_forms import held_against_protocol
from clausework.actions.protocols import target_of_run
from clausework.actions.record import RecordedFile, record_form
from clausework.actions.workplace import Workplace
from clausework.core.errors import InputRejected
from clausework.evidence.format import TestsRead
from clausework.evidence.manual_form import ManualRead
from clausework.evidence.reading import Accepted, Quarantined, read_evidence
from clausework.ledger.memory import MemoryBlobs


class FormRefused(InputRejected):
    """The form is not filled as it must be, or is of no approved protocol or no recorded build; nothing is recorded."""

    hint = "Mend what is named in the form and import it again; nothing of it was recorded."


class NotAForm(InputRejected):
    """A file is no form of a manual test."""

    hint = "Write one with 'clausework test form PROTOCOL -o FILE'; other reports go to 'clausework record'."


class Imported(msgspec.Struct, frozen=True):
    """A run that was recorded: the file, the protocol, and whose signature it waits for."""

    file: RecordedFile
    protocol: str
    tester: str


def import_form(workplace: Workplace, path: Path, name: str = "") -> Imported:
    """Record the filled form at ``path``; raises ``FormRefused``, ``NotAForm``, and then nothing is recorded.

    ``name`` is that under which it is kept, where it is not the file's own.
    """
    kept_as = name or written_name(path, workplace.root)
    with open_given(path) as stream:
        outcome = read_evidence(stream, kept_as, MemoryBlobs())
    manual = _manual_of(outcome, kept_as)
    target = target_of_run(workplace, manual.level, manual.run.software)
    held = held_against_protocol(workplace, outcome, target, path)
    if isinstance(held, Quarantined):
        raise FormRefused(_told(kept_as, held.reason))
    workplace.ledger.append([present_items(workplace).draft])  # a run about digests is held against these
    file = record_form(workplace, path, target, kept_as)
    if not file.accepted:
        raise FormRefused(
            f"{kept_as}: {file.summary}.", hint="The file changed while it was read: record it again."
        )
    return Imported(file, manual.run.protocol, manual.run.tester)


def _manual_of(outcome: Accepted | Quarantined, name: str) -> ManualRead:
    if isinstance(outcome, Quarantined):
        if not outcome.format.startswith("manual_test"):
            raise NotAForm(f"{name} is no form of a manual test: {outcome.reason}")
        raise FormRefused(_told(name, outcome.reason))
    if not isinstance(outcome.result, TestsRead) or outcome.result.manual is None:
        raise NotAForm(f"{name} is of the format {outcome.format.name}, no form of a manual test.")
    return outcome.result.manual


def _told(name: str, reason: str) -> str:
    """Return what is wrong with a form, a line for each thing."""
    return f"{name} is not taken:\n  " + "\n  ".join(reason.split("; "))
