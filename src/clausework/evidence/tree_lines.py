"""All files of a commit as a build records them: path and git's ID of the content (clauses 8.1.1, 8.3)."""

from __future__ import annotations

from pathlib import Path

import msgspec

from clausework.core.canonical import canonical_json

TREE_SCHEMA = "urn:clausework:tree:v1"

EMPTY = frozenset(
    {
        "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391",
        "473a0f4c3be8a93681a267e3b1e9a7dcda1185436fe141f7749120a303721813",
    }
)
"""Git's IDs of a file without a byte, by SHA-1 and by SHA-256."""


def tree_lines(root: Path, commit: str) -> bytes:
    """Return the files of ``commit`` as UTF-8 JSON Lines: a header, then path and git's ID of the content of each.

    Git's ID tells one content from another; what a software item consists of is digested by ``source_tree``.
    """
    from clausework.evidence.source_tree import tree_entries  # what only reads the lines needs no git

    entries = tree_entries(root, commit)
    header = {"schema": TREE_SCHEMA, "commit": commit, "count": len(entries)}
    lines = [canonical_json(header), *(canonical_json([entry.path, entry.object]) for entry in entries), b""]
    return b"\n".join(lines)


def read_tree(data: bytes) -> dict[str, str]:
    """Return what ``tree_lines`` wrote: git's ID of the content by path."""
    return dict(msgspec.json.decode(line, type=tuple[str, str]) for line in data.splitlines()[1:])
