"""Reads pull requests of Azure DevOps with their reviewers' votes (clauses 5.1.11, 8.2.1, 8.2.4; 81001-5-1 5.5).

What ``az repos pr list`` and ``az repos pr show`` print, and the REST interface's answer, whose ``count`` must be that
of its pull requests. Azure DevOps does not tell which commit was voted on.
"""

from __future__ import annotations

import re

import msgspec

from clausework.evidence.detail import DetailWriter
from clausework.evidence.format import Format, ReviewsRead
from clausework.evidence.json_walk import JsonWalk, first_members
from clausework.evidence.readers.review_changes import Change, Changes, Opinion, State, again, first_object
from clausework.evidence.source import Source, ValueRejected, WrongKind

_STATES: dict[str, State] = {"active": "open", "notset": "open", "abandoned": "closed", "completed": "merged"}
_VOTES: dict[int, bool | None] = {10: True, 5: True, 0: None, -5: False, -10: False}
_SERVICE = re.compile(r"Build\\.*|.*\[bot\]|.*@azure\.com\.svc", re.IGNORECASE)
_LISTED = re.compile(rb'"value"\s*:\s*(?=\[)')
_PAGES = {100, 101, 1000}


class _Identity(msgspec.Struct, frozen=True, rename="camel"):
    unique_name: str | None = None
    display_name: str | None = None
    is_container: bool | None = None
    vote: int = 0

    def name(self) -> str:
        return self.unique_name or self.display_name or ""

    def is_person(self) -> bool:
        return not self.is_container and not _SERVICE.fullmatch(self.unique_name or "")


class _Commit(msgspec.Struct, frozen=True, rename="camel"):
    commit_id: str | None = None


class _Repository(msgspec.Struct, frozen=True, rename="camel"):
    id: str | None = None
    web_url: str | None = None


class _Pull(msgspec.Struct, frozen=True, rename="camel"):
    pull_request_id: int
    status: str
    reviewers: tuple[_Identity, ...]
    title: str = ""
    created_by: _Identity | None = None
    description: str | None = None
    source_ref_name: str | None = None
    target_ref_name: str | None = None
    last_merge_source_commit: _Commit | None = None
    last_merge_commit: _Commit | None = None
    closed_date: str | None = None
    commits: tuple[_Commit, ...] | None = None
    repository: _Repository | None = None


def _change(pull: _Pull, where: int) -> Change:
    number = pull.pull_request_id
    state = _STATES.get(pull.status.lower())
    if state is None:
        raise ValueRejected(f"!{number} is in the unknown state '{pull.status[:40]}'", offset=where)
    opinions = []
    for reviewer in pull.reviewers:
        if reviewer.vote not in _VOTES:
            raise ValueRejected(f"a reviewer of !{number} votes {reviewer.vote}", offset=where)
        approves = _VOTES[reviewer.vote]
        if approves is not None:
            opinions.append(Opinion(reviewer.name(), approves, person=reviewer.is_person()))
    repository = pull.repository or _Repository()
    head, merge = pull.last_merge_source_commit or _Commit(), pull.last_merge_commit or _Commit()
    return Change(
        id=f"!{number}",
        identity=f"{repository.id or ''}!{number}",
        title=pull.title,
        author=pull.created_by.name() if pull.created_by else "",
        state=state,
        opinions=tuple(opinions),
        head_commit=head.commit_id or "",
        merge_commit=(merge.commit_id or "") if state == "merged" else "",
        merged_at=(pull.closed_date or "") if state == "merged" else "",
        source_branch=(pull.source_ref_name or "").removeprefix("refs/heads/"),
        target_branch=(pull.target_ref_name or "").removeprefix("refs/heads/"),
        commits=tuple(filter(None, (one.commit_id for one in pull.commits or ()))),
        text=pull.description or "",
        url=f"{repository.web_url}/pullrequest/{number}" if repository.web_url else "",
    )


def _sniff(head: bytes, _name: str) -> bool:
    members = first_object(head)
    if members is None:
        return False
    if "pullRequestId" in members:
        return True
    outer = first_members(head)
    listed = _LISTED.search(head) if outer is not None and outer.get("value", "").startswith("[") else None
    within = first_object(head[listed.end() :]) if listed else None
    return within is not None and "pullRequestId" in within


def _read_all(walk: JsonWalk, changes: Changes) -> None:
    for _ in walk.elements():
        changes.add(_change(walk.take(_Pull), walk.offset()))


def _read_answer(walk: JsonWalk, changes: Changes) -> None:
    """Read an object: the interface's answer with a list and its count."""
    count: int | None = None
    listed = False
    for member in walk.members():
        if member == "value" and walk.peek() == "[":
            listed = True
            _read_all(walk, changes)
        elif member == "count":
            count = walk.take(int)
        else:
            walk.skip()
    if not listed or count is None:
        raise WrongKind("it has no value with a count of pull requests", offset=0)
    if count != changes.count:
        raise ValueRejected(f"it says that it holds {count} pull requests and holds {changes.count}")
    if count:
        changes.end_list(_PAGES)


def _parse(source: Source, detail: DetailWriter) -> ReviewsRead:
    first = source.read()
    members = first_members(first)
    walk = JsonWalk(again(first, source))
    changes = Changes(detail, walk.offset)
    if walk.peek() == "[":
        _read_all(walk, changes)
        changes.end_list(_PAGES)
    elif members is not None and "value" in members:
        _read_answer(walk, changes)
    elif walk.peek() == "{":
        changes.add(_change(walk.take(_Pull), walk.offset()))
    else:
        raise WrongKind("it is neither a pull request nor a list of them", offset=0)
    walk.finish()
    return changes.result()


FORMAT = Format(
    "azure_reviews",
    1,
    "reviews",
    "application/json",
    (".json",),
    _sniff,
    _parse,
    "Azure DevOps pull requests with votes",
    ("5.1.11", "8.2.1", "8.2.4", "81001-5-1 5.5"),
)
