"""The draft of a run that is under way: the tester's own file, outside of the ledger, until the run is recorded."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec

from clausework.actions.workplace import Workplace
from clausework.core.errors import InputRejected, UsageFault
from clausework.evidence.manual_form import ManualForm
from clausework.items.model import Item
from clausework.signatures.sealed_key import key_folder


class NoDraft(UsageFault):
    """No run of the protocol was interrupted."""

    hint = "Begin one: clausework test run PROTOCOL."


class DraftOutdated(InputRejected):
    """The protocol changed since the run was begun, or the draft belongs to another ledger."""

    hint = "Begin the run anew, with --anew; what was noted is kept beside it."


class DraftDamaged(InputRejected):
    """The draft's file cannot be read."""

    hint = "Begin the run anew, with --anew; the file is kept beside it."


class Draft(msgspec.Struct, frozen=True):
    """A form so far: ``done`` steps are filled, -1 says that the head is not. Attachments are in the ledger's blobs."""

    root: str
    form: ManualForm
    done: int = -1


class DraftFile:
    """The file of one tester's draft of one protocol."""

    def __init__(self, workplace: Workplace, protocol: Item, tester: str) -> None:
        folder = key_folder(workplace.environ).parent / "drafts"
        self.root = workplace.ledger.root()[0].sha256
        self.path = folder / f"{self.root[:12]}-{protocol.id}-{tester.replace('/', '_')}.json"
        self._protocol = protocol

    def exists(self) -> bool:
        """Tell whether a run was begun and not recorded."""
        return self.path.exists()

    def set_aside(self) -> Path:
        """Keep what was noted under another name, where nothing goes on with it; return that name."""
        number = 1
        while (kept := self.path.with_suffix(f".left-{number}.json")).exists():
            number += 1
        self.path.rename(kept)
        return kept

    def load(self) -> Draft:
        """Return the draft; raises ``NoDraft``, ``DraftDamaged``, ``DraftOutdated``."""
        draft = self.read()
        if draft.root != self.root:
            raise DraftOutdated(f"The draft '{self.path}' belongs to another ledger.")
        if draft.form.protocol_sha256 != self._protocol.content_hash:
            raise DraftOutdated(f"{self._protocol.id} changed since the run was begun.")
        return draft

    def read(self) -> Draft:
        """Return the draft of whatever version of the protocol; raises ``NoDraft`` and ``DraftDamaged``."""
        try:
            return msgspec.json.decode(self.path.read_bytes(), type=Draft)
        except FileNotFoundError as error:
            raise NoDraft(f"There is no draft of a run of {self._protocol.id}.") from error
        except (OSError, msgspec.DecodeError, UnicodeDecodeError) as error:
            raise DraftDamaged(f"The draft '{self.path}' cannot be read: {error}.") from error

    def save(self, draft: Draft) -> None:
        """Write the draft, readable for its owner alone, whole or not at all."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        written = self.path.with_suffix(".part")
        descriptor = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(msgspec.json.encode(draft))
        written.replace(self.path)

    def remove(self) -> None:
        """Take the draft away once the run is recorded."""
        self.path.unlink(missing_ok=True)
