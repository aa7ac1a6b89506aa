"""Reads merge requests of GitLab with their approvals (clauses 5.1.11, 8.2.1, 8.2.4; 81001-5-1 5.5).

Merge requests of the REST interface, to each of which the answer of its approvals was added: ``approved_by`` beside
the others, or all of it as ``approvals``. GitLab does not tell which commit was approved.
"""

from __future__ import annotations

import re

import msgspec

from clausework.evidence.detail import DetailWriter
from clausework.evidence.format import Format, ReviewsRead
from clausework.evidence.json_walk import JsonWalk
from clausework.evidence.readers.review_changes import Change, Changes, Opinion, State, first_object
from clausework.evidence.source import Source, ValueRejected, WrongKind

_STATES: dict[str, State] = {"opened": "open", "locked": "open", "closed": "closed", "merged": "merged"}
_BOT = re.compile(
    r"(?:project|group)_[0-9]+_bot.*|service_account_.*|.*\[bot\]|ghost|gitlab-?duo.*", re.IGNORECASE
)
_PAGES = {20, 100}


class _User(msgspec.Struct, frozen=True):
    username: str | None = None
    bot: bool | None = None

    def is_person(self) -> bool:
        return not self.bot and not _BOT.fullmatch(self.username or "")


class _Reviewer(msgspec.Struct, frozen=True):
    """Somebody who approved or was asked to: the user as such, or within an object with what they said."""

    user: _User | None = None
    username: str | None = None
    bot: bool | None = None
    state: str | None = None
    approved_at: str | None = None

    def account(self) -> _User:
        return self.user or _User(self.username, self.bot)


class _Approvals(msgspec.Struct, frozen=True):
    approved_by: tuple[_Reviewer, ...]


class _Commit(msgspec.Struct, frozen=True):
    id: str


class _MergeRequest(msgspec.Struct, frozen=True):
    iid: int
    title: str
    state: str
    author: _User | None
    approved_by: tuple[_Reviewer, ...] | None = None
    approvals: _Approvals | None = None
    reviewers: tuple[_Reviewer, ...] | None = None
    commits: tuple[_Commit, ...] | None = None
    description: str | None = None
    sha: str | None = None
    merge_commit_sha: str | None = None
    squash_commit_sha: str | None = None
    merged_at: str | None = None
    source_branch: str | None = None
    target_branch: str | None = None
    web_url: str | None = None
    project_id: int | None = None


def _change(request: _MergeRequest, where: int) -> Change:
    state = _STATES.get(request.state)
    if state is None:
        raise ValueRejected(f"!{request.iid} is in the unknown state '{request.state[:40]}'", offset=where)
    given = request.approved_by if request.approvals is None else request.approvals.approved_by
    if given is None:
        raise WrongKind(
            f"!{request.iid} comes without its approvals: add approved_by of its approvals to it",
            offset=where,
        )
    accounts = [(one.account(), one.approved_at or "") for one in given]
    opinions = [
        Opinion(by=account.username or "", approves=True, at=at, person=account.is_person())
        for account, at in accounts
    ]
    opinions += [
        Opinion(by=one.account().username or "", approves=False)
        for one in request.reviewers or ()
        if one.state == "requested_changes"
    ]
    merged = state == "merged"
    squashed = request.squash_commit_sha or ""
    return Change(
        id=f"!{request.iid}",
        identity=request.web_url or f"{request.project_id or ''}!{request.iid}",
        title=request.title,
        author=(request.author.username if request.author else "") or "",
        state=state,
        opinions=tuple(opinions),
        head_commit=request.sha or "",
        merge_commit=(request.merge_commit_sha or squashed or request.sha or "") if merged else "",
        merged_at=(request.merged_at or "") if merged else "",
        source_branch=request.source_branch or "",
        target_branch=request.target_branch or "",
        commits=(*(one.id for one in request.commits or ()), *filter(None, [squashed])),
        text=request.description or "",
        url=request.web_url or "",
    )


def _sniff(head: bytes, _name: str) -> bool:
    members = first_object(head)
    if members is None or "iid" not in members:
        return False
    return bool(members.keys() & {"source_branch", "target_branch", "approved_by", "approvals"})


def _parse(source: Source, detail: DetailWriter) -> ReviewsRead:
    walk = JsonWalk(source)
    changes = Changes(detail, walk.offset)
    if walk.peek() == "[":
        for _ in walk.elements():
            changes.add(_change(walk.take(_MergeRequest), walk.offset()))
        changes.end_list(_PAGES)
    elif walk.peek() == "{":
        changes.add(_change(walk.take(_MergeRequest), walk.offset()))
    else:
        raise WrongKind("it is neither a merge request nor an array of them", offset=0)
    walk.finish()
    return changes.result()


FORMAT = Format(
    "gitlab_reviews",
    1,
    "reviews",
    "application/json",
    (".json",),
    _sniff,
    _parse,
    "GitLab merge requests with approvals",
    ("5.1.11", "8.2.1", "8.2.4", "81001-5-1 5.5"),
)
