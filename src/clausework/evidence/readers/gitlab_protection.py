"""Reads how GitLab protects branches, with the approvals that a merge needs (5.1.11, 8.2.1; 81001-5-1 5.1).

The list of protected branches as the REST interface gives it, alone, or in an object beside ``approval_rules`` and
``project``: the list itself does not tell how many approvals a merge needs, and what is not told counts as none.
"""

from __future__ import annotations

import msgspec

from clausework.evidence.detail import DetailWriter, ProtectedBranch
from clausework.evidence.format import Format, ProtectionRead
from clausework.evidence.json_walk import JsonWalk
from clausework.evidence.readers.branch_rules import protection
from clausework.evidence.readers.review_changes import first_object
from clausework.evidence.remarks import Remarks
from clausework.evidence.source import Source, ValueRejected, WrongKind

_NOBODY = 0
_PAGES = {20, 100}


class _Access(msgspec.Struct, frozen=True):
    access_level: int | None = None
    access_level_description: str | None = None
    user_id: int | None = None
    group_id: int | None = None
    deploy_key_id: int | None = None

    def is_nobody(self) -> bool:
        named = (self.user_id, self.group_id, self.deploy_key_id)
        return self.access_level == _NOBODY and not any(one is not None for one in named)

    def __str__(self) -> str:
        return self.access_level_description or f"access level {self.access_level}"


class _Branch(msgspec.Struct, frozen=True):
    name: str
    push_access_levels: tuple[_Access, ...]
    merge_access_levels: tuple[_Access, ...] = ()
    allow_force_push: bool = False


class _Pattern(msgspec.Struct, frozen=True):
    name: str


class _Rule(msgspec.Struct, frozen=True):
    approvals_required: int = 0
    rule_type: str | None = None
    protected_branches: tuple[_Pattern, ...] = ()

    def is_about(self, branch: str) -> bool:
        """Tell whether the rule asks its approvals of merges into ``branch``."""
        if self.rule_type in {"report_approver", "code_owner"}:
            return False
        return not self.protected_branches or any(one.name == branch for one in self.protected_branches)


class _Project(msgspec.Struct, frozen=True):
    only_allow_merge_if_pipeline_succeeds: bool = False
    merge_requests_author_approval: bool = False


class _Together(msgspec.Struct, frozen=True):
    protected_branches: tuple[_Branch, ...]
    approval_rules: tuple[_Rule, ...] | None = None
    project: _Project | None = None


def _branch(one: _Branch, told: _Together) -> ProtectedBranch:
    rules = told.approval_rules or ()
    passes = told.project is not None and told.project.only_allow_merge_if_pipeline_succeeds
    return ProtectedBranch(
        one.name,
        protected=True,
        reviews=max((rule.approvals_required for rule in rules if rule.is_about(one.name)), default=0),
        checks=("the pipeline",) if passes else (),
        pushers=tuple(str(access) for access in one.push_access_levels if not access.is_nobody()),
        force_push=one.allow_force_push,
    )


def _sniff(head: bytes, _name: str) -> bool:
    members = first_object(head)
    if members is None:
        return False
    return {"push_access_levels", "name"} <= members.keys() or "protected_branches" in members.keys() - {
        "iid"
    }


def _parse(source: Source, detail: DetailWriter) -> ProtectionRead:
    walk, remarks = JsonWalk(source), Remarks()
    if walk.peek() == "[":
        branches = tuple(walk.take(_Branch) for _ in walk.elements())
        if not branches:
            raise ValueRejected("an empty list does not tell of what it is a list: add approval_rules to it")
        if len(branches) in _PAGES:
            remarks.add(f"a list of {len(branches)} may be one page of more")
        told = _Together(branches)
    elif walk.peek() == "{":
        told = walk.take(_Together)
    else:
        raise WrongKind("it is neither a list of protected branches nor an object with one", offset=0)
    walk.finish()
    if told.approval_rules is None:
        remarks.add("approval rules are not told: no review counts as needed; add approval_rules")
    if told.project is None:
        remarks.add("the project's settings are not told: no check counts as needed; add project")
    elif told.project.merge_requests_author_approval:
        remarks.add("an author may approve their own merge request")
    found = [_branch(one, told) for one in told.protected_branches]
    return protection("gitlab", found, detail, remarks, whole=True)


FORMAT = Format(
    "gitlab_protection",
    1,
    "protection",
    "application/json",
    (".json",),
    _sniff,
    _parse,
    "GitLab protected branches and approval rules",
    ("5.1.11", "8.2.1", "81001-5-1 5.1"),
)
