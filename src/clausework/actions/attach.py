"""record --attach: keeps files that are evidence and are not read: logs, documents, photos, traces (5.7.5, 9.8)."""

from __future__ import annotations

import mimetypes
from collections.abc import Callable, Sequence
from pathlib import Path

from clausework.actions.evidence_target import EvidenceTarget
from clausework.actions.given_files import keep_file, written_name
from clausework.actions.given_folders import files_under
from clausework.actions.given_texts import fit_text
from clausework.actions.record import Recorded, RecordedFile
from clausework.actions.workplace import Workplace
from clausework.core.printable import printable
from clausework.evidence.record import idempotency_of
from clausework.ledger.ledger import Draft
from clausework.ledger.records import PREDICATE_TYPES
from clausework.ledger.records.evidence import Attachment

DECLARED = (
    "job-log",
    "document",
    "form",
    "photo",
    "video",
    "trace",
    "measurement",
    "tool-validation",
    "other",
)
"""What an attachment can be declared to be."""


def attach_files(
    workplace: Workplace,
    paths: Sequence[Path],
    target: EvidenceTarget,
    declared: str,
    *,
    title: str = "",
    progress: Callable[[str, int, int], None] = lambda _path, _number, _count: None,
) -> Recorded:
    """Keep every file under ``paths`` as an attachment of the kind ``declared`` about ``target``.

    Nothing of an attachment is read, so no gate passes on it. A file attached before under its name and title is
    recognised. Raises ``EvidenceMissing`` and ``FileUnreadable``.
    """
    title = fit_text("The title", title, longest=200, empty=True)
    files = list(files_under(paths))
    recorded = []
    for number, path in enumerate(files):
        progress(str(path), number, len(files))
        recorded.append(_attach(workplace, path, target, declared, title))
    return Recorded(target.origin.build, tuple(recorded))


def _attach(
    workplace: Workplace, path: Path, target: EvidenceTarget, declared: str, title: str
) -> RecordedFile:
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    raw = keep_file(workplace.ledger, path, written_name(path, workplace.root), media_type)
    body = Attachment(workplace.made(), target.origin, raw, declared, title)
    key = idempotency_of(
        PREDICATE_TYPES[Attachment],
        [target.anchor],
        target.origin.level,
        "\0".join((declared, raw.name, title)),
        raw.sha256,
    )
    receipt = workplace.ledger.append([Draft(target.about, body, key)])[0]
    return RecordedFile(
        path=printable(str(path)),
        format=declared,
        accepted=True,
        existed=receipt.existed,
        summary=f"kept as {declared}, {raw.size} bytes; not read",
        remarks=("it is empty",) if raw.size == 0 else (),
        index=receipt.index,
        sha256=raw.sha256,
        size=raw.size,
    )
