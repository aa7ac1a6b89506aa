"""Reads changes of Gerrit with their votes (clauses 5.1.11, 8.2.1, 8.2.4; 81001-5-1 5.5).

Two dialects: the JSON Lines of ``gerrit query --format=JSON --all-approvals --current-patch-set``, whose last line
counts the others, and the REST interface's answer with ``LABELS``, ``DETAILED_ACCOUNTS`` and ``CURRENT_REVISION``.
Only the label ``Code-Review`` is a review: +2 approves, -1 and -2 object, and +1 leaves it to others.
"""

from __future__ import annotations

from clausework.evidence.detail import DetailWriter
from clausework.evidence.format import Format, ReviewsRead
from clausework.evidence.json_walk import JsonWalk
from clausework.evidence.readers.gerrit_model import Answered, Queried
from clausework.evidence.readers.review_changes import Changes, again, first_object
from clausework.evidence.source import Source, ValueRejected, WrongKind

PREFIX = b")]}'"
"""What the REST interface puts before its JSON, so that no browser runs it."""


def _read_query(walk: JsonWalk, changes: Changes) -> None:
    """Read the lines of a query, to the one that counts them."""
    while walk.peek() == "{":
        line = walk.take(Queried)
        if line.type == "stats":
            if line.row_count != changes.count:
                raise ValueRejected(
                    f"the last line counts {line.row_count} changes, and there are {changes.count}",
                    offset=walk.offset(),
                )
            if line.more_changes:
                changes.remarks.add("the query found more changes than the export holds")
            return
        if line.type:
            raise ValueRejected(f"Gerrit says '{line.type[:40]}': {line.message[:100]}", offset=walk.offset())
        changes.add(line.change(changes.remarks, walk.offset()))
    raise ValueRejected("the last line, which counts the changes, is missing", offset=walk.offset())


def _read_answer(walk: JsonWalk, changes: Changes) -> None:
    if walk.peek() == "{":
        changes.add(walk.take(Answered).change(changes.remarks, walk.offset()))
        return
    for _ in walk.elements():
        answered = walk.take(Answered)
        changes.add(answered.change(changes.remarks, walk.offset()))
        if answered.more_changes:
            changes.remarks.add("the query found more changes than the export holds")
    changes.end_list(())


def _sniff(head: bytes, _name: str) -> bool:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    prefixed = start.startswith(PREFIX)
    members = first_object(start.removeprefix(PREFIX))
    if members is None:
        return False
    if {"change_id", "_number"} <= members.keys():
        return True
    if prefixed or start.startswith(b"["):
        return False
    if members.get("type", "").startswith('"stats"'):
        return "rowCount" in members
    return members.get("id", "").startswith('"I') and {"project", "branch", "subject"} <= members.keys()


def _parse(source: Source, detail: DetailWriter) -> ReviewsRead:
    first = source.read()
    start = first.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(PREFIX):
        first = start.removeprefix(PREFIX)
    members = first_object(first)
    walk = JsonWalk(again(first, source))
    changes = Changes(detail, walk.offset)
    if (members is not None and "_number" in members) or walk.peek() == "[":
        _read_answer(walk, changes)
    elif walk.peek() == "{":
        _read_query(walk, changes)
    else:
        raise WrongKind("it is neither a query's lines nor an answer of the REST interface", offset=0)
    walk.finish()
    return changes.result()


FORMAT = Format(
    "gerrit_reviews",
    1,
    "reviews",
    "application/json",
    (".json", ".jsonl"),
    _sniff,
    _parse,
    "Gerrit changes with votes",
    ("5.1.11", "8.2.1", "8.2.4", "81001-5-1 5.5"),
)
