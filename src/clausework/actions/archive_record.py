"""Records an archive with its further files and the builds made from it, all or nothing (clause 5.8.7)."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from clausework.actions.archive_places import Gathered
from clausework.actions.archive_restore import Restored
from clausework.actions.workplace import Workplace
from clausework.core.canonical import canonical_json
from clausework.core.digests import sha256_of
from clausework.ledger.ledger import Draft, Snapshot
from clausework.ledger.records import Record, encode_statement, subject
from clausework.ledger.records.archive import ArchivedFiles, OfflineRebuild
from clausework.ledger.records.release import Archive
from clausework.ledger.records.values import Descriptor, Made, Reference
from clausework.release.archive_facts import SOURCE, archived_files, rebuilds_of

_LARGEST_PART = 30_000  # bytes of descriptors, so that the Statement stays under its limit
_MOST_MISSING = 100
_MOST_NOTES = 20
_MOST_IMAGES = 20
_MOST_TOOLS = 40
_NOBODY = Made("", "", "")
_NO_LOG = Descriptor("", "0" * 64, 0)


def record_archive(
    workplace: Workplace,
    candidate: Record,
    gathered: Gathered,
    restored: Restored,
    evidence: int,
    *,
    repeat: bool,
) -> int:
    """Record the archive with its further files and the builds made from it, all or nothing; return its index."""
    about = (subject(f"candidate/{candidate.body.version}", candidate.sha256),)
    head, *rest = _parts(list(gathered.files.values()))
    lacking = list(dict.fromkeys(gathered.missing))
    made = workplace.made()
    of = Reference(candidate.index, candidate.sha256)
    body = _fitting(
        Archive(
            made=made,
            candidate=of,
            contents=head,
            restored=not restored.problem,
            problem=restored.problem[:1000],
            dependencies=gathered.dependencies,
            missing=tuple(lacking[:_MOST_MISSING]),
            lacking=len(lacking),
            images=tuple(gathered.images[:_MOST_IMAGES]),
            tools=tuple(gathered.tools[:_MOST_TOOLS]),
            evidence=evidence,
            notes=tuple(dict.fromkeys(gathered.notes))[:_MOST_NOTES],
        )
    )
    known: list[int] = []

    def decide(snapshot: Snapshot) -> list[Draft]:
        newest = newest_archive(snapshot.records, candidate)
        parts = [ArchivedFiles(made, of, part) for part in rest]
        if newest is not None and not repeat and _same(snapshot.records, newest.body, body, parts, restored):
            known.append(newest.index)
            return []
        first = len(snapshot.records)
        before = [*(Draft(about, one) for one in parts), *(Draft(about, one) for one in restored.rebuilt)]
        references = [
            Reference(first + number, sha256_of(encode_statement(draft.subjects, draft.body)))
            for number, draft in enumerate(before)
        ]
        whole = msgspec.structs.replace(
            body, parts=tuple(references[: len(parts)]), rebuilt=tuple(references[len(parts) :])
        )
        return [*before, Draft(about, whole)]

    receipts = workplace.ledger.append_if(decide)
    return known[0] if known else receipts[-1].index


def newest_archive(records: Sequence[Record], candidate: Record) -> Record | None:
    """Return the record of the newest archive of ``candidate``; ``None`` where there is none."""
    for record in reversed(records):
        if isinstance(record.body, Archive) and record.body.candidate.sha256 == candidate.sha256:
            return record
    return None


def _parts(files: Sequence[Descriptor]) -> list[tuple[Descriptor, ...]]:
    """Return ``files`` in as many parts as records must hold them; the first stands in the archive's own record."""
    ordered = sorted(files, key=lambda one: (one.name.startswith("dependencies/"), one.name))
    parts: list[list[Descriptor]] = [[]]
    left = _LARGEST_PART // 3
    for one in ordered:
        size = len(canonical_json(one)) + 1
        if size > left and parts[-1]:
            parts.append([])
            left = _LARGEST_PART
        left -= size
        parts[-1].append(one)
    return [tuple(part) for part in parts]


def _fitting(body: Archive) -> Archive:
    """Return ``body`` with as much of what is missing as a record holds; ``lacking`` counts the rest."""
    while body.missing and len(canonical_json(body)) > _LARGEST_PART:
        body = msgspec.structs.replace(body, missing=body.missing[: len(body.missing) // 2])
    return body


def _same(
    records: Sequence[Record],
    before: Archive,
    now: Archive,
    parts: Sequence[ArchivedFiles],
    restored: Restored,
) -> bool:
    """Tell whether archiving came out as it did before: only the time and the bytes of logs may differ."""
    files = [*now.contents, *(file for part in parts for file in part.contents)]
    told = [_bare(msgspec.structs.replace(one, contents=(), parts=(), rebuilt=())) for one in (before, now)]
    rebuilt = [_bare(one.body) for one in rebuilds_of(records, before)]
    return (
        told[0] == told[1]
        and _without_bundles(archived_files(records, before)) == _without_bundles(files)
        and rebuilt == [_bare(one) for one in restored.rebuilt]
    )


def _bare(body: Archive | OfflineRebuild) -> Archive | OfflineRebuild:
    if isinstance(body, OfflineRebuild):
        return msgspec.structs.replace(body, made=_NOBODY, log=_NO_LOG)
    return msgspec.structs.replace(body, made=_NOBODY, evidence=0)


def _without_bundles(files: Sequence[Descriptor]) -> frozenset[Descriptor]:
    return frozenset(one for one in files if one.media_type != SOURCE)
