"""Changes as Gerrit's query and REST interface tell them, and a change of any forge made of them."""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from clausework.evidence.readers.review_changes import Change, Opinion, State, from_seconds
from clausework.evidence.remarks import Remarks
from clausework.evidence.source import ValueRejected, WrongKind

_STATES: dict[str, State] = {
    "NEW": "open",
    "DRAFT": "open",
    "SUBMITTED": "open",
    "MERGED": "merged",
    "ABANDONED": "closed",
}
_LABEL = "Code-Review"
_APPROVES = 2
_SAME_CODE = {
    "TRIVIAL_REBASE",
    "TRIVIAL_REBASE_WITH_MESSAGE_UPDATE",
    "NO_CODE_CHANGE",
    "NO_CHANGE",
    "MERGE_FIRST_PARENT_UPDATE",
}
_VALUE = re.compile(r"[+-]?[0-9]{1,3}")


class Account(msgspec.Struct, frozen=True):
    """A person or a service."""

    username: str | None = None
    email: str | None = None
    name: str | None = None
    number: int | None = msgspec.field(default=None, name="_account_id")
    tags: tuple[str, ...] | None = None

    def label(self) -> str:
        """Return what names the account best."""
        number = str(self.number) if self.number is not None else ""
        return self.username or self.email or self.name or number

    def names(self) -> tuple[str, ...]:
        """Return all that may name the account elsewhere."""
        number = str(self.number) if self.number is not None else None
        return tuple(one for one in (self.username, self.email, self.name, number) if one)

    def is_person(self) -> bool:
        """Tell whether a person, not a service, is behind it."""
        return "SERVICE_USER" not in (self.tags or ()) and not self.label().lower().endswith("[bot]")


class _Vote(msgspec.Struct, frozen=True, rename={"granted_on": "grantedOn"}):
    type: str
    value: str
    by: Account | None = None
    granted_on: int | None = None


class _PatchSet(msgspec.Struct, frozen=True):
    revision: str | None = None
    kind: str | None = None
    uploader: Account | None = None
    author: Account | None = None
    approvals: tuple[_Vote, ...] | None = None


class Queried(msgspec.Struct, frozen=True, rename="camel"):
    """A line of a query: a change, or the last one, which counts them."""

    type: str = ""
    message: str = ""
    row_count: int | None = None
    more_changes: bool | None = None
    project: str | None = None
    branch: str | None = None
    id: str | None = None
    number: int | str | None = None
    subject: str | None = None
    status: str | None = None
    owner: Account | None = None
    url: str | None = None
    commit_message: str | None = None
    last_updated: int | None = None
    current_patch_set: _PatchSet | None = None
    patch_sets: tuple[_PatchSet, ...] | None = None

    def change(self, remarks: Remarks, where: int) -> Change:
        """Return the change; raises ``WrongKind`` where it comes without its current patch set."""
        current = self.current_patch_set
        if not self.number or not self.status or not self.project:
            raise WrongKind("a line is neither a change nor the count of them", offset=where)
        if current is None or not current.revision:
            raise WrongKind(
                f"change {self.number} comes without its revision: ask for --current-patch-set", offset=where
            )
        owner = self.owner or Account()
        state = _state(self.status, str(self.number), where)
        return Change(
            id=str(self.number),
            identity=f"{self.project} {self.number}",
            title=self.subject or "",
            author=owner.label(),
            state=state,
            opinions=(*self._earlier(current), *_opinions(current, where)),
            head_commit=current.revision,
            merge_commit=current.revision if state == "merged" else "",
            merged_at=from_seconds(self.last_updated or 0) if state == "merged" else "",
            target_branch=self.branch or "",
            commits=(current.revision,),
            text=self.commit_message or "",
            url=self.url or "",
            authors=_authors(owner, current.uploader, current.author, current.kind, remarks),
        )

    def _earlier(self, current: _PatchSet) -> Iterable[Opinion]:
        """Return approvals of earlier patch sets by those who say nothing of the current one."""
        spoken = {vote.by.label() for vote in current.approvals or () if vote.by and vote.type == _LABEL}
        for earlier in self.patch_sets or ():
            if earlier.revision == current.revision:
                continue
            for opinion in _opinions(earlier, -1):
                if opinion.approves and opinion.by not in spoken:
                    yield opinion


class _Label(msgspec.Struct, frozen=True):
    all: tuple[_Labelled, ...] | None = None
    approved: Account | None = None
    rejected: Account | None = None


class _Labelled(msgspec.Struct, frozen=True):
    value: int | None = None
    date: str | None = None
    username: str | None = None
    email: str | None = None
    name: str | None = None
    number: int | None = msgspec.field(default=None, name="_account_id")
    tags: tuple[str, ...] | None = None

    def account(self) -> Account:
        return Account(self.username, self.email, self.name, self.number, self.tags)


class _Commit(msgspec.Struct, frozen=True):
    author: Account | None = None
    message: str | None = None


class _Revision(msgspec.Struct, frozen=True):
    kind: str | None = None
    uploader: Account | None = None
    commit: _Commit | None = None


class Answered(msgspec.Struct, frozen=True):
    """A change as the REST interface tells it."""

    number: int = msgspec.field(name="_number")
    project: str
    status: str
    subject: str = ""
    branch: str | None = None
    owner: Account | None = None
    submitted: str | None = None
    current_revision: str | None = None
    revisions: dict[str, _Revision] | None = None
    labels: dict[str, _Label] | None = None
    more_changes: bool | None = msgspec.field(default=None, name="_more_changes")

    def change(self, remarks: Remarks, where: int) -> Change:
        """Return the change; raises ``WrongKind`` where it comes without its labels."""
        if self.labels is None:
            raise WrongKind(
                f"change {self.number} comes without its votes: ask for o=DETAILED_LABELS", offset=where
            )
        owner = self.owner or Account()
        state = _state(self.status, str(self.number), where)
        head = self.current_revision or ""
        revision = (self.revisions or {}).get(head, _Revision())
        commit = revision.commit or _Commit()
        label = self.labels.get(_LABEL, _Label())
        return Change(
            id=str(self.number),
            identity=f"{self.project} {self.number}",
            title=self.subject,
            author=owner.label(),
            state=state,
            opinions=tuple(_labelled(label, head)),
            head_commit=head,
            merge_commit=head if state == "merged" else "",
            merged_at=(self.submitted or "") if state == "merged" else "",
            target_branch=self.branch or "",
            commits=(head,) if head else (),
            text=commit.message or "",
            authors=_authors(owner, revision.uploader, commit.author, revision.kind, remarks),
        )


def _labelled(label: _Label, head: str) -> Iterable[Opinion]:
    """Return the opinions in a label: of everybody where they are listed, else of the two who are named."""
    if label.all is None:
        for account, approves in ((label.approved, True), (label.rejected, False)):
            if account is not None:
                yield Opinion(account.label(), approves, "", head, account.is_person())
    for one in label.all or ():
        value = one.value or 0
        if value >= _APPROVES or value < 0:
            account = one.account()
            yield Opinion(account.label(), value > 0, one.date or "", head, account.is_person())


def _opinions(patch_set: _PatchSet, where: int) -> Iterable[Opinion]:
    for vote in patch_set.approvals or ():
        if vote.type != _LABEL:
            continue
        if not _VALUE.fullmatch(vote.value):
            raise ValueRejected(f"'{vote.value[:40]}' is no vote", offset=where)
        value, by = int(vote.value), vote.by or Account()
        if value >= _APPROVES or value < 0:
            at = from_seconds(vote.granted_on or 0)
            yield Opinion(by.label(), value > 0, at, patch_set.revision or "", by.is_person())


def _state(status: str, number: str, where: int) -> State:
    if status not in _STATES:
        raise ValueRejected(f"change {number[:40]} is in the unknown state '{status[:40]}'", offset=where)
    return _STATES[status]


def _authors(
    owner: Account, uploader: Account | None, author: Account | None, kind: str | None, remarks: Remarks
) -> tuple[str, ...]:
    """Return all names of those whose approval is not another person's.

    Beside the owner they are who wrote the commit and who uploaded it, unless the upload changed no code: submitting
    with a rebase uploads in the submitter's name.
    """
    names = [*owner.names(), *(author.names() if author else ())]
    if uploader is not None and (kind or "REWORK") not in _SAME_CODE:
        names += uploader.names()
        if not kind:
            remarks.add(
                "the export does not tell whether an upload changed code; who uploaded counts as an author"
            )
    return tuple(names)
