"""The markers in the comments of a commit's files, as a build records them (clauses 5.1.1 c, 5.4.2, 7.3.3)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from clausework.core.canonical import canonical_json
from clausework.evidence.files_at import files_at
from clausework.evidence.git import prefix
from clausework.evidence.remarks import Remarks
from clausework.plan.model import SoftwareItem
from clausework.trace.marked_cases import MARKERS_SCHEMA, ROLES, recorded_markers
from clausework.trace.source_markers import LARGEST_FILE, find_markers


class MarkersOfCommit(msgspec.Struct, frozen=True):
    """The markers as JSON Lines behind a header, how many there are, and what was noticed on the way."""

    lines: bytes
    count: int
    remarks: tuple[str, ...]


def markers_of_commit(root: Path, commit: str, item: SoftwareItem) -> MarkersOfCommit:
    """Return the markers in the files of ``commit`` under the plan's folder, with the words that the plan adds.

    The files are read from git's objects, so that what is recorded is what was committed. Raises ``WordRefused``.
    """
    folder = prefix(root)
    remarks = Remarks()

    def too_large(path: str, _size: int) -> None:
        remarks.add(f"a file of more than {LARGEST_FILE >> 20} MiB was not looked into for markers", path)

    def contents(wanted: frozenset[str] | None = None) -> Iterator[tuple[str, bytes]]:
        def is_wanted(path: str) -> bool:
            return path in wanted if wanted is not None else path.startswith(folder)

        found = files_at(root, commit, is_wanted, largest=LARGEST_FILE, left_out=too_large)
        return ((entry.path, data) for entry, data in found)

    found = find_markers(contents(), item.source_markers)
    verifying = frozenset(one.path for one in found.markers if one.word in ROLES)
    markers = recorded_markers(found.markers, dict(contents(verifying)) if verifying else {})
    header = canonical_json({"schema": MARKERS_SCHEMA, "commit": commit, "count": len(markers)})
    lines = [header, *(msgspec.json.encode(one) for one in markers), b""]
    return MarkersOfCommit(b"\n".join(lines), len(markers), (*found.remarks, *remarks.all()))
