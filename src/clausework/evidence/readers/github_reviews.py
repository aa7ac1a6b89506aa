"""Reads pull requests of GitHub with their reviews (clauses 5.1.11, 8.2.1, 8.2.4; 81001-5-1 5.5).

Two dialects: what ``gh pr list`` and ``gh pr view`` print with ``--json``, and pulls of the REST interface to each of
which its ``reviews`` were added.
"""

from __future__ import annotations

import msgspec

from clausework.evidence.detail import DetailWriter
from clausework.evidence.format import Format, ReviewsRead
from clausework.evidence.json_walk import JsonWalk
from clausework.evidence.readers.review_changes import (
    Change,
    Changes,
    Opinion,
    State,
    first_object,
    latest_opinions,
)
from clausework.evidence.source import Source, ValueRejected, WrongKind

_STATES: dict[str, State] = {"open": "open", "closed": "closed", "merged": "merged"}
_NO_OPINION = {"COMMENTED", "PENDING"}
_BOTS = {
    "app",
    "coderabbitai",
    "copilot",
    "copilot-pull-request-reviewer",
    "dependabot",
    "github-actions",
    "github-advanced-security",
    "mergify",
    "renovate",
    "renovate-approve",
}
"""Applications that ``gh`` names like people where they review."""
_PAGES = {30, 100}


class _Account(msgspec.Struct, frozen=True):
    login: str | None = None
    type: str | None = None
    is_bot: bool | None = None

    def is_person(self) -> bool:
        name = (self.login or "").lower()
        return not (
            self.is_bot
            or (self.type or "User") not in {"User", "EnterpriseUserAccount"}
            or name.endswith(("[bot]", "-bot"))
            or name.startswith("app/")
            or name in _BOTS
        )

    def is_told(self) -> bool:
        """Tell whether the export says at all if this is a person."""
        return self.is_bot is not None or self.type is not None


class _Commit(msgspec.Struct, frozen=True):
    oid: str | None = None
    sha: str | None = None


class _Branch(msgspec.Struct, frozen=True):
    ref: str | None = None
    sha: str | None = None


class _Review(msgspec.Struct, frozen=True):
    state: str
    author: _Account | None = None
    user: _Account | None = None
    commit: _Commit | None = None
    commit_id: str | None = None
    submitted_at: str | None = None
    submitted: str | None = msgspec.field(default=None, name="submittedAt")


class _Pull(msgspec.Struct, frozen=True):
    """A pull request: members of ``gh`` by their own names, those of the REST interface with underscores."""

    number: int
    state: str
    reviews: tuple[_Review, ...]
    title: str = ""
    author: _Account | None = None
    user: _Account | None = None
    body: str | None = None
    commits: tuple[_Commit, ...] | int | None = None
    head_name: str | None = msgspec.field(default=None, name="headRefName")
    base_name: str | None = msgspec.field(default=None, name="baseRefName")
    head_oid: str | None = msgspec.field(default=None, name="headRefOid")
    merged_into: _Commit | None = msgspec.field(default=None, name="mergeCommit")
    merged_on: str | None = msgspec.field(default=None, name="mergedAt")
    head: _Branch | None = None
    base: _Branch | None = None
    merged: bool | None = None
    merged_at: str | None = None
    merge_commit_sha: str | None = None
    html_url: str | None = None
    url: str | None = None


def _change(pull: _Pull, where: int) -> Change:
    state = _STATES.get(pull.state.lower())
    if state is None:
        raise ValueRejected(f"#{pull.number} is in the unknown state '{pull.state[:40]}'", offset=where)
    merged_at = pull.merged_on or pull.merged_at or ""
    if merged_at or pull.merged:
        state = "merged"
    head, base = pull.head or _Branch(), pull.base or _Branch()
    author = pull.author or pull.user or _Account()
    merge_commit = (pull.merged_into.oid if pull.merged_into else pull.merge_commit_sha) or ""
    url = pull.html_url or pull.url or ""
    commits = pull.commits if isinstance(pull.commits, tuple) else ()
    return Change(
        id=f"#{pull.number}",
        identity=url or f"#{pull.number}",
        title=pull.title,
        author=author.login or "",
        state=state,
        opinions=_opinions(pull, where),
        head_commit=pull.head_oid or head.sha or "",
        merge_commit=merge_commit if state == "merged" else "",
        merged_at=merged_at,
        source_branch=pull.head_name or head.ref or "",
        target_branch=pull.base_name or base.ref or "",
        commits=tuple(filter(None, (one.oid or one.sha for one in commits))),
        text=pull.body or "",
        url=url,
    )


def _opinions(pull: _Pull, where: int) -> tuple[Opinion, ...]:
    """Return the opinions in force: of each reviewer the last that is one; what was dismissed is none any more."""
    said: list[tuple[str, Opinion | None]] = []
    for review in sorted(pull.reviews, key=lambda one: one.submitted or one.submitted_at or "9"):
        account = review.author or review.user or _Account()
        name = account.login or ""
        if review.state in _NO_OPINION:
            continue
        if review.state == "DISMISSED":
            said.append((name, None))
            continue
        if review.state not in {"APPROVED", "CHANGES_REQUESTED"}:
            raise ValueRejected(f"a review of #{pull.number} says '{review.state[:40]}'", offset=where)
        opinion = Opinion(
            name,
            review.state == "APPROVED",
            review.submitted or review.submitted_at or "",
            review.commit_id or (review.commit.oid if review.commit else "") or "",
            account.is_person(),
        )
        said.append((name, opinion))
    return latest_opinions(said)


def _add(changes: Changes, pull: _Pull, where: int) -> None:
    changes.add(_change(pull, where))
    for review in pull.reviews:
        account = review.author or review.user or _Account()
        if review.state == "APPROVED" and account.is_person() and not account.is_told():
            changes.remarks.add(
                "the export does not tell people from bots among those who approve",
                f"#{pull.number}, {account.login}",
            )


def _sniff(head: bytes, _name: str) -> bool:
    members = first_object(head)
    if members is None or "iid" in members or not members.get("number", "1")[:1].isdigit():
        return False
    if members.keys() & {"headRefName", "headRefOid", "baseRefName", "mergeCommit"}:
        return True
    if {"author", "number", "reviews"} <= members.keys():
        return True
    return "number" in members and bool(members.keys() & {"diff_url", "merge_commit_sha"})


def _parse(source: Source, detail: DetailWriter) -> ReviewsRead:
    walk = JsonWalk(source)
    changes = Changes(detail, walk.offset)
    if walk.peek() == "[":
        for _ in walk.elements():
            _add(changes, walk.take(_Pull), walk.offset())
        changes.end_list(_PAGES)
    elif walk.peek() == "{":
        _add(changes, walk.take(_Pull), walk.offset())
    else:
        raise WrongKind("it is neither a pull request nor an array of them", offset=0)
    walk.finish()
    return changes.result()


FORMAT = Format(
    "github_reviews",
    1,
    "reviews",
    "application/json",
    (".json",),
    _sniff,
    _parse,
    "GitHub pull requests with reviews",
    ("5.1.11", "8.2.1", "8.2.4", "81001-5-1 5.5"),
)
