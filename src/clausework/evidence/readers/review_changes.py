"""Changes and who approved them, whatever forge the export comes from.

A change is approved where a person other than its author approved the revision that was merged. What an export does
not tell is remarked upon; an approval that is known to be of an earlier revision, or a bot's, is none.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Container, Iterable, Mapping
from datetime import UTC, datetime
from typing import BinaryIO, Literal, cast

import msgspec

from clausework.evidence.detail import ChangeReview, DetailWriter, ReviewApproval
from clausework.evidence.format import ReviewsRead
from clausework.evidence.json_walk import first_members
from clausework.evidence.remarks import Remarks
from clausework.evidence.source import Source, ValueRejected, WrongKind

State = Literal["open", "merged", "closed"]

_LONGEST_NAME = 300
_LONGEST_TEXT = 1 << 16
_MOST_CHANGES = 1_000_000
_MOST_COMMITS = 10_000
_MOST_OPINIONS = 10_000
_LATEST = 253_402_300_799


class Opinion(msgspec.Struct, frozen=True):
    """What somebody says of a change as it stands: ``approves`` it or objects; ``commit`` is what they looked at.

    ``person`` is false for a bot or a group. ``commit`` and ``at`` are empty where the export does not tell them.
    """

    by: str
    approves: bool
    at: str = ""
    commit: str = ""
    person: bool = True


class Change(msgspec.Struct, frozen=True):
    """One change as an export tells it; ``opinions`` are those in force.

    ``identity`` tells it from every other change of the file. ``authors`` are further people whose approval is not
    another person's, beside ``author``.
    """

    id: str
    identity: str
    title: str
    author: str
    state: State
    opinions: tuple[Opinion, ...]
    head_commit: str = ""
    merge_commit: str = ""
    merged_at: str = ""
    source_branch: str = ""
    target_branch: str = ""
    commits: tuple[str, ...] = ()
    text: str = ""
    url: str = ""
    authors: tuple[str, ...] = ()


class Changes:
    """Takes an export's changes, one by one; ``where`` tells the byte that is read."""

    def __init__(self, detail: DetailWriter, where: Callable[[], int]) -> None:
        self.remarks = Remarks()
        self.count = 0
        self._approved = 0
        self._detail = detail
        self._where = where
        self._seen: set[str] = set()

    def add(self, change: Change) -> None:
        """Take ``change``; raises ``ValueRejected`` where it stands in the export twice, or is beyond all use."""
        if change.identity in self._seen:
            raise ValueRejected(
                f"the change {change.identity[:200]} stands in it twice", offset=self._where()
            )
        if self.count >= _MOST_CHANGES:
            raise ValueRejected(f"it has more than {_MOST_CHANGES} changes", offset=self._where())
        if len(change.commits) > _MOST_COMMITS or len(change.opinions) > _MOST_OPINIONS:
            raise ValueRejected(f"{change.id[:60]} has too many commits or reviews", offset=self._where())
        self._seen.add(change.identity)
        self.count += 1
        approved = self._is_approved(change)
        self._approved += approved
        objections = tuple(one.by[:_LONGEST_NAME] for one in change.opinions if not one.approves)
        if objections and change.state == "merged":
            self.remarks.add("a change was merged over an objection", f"{change.id}, {objections[0]}")
        self._detail.add(
            ChangeReview(
                id=change.id[:_LONGEST_NAME],
                title=change.title[:_LONGEST_NAME],
                author=change.author[:_LONGEST_NAME],
                state=change.state,
                approved=approved,
                approvals=tuple(
                    ReviewApproval(one.by[:_LONGEST_NAME], one.at[:40], one.commit[:100])
                    for one in change.opinions
                    if one.approves and one.person
                ),
                objections=objections,
                source_branch=change.source_branch[:_LONGEST_NAME],
                target_branch=change.target_branch[:_LONGEST_NAME],
                merged_at=change.merged_at[:40],
                merge_commit=change.merge_commit[:100],
                head_commit=change.head_commit[:100],
                commits=tuple(one[:100] for one in change.commits),
                text=change.text[:_LONGEST_TEXT],
                url=change.url[: 2 * _LONGEST_NAME],
            )
        )

    def end_list(self, pages: Container[int]) -> None:
        """Close a list that says nothing of itself: ``pages`` are the numbers at which interfaces cut one off.

        Raises ``WrongKind`` where it is empty, for then nothing tells of what it is a list.
        """
        if not self.count:
            raise WrongKind("an empty list does not tell of what it is one", offset=0)
        if self.count in pages:
            self.remarks.add(f"it holds {self.count} changes, a page's usual number: there may be more")

    def result(self) -> ReviewsRead:
        """Return what the export comes to."""
        if not self.count:
            self.remarks.add("it holds no changes")
        return ReviewsRead(self.count, self._approved, self.remarks.all())

    def _is_approved(self, change: Change) -> bool:
        approvals = [one for one in change.opinions if one.approves]
        if not change.author and approvals:
            self.remarks.add(
                "a change names no author, so that nobody is known to be another person", change.id
            )
            return False
        own = {name.casefold() for name in (change.author, *change.authors) if name}
        approved = False
        for one in approvals:
            if not one.person:
                self.remarks.add("an approval is not a person's and does not count", f"{change.id}, {one.by}")
            elif not one.by or one.by.casefold() in own:
                self.remarks.add(
                    "an approval is by whom the change is, and does not count", f"{change.id}, {one.by}"
                )
            elif not one.commit or not change.head_commit:
                self.remarks.add("the export does not tell which commit was approved", change.id)
                approved = True
            elif one.commit != change.head_commit:
                self.remarks.add(
                    "an approval is of an earlier revision and does not count", f"{change.id}, {one.by}"
                )
            else:
                approved = True
        return approved


def latest_opinions(said: Iterable[tuple[str, Opinion | None]]) -> tuple[Opinion, ...]:
    """Return what each one says last, of pairs of a name and an opinion, ``None`` where it was withdrawn."""
    last: dict[str, Opinion | None] = {}
    for name, opinion in said:
        last.pop(name.casefold(), None)
        last[name.casefold()] = opinion
    return tuple(opinion for opinion in last.values() if opinion is not None)


class _Rest:
    """What is left of a source behind the bytes that were taken from it."""

    def __init__(self, first: bytes, source: Source) -> None:
        self._first = first
        self._source = source

    def read(self, size: int) -> bytes:
        if self._first:
            first, self._first = self._first, b""
            return first
        return self._source.read(size)


def again(first: bytes, source: Source) -> Source:
    """Return a source of ``first``, which was taken from ``source``, and of what is left of that."""
    return Source(cast("BinaryIO", _Rest(first, source)), lambda _chunk: None)


def first_object(head: bytes) -> Mapping[str, str] | None:
    """Return the members of the object that ``head`` begins with, or of the first one in the array that it is."""
    start = head.removeprefix(codecs.BOM_UTF8).lstrip(b" \t\r\n")
    return first_members(start.removeprefix(b"["))


def from_seconds(seconds: int) -> str:
    """Return a time given in seconds since 1970; empty for none; raises ``ValueRejected`` beyond the year 9999."""
    if not 0 <= seconds <= _LATEST:
        raise ValueRejected(f"{seconds} is no time in seconds")
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}" if seconds else ""
